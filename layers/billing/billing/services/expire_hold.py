"""What is reserved and then forgotten comes back by itself."""

from billing.domain.change import MAX_DELAY, Command, Task
from billing.domain.errors import InvalidState
from billing.domain.hold import Hold, HoldState
from billing.services.hold_usage import Reservation, release_usage, reserve_usage
from billing.services.ports import Queue
from billing.services.record_usage import Metering


def reserve_until_due(organization_id: str, wish: Reservation, metering: Metering, timers: Queue) -> Hold:
    """Reserve, and see to it that the reservation ends.

    The timer starts first: a crash in between leaves a timer of nothing, and never a reservation for ever.
    Raises what `reserve_usage` raises.
    """
    _start_timer(organization_id, wish.id, wish.seconds, timers)
    return reserve_usage(organization_id, wish, metering)


def expire_hold(organization_id: str, hold_id: str, metering: Metering, timers: Queue) -> str:
    """Release the hold if it is due, and say what was done. One that is not due yet waits on.

    One that was never made, was released or is being settled at this very moment is left alone.
    """
    held = metering.store.hold(organization_id, hold_id)
    if held is None:
        return "never_made"
    if held.state is not HoldState.HELD:
        return str(held.state)
    if (left := held.expires_at - metering.clock()) > 0:
        _start_timer(organization_id, hold_id, left, timers)
        return "waiting"
    try:
        return str(release_usage(organization_id, hold_id, metering).state)
    except InvalidState:
        return str(HoldState.SETTLED)


def _start_timer(organization_id: str, hold_id: str, seconds: int, timers: Queue) -> None:
    timers.command(Command(Task.RELEASE_HOLD, organization_id, hold_id=hold_id, delay=min(seconds, MAX_DELAY)))
