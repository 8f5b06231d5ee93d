"""Reserve before expensive work, settle with what it really took."""

from dataclasses import dataclass, replace

from billing.core.names import SETTLEMENT
from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account, meter_of
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Usage, UsageEvent
from billing.metering.domain.use import Terms, billing_day, meet, plan_terms, recorded
from billing.metering.domain.wallet import LedgerLine, release, reserve
from billing.plans.feature import Counted, Overage


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
    """Reserve at `now` (UTC seconds), allowance first; None when it cannot be met whole."""
    meter = meter_of(account, granted, feature, now)
    split = meet(reservation.quantity, meter, account, plan_terms(feature, reservation.dimensions))
    if split.quantity < reservation.quantity:
        return None
    source = granted.source(feature)
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
    )
    after = account.with_meter(replace(meter, held=meter.held + reservation.quantity))
    if debit := split.debit:
        after = after.with_wallet(reserve(account.wallet(debit.currency), debit.micros))
    return HoldResult(after, made)


def release_hold(account: Account, hold: Hold) -> HoldResult:
    """Give everything back."""
    return HoldResult(_freed(account, hold), replace(hold, state=HoldState.RELEASED))


def settle_hold(account: Account, granted: Entitled, hold: Hold, actual: int, now: int) -> HoldResult:
    """Charge the `actual` units at the price of the reservation, in the period of the reservation.

    What was reserved is always enough for itself, whatever became of the plan. Beyond it the plan decides as for any
    use; what cannot be met is not charged, and returned as the shortfall.
    """
    found = granted.features.get(hold.feature)
    feature = found if isinstance(found, Counted) else None
    freed = _freed(account, hold)
    meter = _meter(freed, granted, hold, feature, now)
    split = meet(actual, meter, freed, _terms(hold, feature), hold.split)
    settled = replace(hold, state=HoldState.SETTLED, actual=split.quantity, shortfall=actual - split.quantity)
    if split.quantity == 0:
        return HoldResult(freed, settled)
    event = UsageEvent(f"{SETTLEMENT}{hold.id}", hold.feature, split.quantity, now, hold.dimensions)
    day = billing_day(granted.source(feature), feature, now, now) if feature else None
    usage = Usage(event, split, hold.period_start, hold.plan_id, hold.subscription_id, now, day or hold.billing_day)
    result = recorded(freed, meter, usage)
    return HoldResult(result.account, settled, usage, result.line)


def _freed(account: Account, hold: Hold) -> Account:
    meter = account.meters[hold.feature, hold.period_start]
    after = account.with_meter(replace(meter, held=meter.held - hold.quantity))
    if debit := hold.split.debit:
        after = after.with_wallet(release(account.wallet(debit.currency), debit.micros))
    return after


def _meter(account: Account, granted: Entitled, hold: Hold, feature: Counted | None, now: int) -> Meter:
    """As the plan of today has it while the reservation's period lasts; a past one stays as it was."""
    meter = account.meters[hold.feature, hold.period_start]
    if feature is None:
        return meter
    current = meter_of(account, granted, feature, now)
    return current if current.start == hold.period_start else meter


def _terms(hold: Hold, feature: Counted | None) -> Terms:
    """The plan's terms; at the reservation's price and payer, where it reached beyond the allowance."""
    terms = plan_terms(feature, hold.dimensions)
    if hold.split.beyond == 0 or terms.overage is Overage.DENY:
        return terms
    overage = Overage.WALLET if hold.split.paid else Overage.ALLOW
    return replace(terms, overage=overage, unit_price=hold.split.unit_price)
