"""One use of a counted feature: what it takes from the allowance and from the wallet, or why it is refused."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType

from billing.metering.domain.billing_day import DAY, BillingDay, billed_on, term_at
from billing.metering.domain.entitlement import Account, Grant, meter_of
from billing.metering.domain.meter import Meter
from billing.metering.domain.wallet import Entry, Wallet, post
from billing.plans.feature import Feature, Overage


@dataclass(frozen=True, slots=True)
class Cost:
    """What a vendor charges the team for a use, in micros. `id` tells late costs apart."""

    id: str
    vendor: str
    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """A use that the team's backend reports. `id` counts once for ever; `occurred_at` is UTC seconds."""

    id: str
    feature: str
    quantity: int
    occurred_at: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    costs: tuple[Cost, ...] = ()
    known_digest: str = ""

    @property
    def digest(self) -> str:
        """The same id with another digest is another event, and a mistake. Late costs do not change it."""
        if self.known_digest:
            return self.known_digest
        content = [
            self.feature,
            self.quantity,
            self.occurred_at,
            dict(self.dimensions),
            [asdict(c) for c in self.costs],
        ]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Split:
    """How a quantity is met: units of the allowance, units beyond it, and what the wallet pays for those.

    `micros` is what the units beyond the allowance are worth, paid by the wallet when `paid`.
    """

    allowance: int
    beyond: int = 0
    micros: int = 0
    currency: str | None = None
    paid: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """A recorded use, as it was billed then: later price changes do not touch it."""

    event: UsageEvent
    split: Split
    period_start: int
    plan: str
    subscription_id: str | None
    recorded_at: int
    billing_day: BillingDay | None = None

    @property
    def invoiced(self) -> int:
        """The units that Chargebee bills on the billing day: what the wallet has paid is paid."""
        return self.event.quantity - (self.split.beyond if self.split.paid else 0)


@dataclass(frozen=True, slots=True)
class Step:
    """The account after one use, the record of it, and the wallet's ledger line if the wallet paid."""

    account: Account
    usage: Usage
    entry: Entry | None = None


def split(
    feature: Feature, meter: Meter, wallet: Wallet | None, quantity: int, dimensions: Mapping[str, str]
) -> Split | None:
    """Meet `quantity` from the allowance first, then as the plan says; None when it cannot be met whole.

    A part is never taken of what is refused.
    """
    allowance = meter.covers(quantity)
    beyond = quantity - allowance
    price = feature.price(dimensions)
    if beyond == 0:
        return Split(allowance)
    worth = beyond * price.micros if price else 0
    if feature.overage is Overage.ALLOW:
        return Split(allowance, beyond, worth, price.currency if price else None)
    if feature.overage is Overage.WALLET and price and wallet and wallet.balance + feature.overdraft >= worth:
        return Split(allowance, beyond, worth, price.currency, paid=True)
    return None


def wallet_for(account: Account, feature: Feature, dimensions: Mapping[str, str]) -> Wallet | None:
    """The wallet that would pay beyond the allowance."""
    price = feature.price(dimensions)
    return account.wallet(price.currency) if price and feature.overage is Overage.WALLET else None


def use(account: Account, granted: Grant, feature: Feature, event: UsageEvent, now: int) -> Step | None:
    """Record `event` on the account as it is now (UTC seconds); None refuses it and changes nothing."""
    meter = meter_of(account, granted, feature, now)
    wallet = wallet_for(account, feature, event.dimensions)
    met = split(feature, meter, wallet, event.quantity, event.dimensions)
    if met is None or granted.plan is None:
        return None
    used = replace(meter, used=meter.used + event.quantity)
    usage = Usage(
        event,
        met,
        used.start,
        granted.plan.item_price_id,
        granted.subscription.id if granted.subscription else None,
        now,
        billing_day(granted, feature, event.occurred_at, now),
    )
    paid, entry = pay(wallet, f"usage:{event.id}", met, now) if wallet and met.paid else (None, None)
    return Step(with_state(account, used, paid), usage, entry)


def billing_day(granted: Grant, feature: Feature, occurred_at: int, now: int) -> BillingDay | None:
    """The day by which Chargebee bills a use, None for what it does not bill. Times are UTC seconds."""
    if feature.item_price_id is None or granted.subscription is None or granted.term is None:
        return None
    term = term_at(granted.term, now)
    return BillingDay(
        day=billed_on(occurred_at, now, term),
        subscription_id=granted.subscription.id,
        feature=feature.id,
        term_start=term[0],
        term_end=term[1],
        item_price_id=feature.item_price_id,
    )


def late(usage: Usage) -> Usage:
    """The same use, billed by the day of today, because its own has been told to Chargebee."""
    day = usage.billing_day
    today = usage.recorded_at - usage.recorded_at % DAY
    return replace(usage, billing_day=replace(day, day=today, late=True) if day else None)


def pay(wallet: Wallet, entry_id: str, met: Split, now: int) -> tuple[Wallet, Entry]:
    """Debit what lies beyond the allowance."""
    return post(wallet, entry_id, "usage", -met.micros, at=now)


def with_state(account: Account, meter: Meter | None, wallet: Wallet | None) -> Account:
    """The account with a meter and a wallet as they have become."""
    meters = dict(account.meters) | ({(meter.feature, meter.start): meter} if meter else {})
    wallets = dict(account.wallets) | ({wallet.currency: wallet} if wallet else {})
    return replace(account, meters=meters, wallets=wallets)
