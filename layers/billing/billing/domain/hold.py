"""Reserve before expensive work, settle with what it really took."""

from dataclasses import dataclass, replace
from enum import StrEnum

from billing.domain.billing_day import BillingDay
from billing.domain.entitlement import Account, Grant, meter_of
from billing.domain.feature import Feature, Overage
from billing.domain.usage import Split, Usage, UsageEvent, pay, split, wallet_for, with_state
from billing.domain.wallet import Entry, Wallet, hold, unhold


class HoldState(StrEnum):
    """A hold is settled or released once, and never both."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation: units of the allowance, and micros of a wallet for the rest. Times are UTC seconds."""

    id: str
    feature: str
    quantity: int
    split: Split
    period_start: int
    plan: str
    subscription_id: str | None
    expires_at: int
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
class Term:
    """The id of a hold to be, its moment, and until when it lasts, in UTC seconds."""

    id: str
    now: int
    until: int


def reserve(account: Account, granted: Grant, feature: Feature, quantity: int, term: Term) -> HoldStep | None:
    """Reserve `quantity` units, allowance first; None when they cannot be met whole."""
    meter = meter_of(account, granted, feature, term.now)
    wallet = wallet_for(account, feature, {})
    met = split(feature, meter, wallet, quantity, {})
    if met is None or granted.plan is None:
        return None
    made = Hold(
        id=term.id,
        feature=feature.id,
        quantity=quantity,
        split=met,
        period_start=meter.start,
        plan=granted.plan.item_price_id,
        subscription_id=granted.subscription.id if granted.subscription else None,
        expires_at=term.until,
    )
    charged = hold(wallet, met.micros) if wallet and met.paid else None
    return HoldStep(with_state(account, replace(meter, held=meter.held + quantity), charged), made)


def release(account: Account, held: Hold) -> HoldStep:
    """Give everything back."""
    return HoldStep(_freed(account, held), replace(held, state=HoldState.RELEASED))


def settle(
    account: Account, held: Hold, feature: Feature | None, actual: int, now: int, *, day: BillingDay | None = None
) -> HoldStep:
    """Charge the `actual` units at the price of the reservation, in the period of the reservation.

    What was reserved is always enough for itself. Beyond it the plan decides as for any use (`feature` is None when
    the plan no longer has it); what cannot be met is not charged, and returned as the shortfall.
    """
    freed = _freed(account, held)
    meter = freed.meters[held.feature, held.period_start]
    wallet = (
        freed.wallet(held.split.currency)
        if held.split.currency
        else wallet_for(freed, feature, {})
        if feature
        else None
    )
    allowance = meter.covers(actual)
    beyond, unit = _beyond(held, feature, wallet, actual - allowance)
    charged = allowance + beyond
    settled = replace(held, state=HoldState.SETTLED, actual=charged, shortfall=actual - charged)
    if charged == 0:
        return HoldStep(freed, settled)
    paid = unit is not None and wallet is not None and beyond > 0 and not _soft(held, feature)
    met = Split(allowance, beyond, beyond * (unit or 0), wallet.currency if wallet else held.split.currency, paid)
    event = UsageEvent(f"hold:{held.id}", held.feature, charged, now)
    usage = Usage(event, met, held.period_start, held.plan, held.subscription_id, now, day)
    debited, entry = pay(wallet, f"usage:{event.id}", met, now) if wallet and paid else (None, None)
    return HoldStep(with_state(freed, replace(meter, used=meter.used + charged), debited), settled, usage, entry)


def _freed(account: Account, held: Hold) -> Account:
    meter = account.meters[held.feature, held.period_start]
    wallet = (
        unhold(account.wallet(held.split.currency), held.split.micros)
        if held.split.paid and held.split.currency
        else None
    )
    return with_state(account, replace(meter, held=meter.held - held.quantity), wallet)


def _soft(held: Hold, feature: Feature | None) -> bool:
    """Whether the units beyond the allowance are simply counted."""
    if held.split.beyond:
        return not held.split.paid
    return feature is not None and feature.overage is Overage.ALLOW


def _beyond(held: Hold, feature: Feature | None, wallet: Wallet | None, wanted: int) -> tuple[int, int | None]:
    """How many of `wanted` units beyond the allowance can be charged, and for how many micros each."""
    price = feature.price({}) if feature else None
    unit = held.split.micros // held.split.beyond if held.split.beyond else price.micros if price else None
    if _soft(held, feature):
        return wanted, unit
    if wallet is None or unit is None:
        return 0, unit
    return min(wanted, wallet.spendable // unit) if unit else wanted, unit
