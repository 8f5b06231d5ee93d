"""Reserve, settle and release."""

from collections.abc import Callable
from dataclasses import replace

from billing.core.errors import (
    AlreadyProcessed,
    BillingError,
    Conflict,
    DaySealed,
    EventConflict,
    Exhausted,
    HoldNotFound,
    InvalidState,
    PlanRequired,
)
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.entitlement import Account, require_feature
from billing.metering.domain.hold import Hold, HoldState, HoldStep, Reservation, release, reserve, settle
from billing.metering.domain.usage import late
from billing.metering.services.ports import UsageChange
from billing.metering.services.record_usage import Metering
from billing.plans.feature import Feature

TOO_MANY = "Too many others are using this organization's allowance. Try again."


def reserve_usage(organization_id: str, wish: Reservation, metering: Metering) -> Hold:
    """Reserve units. The same wish again is the same hold.

    Raises UnknownFeature, PlanRequired when the plan does not have the feature, Exhausted when not enough of it is
    left, or EventConflict for an id that was used for something else.
    """

    def attempt() -> Hold:
        before = metering.store.account(organization_id)
        now = metering.clock()
        granted = metering.granted(before, now)
        feature = require_feature(granted, wish.feature, metering.catalog)
        step = reserve(before, granted, feature, wish, now) if feature else None
        if step is None:
            if existing := metering.store.hold(organization_id, wish.id):
                return _same(existing, wish)
            raise _refusal(wish, feature)
        try:
            metering.store.commit_usage(organization_id, _change(before, step, now, None))
        except AlreadyProcessed as known:
            if existing := metering.store.hold(organization_id, wish.id):
                return _same(existing, wish)
            raise Conflict("It was reserved, and is gone.") from known
        return step.hold

    return until_won(attempt, USAGE_ATTEMPTS, TOO_MANY)


def settle_usage(organization_id: str, hold_id: str, actual: int, metering: Metering) -> Hold:
    """Charge what it really took. Settling twice with the same quantity is settling once.

    Raises HoldNotFound, or InvalidState when it was released or settled with another quantity.
    """

    def finish(account: Account, held: Hold) -> HoldStep:
        now = metering.clock()
        granted = metering.granted(account, now)
        return settle(account, granted, held, actual, now)

    settled = _finish(organization_id, hold_id, HoldState.SETTLED, finish, metering)
    if (settled.actual or 0) + settled.shortfall != actual:
        raise InvalidState("This hold was settled with another quantity.")
    return settled


def release_usage(organization_id: str, hold_id: str, metering: Metering) -> Hold:
    """Give the reservation back. Raises HoldNotFound, or InvalidState when it was settled."""
    return _finish(organization_id, hold_id, HoldState.RELEASED, release, metering)


def _finish(
    organization_id: str,
    hold_id: str,
    state: HoldState,
    finish: Callable[[Account, Hold], HoldStep],
    metering: Metering,
) -> Hold:
    """Of a settlement and a release that race, one wins: the hold's state guards the transaction."""
    too_late = False

    def attempt() -> Hold:
        nonlocal too_late
        held = _find(organization_id, hold_id, metering)
        if held.state is state:
            return held
        if held.state is not HoldState.HELD:
            raise InvalidState(f"This hold was already {held.state}.")
        before = metering.store.account(organization_id)
        step = finish(before, held)
        if too_late and step.usage:
            step = replace(step, usage=late(step.usage))
        try:
            metering.store.commit_usage(organization_id, _change(before, step, metering.clock(), held))
        except DaySealed as sealed:
            too_late = True
            raise Conflict("The day was closed meanwhile.") from sealed
        except AlreadyProcessed as ended:
            raise Conflict("The hold ended meanwhile.") from ended
        return step.hold

    return until_won(attempt, USAGE_ATTEMPTS, TOO_MANY)


def _find(organization_id: str, hold_id: str, metering: Metering) -> Hold:
    held = metering.store.hold(organization_id, hold_id)
    if held is None:
        raise HoldNotFound(f"There is no hold {hold_id!r}.")
    return held


def _change(before: Account, step: HoldStep, now: int, held: Hold | None) -> UsageChange:
    return UsageChange(
        before,
        step.account,
        now,
        usages=(step.usage,) if step.usage else (),
        entries=(step.entry,) if step.entry else (),
        hold_before=held,
        hold=step.hold,
    )


def _refusal(wish: Reservation, feature: Feature | None) -> BillingError:
    if feature is None:
        return PlanRequired(f"The plan does not have the feature {wish.feature!r}.")
    return Exhausted(f"There is not enough left of {wish.feature!r}.")


def _same(existing: Hold, wish: Reservation) -> Hold:
    known = existing.feature, existing.quantity, dict(existing.dimensions)
    if known != (wish.feature, wish.quantity, dict(wish.dimensions)):
        raise EventConflict(f"The hold id {existing.id!r} was used for something else.")
    return existing
