"""Reserve before expensive work, settle with what it really took."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from billing.core.names import SETTLEMENT
from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account, meter_of
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.meter import Meter, check_decimals
from billing.metering.domain.usage import Usage, UsageEvent
from billing.metering.domain.use import billing_day, meet, plan_terms, recorded, terms_after
from billing.metering.domain.wallet import LedgerLine, Wallet, hold_room, release, reserve
from billing.plans.feature import Counted


@dataclass(frozen=True, slots=True)
class HoldResult:
    """The account after reserving, settling or releasing; a settlement's use and the wallet's ledger line with it."""

    account: Account
    hold: Hold
    usage: Usage | None = None
    line: LedgerLine | None = None


def make_hold(
    account: Account, granted: Entitled, feature: Counted, reservation: Reservation, now: int
) -> HoldResult | None:
    """Reserve at `now` (UTC seconds), allowance first; None when it cannot be met whole. Raises InvalidRequest for a
    meter that counts in other decimals."""
    meter = meter_of(account, granted, feature, now)
    check_decimals(meter, feature)
    terms = plan_terms(feature, reservation.dimensions, now)
    split = meet(reservation.quantity, meter, account, terms.reserving)
    if split.quantity < reservation.quantity:
        return None
    split = split.settled_by(terms.unit_price)
    source, amount = granted.source(feature), split.amount
    wallet = account.wallet(amount.currency) if amount else None
    made = Hold(
        id=reservation.id,
        feature=feature.id,
        quantity=reservation.quantity,
        split=split,
        period_start=meter.start,
        plan_id=source.plan_id,
        subscription_id=source.subscription_id,
        expires_at=now + reservation.seconds,
        dimensions=reservation.dimensions,
        billing_day=billing_day(source, feature, now, now),
        capped_micros=amount.micros if amount and wallet and wallet.cap else 0,
        decimals=reservation.decimals,
    )
    after = account.with_meter(replace(meter, held=meter.held + reservation.quantity))
    return HoldResult(_with_wallet(after, made, _reserved), made)


def release_hold(account: Account, hold: Hold) -> HoldResult:
    """Give everything back."""
    return HoldResult(_freed(account, hold), replace(hold, state=HoldState.RELEASED))


def settle_hold(account: Account, granted: Entitled, hold: Hold, actual: int, now: int) -> HoldResult:
    """Charge the `actual` units at the price of the reservation, in the period of the reservation.

    What was reserved is always enough for itself, whatever became of the plan. Beyond it the plan decides as for any
    use; what cannot be met is not charged, and returned as the shortfall.
    """
    found = granted.features.get(hold.feature)
    feature = found if isinstance(found, Counted) and found.decimals == hold.decimals else None
    freed = _freed(account, hold)
    meter = _meter(freed, granted, hold, feature, now)
    split = meet(actual, meter, freed, terms_after(hold.split, plan_terms(feature, hold.dimensions, now)), hold.split)
    settled = replace(hold, state=HoldState.SETTLED, actual=split.quantity, shortfall=actual - split.quantity)
    if split.quantity == 0:
        return HoldResult(freed, settled)
    event_id, decimals = f"{SETTLEMENT}{hold.id}", hold.decimals
    event = UsageEvent(event_id, hold.feature, split.quantity, now, hold.dimensions, decimals=decimals)
    day = billing_day(granted.source(feature), feature, now, now) if feature else None
    usage = Usage(event, split, hold.period_start, hold.plan_id, hold.subscription_id, now, day or hold.billing_day)
    result = recorded(freed, meter, usage)
    return HoldResult(result.account, settled, usage, result.line)


def _freed(account: Account, hold: Hold) -> Account:
    meter = account.meters[hold.feature, hold.period_start]
    after = account.with_meter(replace(meter, held=meter.held - hold.quantity))
    return _with_wallet(after, hold, _released)


def _with_wallet(account: Account, hold: Hold, change: Callable[[Wallet, Hold], Wallet]) -> Account:
    """What a hold changes of the wallet that pays for it, or whose cap it has room under."""
    amount = hold.split.amount
    if amount is None or not (hold.split.paid or hold.capped_micros):
        return account
    return account.with_wallet(change(account.wallet(amount.currency), hold))


def _reserved(wallet: Wallet, hold: Hold) -> Wallet:
    capped = hold_room(wallet, hold.capped_micros)
    return reserve(capped, hold.split.debit.micros) if hold.split.debit else capped


def _released(wallet: Wallet, hold: Hold) -> Wallet:
    capped = hold_room(wallet, -hold.capped_micros)
    return release(capped, hold.split.debit.micros) if hold.split.debit else capped


def _meter(account: Account, granted: Entitled, hold: Hold, feature: Counted | None, now: int) -> Meter:
    """As the plan of today has it while the reservation's period lasts; a past one stays as it was."""
    meter = account.meters[hold.feature, hold.period_start]
    if feature is None:
        return meter
    current = meter_of(account, granted, feature, now)
    return current if current.start == hold.period_start else account.late(meter)
