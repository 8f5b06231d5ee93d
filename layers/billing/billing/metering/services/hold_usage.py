"""Reserve, settle and release."""

from collections.abc import Callable
from dataclasses import replace

from billing.core.errors import (
    AlreadyProcessed,
    BillingError,
    Conflict,
    DaySealed,
    EventConflict,
    HoldNotFound,
    InvalidRequest,
    InvalidState,
    PlanRequired,
    UnknownFeature,
)
from billing.core.quantity import Quantity, canonical, exact
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account, counted_feature, meter_of
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.hold_decision import HoldResult, make_hold, release_hold, settle_hold
from billing.metering.domain.use import exhausted, plan_terms, why_not
from billing.metering.services.ports import Metering, UsageChange, expiry
from billing.plans.feature import Counted

TOO_MANY = "Too many others are using this organization's allowance. Try again."


def reserve_usage(organization_id: str, wanted: Reservation, metering: Metering) -> Hold:
    """Reserve units. The same reservation again is the same hold.

    Raises UnknownFeature, PlanRequired when the plan does not have the feature, Exhausted when not enough of it is
    left, EventConflict for an id that was used for something else, or InvalidRequest for more decimals than it has.
    """
    try:
        return _reserved(organization_id, wanted, metering)
    except (InvalidRequest, UnknownFeature):  # the catalog may have had it, and counted it so, when it was sent first
        if existing := metering.store.hold(organization_id, wanted.id):
            return _same(existing, wanted)
        raise


def _reserved(organization_id: str, wanted: Reservation, metering: Metering) -> Hold:
    def attempt() -> Hold:
        before = metering.store.account(organization_id)
        now = metering.clock()
        before = before.at(now)
        granted = metering.granted(before, now)
        feature = counted_feature(granted, wanted.feature, metering.catalog)
        reservation = wanted.counted_in(feature.decimals) if feature else wanted
        result = make_hold(before, granted, feature, reservation, now) if feature else None
        if result is None:
            if existing := metering.store.hold(organization_id, reservation.id):
                return _same(existing, reservation)
            if before.written:
                metering.store.commit_usage(organization_id, expiry(before, now))
            raise _refusal(reservation, granted, feature, before, now)
        try:
            metering.store.commit_usage(organization_id, _change(before, result, now, None))
        except AlreadyProcessed as known:
            if existing := metering.store.hold(organization_id, reservation.id):
                return _same(existing, reservation)
            raise Conflict("It was reserved, and is gone.") from known
        return result.hold

    return until_won(attempt, USAGE_ATTEMPTS, TOO_MANY)


def settle_usage(organization_id: str, hold_id: str, actual: int | Quantity, metering: Metering) -> Hold:
    """Charge what it really took. Settling twice with the same quantity is settling once.

    Raises HoldNotFound, InvalidState when it was released or settled with another quantity, or InvalidRequest for one
    with more decimals than the feature has.
    """

    wanted = exact(actual)

    def finish(account: Account, held: Hold, now: int) -> HoldResult:
        granted = metering.granted(account, now)
        return settle_hold(account, granted, held, wanted.at(held.decimals), now)

    settled = _finish(organization_id, hold_id, HoldState.SETTLED, finish, metering)
    if (settled.actual or 0) + settled.shortfall != wanted.at(settled.decimals):
        raise InvalidState("This hold was settled with another quantity.")
    return settled


def release_usage(organization_id: str, hold_id: str, metering: Metering) -> Hold:
    """Give the reservation back. Raises HoldNotFound, or InvalidState when it was settled."""

    def finish(account: Account, held: Hold, now: int) -> HoldResult:
        return release_hold(account, held)

    return _finish(organization_id, hold_id, HoldState.RELEASED, finish, metering)


def _finish(
    organization_id: str,
    hold_id: str,
    state: HoldState,
    finish: Callable[[Account, Hold, int], HoldResult],
    metering: Metering,
) -> Hold:
    """End a hold. If a settlement and a release race, one wins: the hold's state guards the transaction."""
    sealed = 0

    def attempt() -> Hold:
        nonlocal sealed
        held = _find(organization_id, hold_id, metering)
        if held.state is state:
            return held
        if held.state is not HoldState.HELD:
            raise InvalidState(f"This hold was already {held.state}.")
        before = metering.store.account(organization_id)
        now = metering.clock()
        before = before.at(now)
        result = finish(before, held, now)
        if result.usage:
            result = replace(result, usage=result.usage.moved_on(sealed))
        try:
            metering.store.commit_usage(organization_id, _change(before, result, now, held))
        except DaySealed as closed:
            sealed += 1
            raise Conflict("The day was closed meanwhile.") from closed
        except AlreadyProcessed as ended:
            raise Conflict("The hold ended meanwhile.") from ended
        return result.hold

    return until_won(attempt, USAGE_ATTEMPTS, TOO_MANY)


def _find(organization_id: str, hold_id: str, metering: Metering) -> Hold:
    held = metering.store.hold(organization_id, hold_id)
    if held is None:
        raise HoldNotFound(f"There is no hold {hold_id!r}.")
    return held


def _change(before: Account, result: HoldResult, now: int, held: Hold | None) -> UsageChange:
    return UsageChange(
        before,
        result.account,
        now,
        usages=(result.usage,) if result.usage else (),
        lines=(result.line,) if result.line else (),
        hold_before=held,
        hold=result.hold,
    )


def _refusal(
    reservation: Reservation, granted: Entitled, feature: Counted | None, account: Account, now: int
) -> BillingError:
    if feature is None:
        return PlanRequired(f"The plan does not have the feature {reservation.feature!r}.")
    meter, terms = meter_of(account, granted, feature, now), plan_terms(feature, reservation.dimensions, now).reserving
    return exhausted(why_not(reservation.quantity, meter, account, terms), reservation.feature)


def _same(existing: Hold, reservation: Reservation) -> Hold:
    known = existing.feature, canonical(existing.quantity, existing.decimals), dict(existing.dimensions)
    wanted = canonical(reservation.quantity, reservation.decimals)
    if known != (reservation.feature, wanted, dict(reservation.dimensions)):
        raise EventConflict(f"The hold id {existing.id!r} was used for something else.")
    return existing
