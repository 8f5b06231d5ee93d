"""Meet a use of a counted feature, the allowance first, or refuse it whole."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from billing.core.clock import DAY
from billing.core.errors import Exhausted
from billing.metering.domain.billing_day import BillingDay, billed_on, term_at
from billing.metering.domain.entitled import Source
from billing.metering.domain.entitlement import Account, Refusal
from billing.metering.domain.meter import Meter, check_decimals
from billing.metering.domain.usage import Split, Usage, UsageEvent
from billing.metering.domain.wallet import LedgerLine, SpendingCapReached, count_spending, post
from billing.plans.feature import Counted, Overage, Rate, by_tiers, dearest

NOTHING = Split(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which units beyond the allowance are sold. `overage` says whether they are, and who pays.

    `overdraft_micros` is how far below zero the wallet may go for them. The organization's spending cap bounds what
    they cost, as of `at` (UTC seconds); None asks no cap.
    """

    overage: Overage
    unit_price: Rate | None = None
    overdraft_micros: int = 0
    at: int | None = None

    @property
    def reserving(self) -> "Terms":
        """The same for what is used later: by tiers each unit may then be as dear as the dearest."""
        return replace(self, unit_price=self.unit_price and dearest(self.unit_price))

    def available(self, account: Account, wanted: int, before: int = 0) -> int:
        """How many of the units may be had behind `before` others beyond the allowance: none, all, or as many as the
        wallet can pay and the cap lets be spent."""
        if self.unit_price is None:
            return wanted if self.overage is Overage.ALLOW else 0
        if self.overage is Overage.DENY:
            return 0
        price, wallet = by_tiers(self.unit_price), account.wallet(self.unit_price.currency)
        if self.overage is Overage.WALLET:
            wanted = price.affordable(wallet.balance + self.overdraft_micros, wanted, before)
        room = wallet.cap.room(self.at) if wallet.cap and self.at is not None else None
        return wanted if room is None else price.affordable(room, wanted, before)


@dataclass(frozen=True, slots=True)
class UseResult:
    """The account after one use, the record of it, and the wallet's ledger line if the wallet paid."""

    account: Account
    usage: Usage
    line: LedgerLine | None = None


class Outcome(StrEnum):
    """What became of one event. The values are the API's."""

    RECORDED = "recorded"
    REPLAYED = "replayed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventResult:
    """One event of a batch. `usage` is the record, of now or of the first time; None when it was refused.

    `meter` is what a refused event met, None when it met none. `told` says to people what is wrong with the event.
    """

    event: UsageEvent
    outcome: Outcome
    usage: Usage | None
    reason: Refusal | None = None
    meter: Meter | None = None
    told: str = ""

    @classmethod
    def refused(cls, event: UsageEvent, reason: Refusal, told: str = "", meter: Meter | None = None) -> "EventResult":
        """It does not count, and its id is as free as before."""
        return cls(event, Outcome.REFUSED, None, reason, meter, told)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a use is decided by: where the feature comes from, and the meter of the period in which it happened.

    Raises InvalidRequest for a meter that counts in other decimals.
    """

    source: Source
    feature: Counted
    meter: Meter

    def __post_init__(self) -> None:
        check_decimals(self.meter, self.feature)


def use(account: Account, basis: Basis, event: UsageEvent, now: int) -> UseResult | Meter:
    """Record `event` on the account at `now` (UTC seconds), or answer with the meter that cannot meet it."""
    source, feature, meter = basis.source, basis.feature, basis.meter
    split = meet(event.quantity, meter, account, plan_terms(feature, event.dimensions, now))
    if split.quantity < event.quantity:
        return meter
    usage = Usage(
        event,
        split,
        meter.start,
        source.plan_id,
        source.subscription_id,
        now,
        billing_day(source, feature, event.occurred_at, now),
    )
    return recorded(account, meter, usage)


def plan_terms(feature: Counted | None, dimensions: Mapping[str, str], now: int) -> Terms:
    """The terms of the plan at `now` (UTC seconds); one without the feature sells nothing."""
    if feature is None:
        return Terms(Overage.DENY)
    return Terms(feature.overage, feature.price(dimensions), feature.overdraft_micros, now)


def terms_after(split: Split, terms: Terms) -> Terms:
    """The plan's terms for more of what was met already; at its price and payer, where it reached beyond the
    allowance."""
    if split.beyond == 0 or terms.overage is Overage.DENY:
        return terms
    return replace(terms, overage=Overage.WALLET if split.paid else Overage.ALLOW, unit_price=split.unit_price)


def why_not(quantity: int, meter: Meter, account: Account, terms: Terms) -> Refusal:
    """Why a quantity is not met: without the spending cap it would be, or not even then."""
    uncapped = meet(quantity, meter, account, replace(terms, at=None))
    return Refusal.SPENDING_CAP if uncapped.quantity == quantity else Refusal.EXHAUSTED


def exhausted(refusal: Refusal, feature: str) -> Exhausted:
    """The refusal of a quantity as an error."""
    if refusal is Refusal.SPENDING_CAP:
        return SpendingCapReached("The organization's spending cap is reached.")
    return Exhausted(f"There is not enough left of {feature!r}.")


def meet(quantity: int, meter: Meter, account: Account, terms: Terms, reserved: Split = NOTHING) -> Split:
    """Meet as much of `quantity` as possible, the allowance first. What is `reserved` is always met, at its price.

    The one decision behind a use, an estimate, a reservation and its settlement. A caller that wants all or nothing
    compares the quantities.
    """
    allowance = min(quantity, max(meter.covers(quantity), reserved.allowance))
    wanted = quantity - allowance
    beyond = max(min(wanted, reserved.beyond), terms.available(account, wanted, meter.beyond))
    if beyond == 0:
        return Split(allowance)
    if reserved.beyond:
        return Split.priced(allowance, beyond, reserved.unit_price, meter.beyond, paid=reserved.paid)
    return Split.priced(allowance, beyond, terms.unit_price, meter.beyond, paid=terms.overage is Overage.WALLET)


def billing_day(source: Source, feature: Counted, occurred_at: int, now: int) -> BillingDay | None:
    """The day by which Chargebee bills a use, None for what it does not bill, as in a trial. Times are UTC seconds.

    After the subscription's end its last term has what happened in it, late where its day is closed.
    https://apidocs.chargebee.com/docs/api/usages: what is used while a subscription is active or ends is billed.
    """
    row = source.subscription
    if feature.item_price_id is None or row is None or source.term is None or row.in_trial_at(occurred_at):
        return None
    term = source.term if row.ended else term_at(source.term, now)
    day = billed_on(occurred_at, now, term)
    return BillingDay(
        day=day,
        subscription_id=row.id,
        feature=feature.id,
        term_start=term.start,
        term_end=term.end,
        item_price_id=feature.item_price_id,
        late=row.ended and day != occurred_at - occurred_at % DAY,
        decimals=feature.decimals,
    )


def recorded(account: Account, meter: Meter, usage: Usage) -> UseResult:
    """Count a use that is met, what it spends of the cap too, and debit the wallet that pays for it."""
    used, beyond = meter.used + usage.event.quantity, meter.beyond + usage.split.beyond
    counted = account.with_meter(replace(meter, used=used, beyond=beyond, paid=meter.paid + usage.split.bought))
    amount, at = usage.split.amount, usage.recorded_at
    if amount is None:
        return UseResult(counted, usage)
    before = account.wallet(amount.currency)
    wallet, line = count_spending(before, amount.micros, at), None
    if debit := usage.split.debit:
        wallet, line = post(wallet, f"usage:{usage.event.id}", "usage", -debit.micros, at=at)
        usage = replace(usage, drawn=before.paid_from(wallet))
    elif wallet.cap is None:
        return UseResult(counted, usage)
    return UseResult(counted.with_wallet(wallet), usage, line)
