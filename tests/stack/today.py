"""Back to the machine's time, after time has passed for the whole stack."""

from pathlib import Path

from local.backstage.workers import kill_workers
from local.shared_clock import SharedClock
from tests.local_stack import Stack


def back_to_today(stack: Stack) -> None:
    """For the functions: Chargebee's simulator goes back when it is reset."""
    [function, *_] = stack.client("lambda").list_functions()["Functions"]
    clock = SharedClock(Path(function["Environment"]["Variables"]["LOCAL_CLOCK"]))
    if clock.ahead():
        clock.reset()
        kill_workers(clock.path.parent)  # they remember answers until then
