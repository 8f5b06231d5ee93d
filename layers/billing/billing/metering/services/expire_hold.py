"""What is reserved and then forgotten comes back by itself."""

from enum import StrEnum

from billing.core.errors import InvalidState
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.services.hold_usage import release_usage, reserve_usage
from billing.metering.services.record_usage import Metering
from billing.subscriptions.domain.transaction import MAX_DELAY, Command, Task
from billing.subscriptions.services.ports import Queue

MAKING = 60
"""Seconds after which a request that makes a hold has made it, or has been given up by API Gateway (30)."""


class Expiry(StrEnum):
    """What became of a hold whose timer rang."""

    NEVER_MADE = "never_made"
    NOT_MADE_YET = "not_made_yet"
    WAITING = "waiting"
    SETTLED = HoldState.SETTLED
    RELEASED = HoldState.RELEASED


def reserve_until_due(organization_id: str, wish: Reservation, metering: Metering, timers: Queue) -> Hold:
    """Reserve, and see to it that the reservation ends.

    The timer starts first: a crash in between leaves a timer of nothing, and never a reservation for ever.
    Raises what `reserve_usage` raises.
    """
    timers.command(_timer(organization_id, wish.id, wish.seconds, metering.clock() + MAKING))
    return reserve_usage(organization_id, wish, metering)


def expire_hold(organization_id: str, hold_id: str, made_by: int, metering: Metering, timers: Queue) -> Expiry:
    """Release the hold if it is due, and say what was done. One that is not due yet, or not there yet, waits on.

    One that is not there at `made_by` (UTC seconds), was released or is being settled at this very moment is left
    alone.
    """
    held = metering.store.hold(organization_id, hold_id)
    if held is None:
        if (left := made_by - metering.clock()) <= 0:
            return Expiry.NEVER_MADE
        timers.command(_timer(organization_id, hold_id, left, made_by))
        return Expiry.NOT_MADE_YET
    if held.state is not HoldState.HELD:
        return Expiry(held.state)
    if (left := held.expires_at - metering.clock()) > 0:
        timers.command(_timer(organization_id, hold_id, left, made_by))
        return Expiry.WAITING
    try:
        return Expiry(release_usage(organization_id, hold_id, metering).state)
    except InvalidState:
        return Expiry.SETTLED


def _timer(organization_id: str, hold_id: str, seconds: int, made_by: int) -> Command:
    delay = min(seconds, MAX_DELAY)
    return Command(Task.RELEASE_HOLD, organization_id, hold_id=hold_id, made_by=made_by, delay=delay)
