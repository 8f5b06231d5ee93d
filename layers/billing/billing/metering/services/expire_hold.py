"""Release a hold that nobody has settled or released in time."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from billing.core.errors import InvalidState
from billing.metering.domain.hold import HoldState
from billing.metering.services.hold_usage import release_usage, reserve_usage
from billing.subscriptions.domain.transaction import MAX_DELAY, Command, Task

if TYPE_CHECKING:
    from billing.metering.domain.hold import Hold, Reservation
    from billing.metering.services.ports import Metering
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


def reserve_until_due(organization_id: str, reservation: Reservation, metering: Metering, timers: Queue) -> Hold:
    """Reserve, and queue the timer that ends the reservation.

    The timer is queued first: a crash in between leaves a timer without a hold, and never a hold without a timer.
    Raises what `reserve_usage` raises.
    """
    timers.command(_timer(organization_id, reservation.id, reservation.seconds, metering.clock() + MAKING))
    return reserve_usage(organization_id, reservation, metering)


def expire_hold(organization_id: str, hold_id: str, made_by: int, metering: Metering, timers: Queue) -> Expiry:
    """Release the hold if it is due. If it is not due yet, or not there yet, queue the timer again.

    Nothing is done for a hold that is not there at `made_by` (UTC seconds), or that has been released or settled.
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
