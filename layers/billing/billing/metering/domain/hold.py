"""Reserve before expensive work, settle with what it really took."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.entitlement import Account, Grant, meter_of
from billing.metering.domain.meter import Meter, meter_now
from billing.metering.domain.usage import Split, Usage, UsageEvent, billing_day, pay, split, wallet_for, with_state
from billing.metering.domain.wallet import Entry, hold, unhold
from billing.plans.feature import Feature, Overage, UnitPrice

SETTLEMENT = "hold:"
"""How the event ids of settlements begin, and no others: a hold's id never meets an event's."""


class HoldState(StrEnum):
    """A hold is settled or released once, and never both."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation: units of the allowance, and micros of a wallet for the rest. Times are UTC seconds.

    `billing_day` bills it when it is settled after its subscription has ended.
    """

    id: str
    feature: str
    quantity: int
    split: Split
    period_start: int
    plan: str
    subscription_id: str | None
    expires_at: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    billing_day: BillingDay | None = None
    state: HoldState = HoldState.HELD
    actual: int | None = None
    shortfall: int = 0


@dataclass(frozen=True, slots=True)
class HoldStep:
    """The account after reserving, settling or releasing; a settlement's use and the wallet's ledger line with it."""

    account: Account
    hold: Hold
    usage: Usage | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """What to reserve, and for how many seconds. `dimensions` decide the price, as those of a use do."""

    id: str
    feature: str
    quantity: int
    seconds: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def reserve(account: Account, granted: Grant, feature: Feature, wish: Reservation, now: int) -> HoldStep | None:
    """Reserve at `now` (UTC seconds), allowance first; None when it cannot be met whole."""
    meter = meter_of(account, granted, feature, now)
    wallet = wallet_for(account, feature, wish.dimensions)
    met = split(feature, meter, wallet, wish.quantity, wish.dimensions)
    if met is None or granted.plan is None:
        return None
    made = Hold(
        id=wish.id,
        feature=feature.id,
        quantity=wish.quantity,
        split=met,
        period_start=meter.start,
        plan=granted.plan.item_price_id,
        subscription_id=granted.subscription.id if granted.subscription else None,
        expires_at=now + wish.seconds,
        dimensions=wish.dimensions,
        billing_day=billing_day(granted, feature, now, now),
    )
    charged = hold(wallet, met.micros) if wallet and met.paid else None
    return HoldStep(with_state(account, replace(meter, held=meter.held + wish.quantity), charged), made)


def release(account: Account, held: Hold) -> HoldStep:
    """Give everything back."""
    return HoldStep(_freed(account, held), replace(held, state=HoldState.RELEASED))


def settle(account: Account, granted: Grant, held: Hold, actual: int, now: int) -> HoldStep:
    """Charge the `actual` units at the price of the reservation, in the period of the reservation.

    What was reserved is always enough for itself, whatever became of the plan. Beyond it the plan decides as for any
    use; what cannot be met is not charged, and returned as the shortfall.
    """
    feature = granted.plan.features.get(held.feature) if granted.plan else None
    freed = _freed(account, held)
    meter = _meter(freed, granted, held, feature, now)
    met = _met(held, feature, meter, freed, actual)
    charged = met.allowance + met.beyond
    settled = replace(held, state=HoldState.SETTLED, actual=charged, shortfall=actual - charged)
    if charged == 0:
        return HoldStep(freed, settled)
    event = UsageEvent(f"{SETTLEMENT}{held.id}", held.feature, charged, now, held.dimensions)
    day = billing_day(granted, feature, now, now) if feature else None
    usage = Usage(event, met, held.period_start, held.plan, held.subscription_id, now, day or held.billing_day)
    wallet, entry = (
        pay(freed.wallet(met.currency), f"usage:{event.id}", met, now) if met.paid and met.currency else (None, None)
    )
    return HoldStep(with_state(freed, replace(meter, used=meter.used + charged), wallet), settled, usage, entry)


def _freed(account: Account, held: Hold) -> Account:
    meter = account.meters[held.feature, held.period_start]
    wallet = (
        unhold(account.wallet(held.split.currency), held.split.micros)
        if held.split.paid and held.split.currency
        else None
    )
    return with_state(account, replace(meter, held=meter.held - held.quantity), wallet)


def _meter(account: Account, granted: Grant, held: Hold, feature: Feature | None, now: int) -> Meter:
    """As the plan of today has it while the reservation's period lasts; a past one stays as it was."""
    meter = account.meters[held.feature, held.period_start]
    if feature is None or not feature.counted:
        return meter
    period = granted.period(feature, now)
    return meter_now(meter, feature, period) if period.start == held.period_start else meter


def _met(held: Hold, feature: Feature | None, meter: Meter, freed: Account, actual: int) -> Split:
    """How the actual units are met: the allowance first, then on the terms of what lies beyond it."""
    allowance = min(actual, max(meter.covers(actual), held.split.allowance))
    wanted = actual - allowance
    if wanted == 0:
        return Split(allowance)
    overage, price = _terms(held, feature)
    reserved = min(wanted, held.split.beyond)
    if feature is None or feature.overage is Overage.DENY:
        wanted = reserved
    if overage is Overage.WALLET:
        wanted = max(reserved, min(wanted, _affordable(freed, price, feature, wanted)))
    if wanted == 0 or price is None:
        return Split(allowance, wanted)
    return Split(allowance, wanted, wanted * price.micros, price.currency, paid=overage is Overage.WALLET)


def _affordable(account: Account, price: UnitPrice | None, feature: Feature | None, wanted: int) -> int:
    """How many units the wallet can pay, with the plan's overdraft; without a price nothing is for sale."""
    if price is None:
        return 0
    overdraft = feature.overdraft if feature else 0
    return (account.wallet(price.currency).balance + overdraft) // price.micros if price.micros else wanted


def _terms(held: Hold, feature: Feature | None) -> tuple[Overage, UnitPrice | None]:
    """Those of the reservation where it reached beyond the allowance, else those of the plan."""
    reserved = held.split
    if reserved.beyond:
        price = UnitPrice(reserved.micros // reserved.beyond, reserved.currency) if reserved.currency else None
        return Overage.WALLET if reserved.paid else Overage.ALLOW, price
    return (feature.overage, feature.price(held.dimensions)) if feature else (Overage.DENY, None)
