"""The clock by which the functions of a running stack go, and the way back to today."""

from pathlib import Path

import httpx

from local.backstage import workers
from local.shared_clock import SharedClock
from tests.local_stack import Stack

REST_SECONDS = 60


def back_to_today(stack: Stack) -> None:
    """The functions' clock shows today, once everything that happened ahead of it is worked off."""
    functions = stack.client("lambda").list_functions()["Functions"]
    clock = SharedClock(Path(functions[0]["Environment"]["Variables"]["LOCAL_CLOCK"]))
    if clock.ahead():
        httpx.post(f"{stack.app}/_local/rest", json={}, timeout=REST_SECONDS, trust_env=False).raise_for_status()
        workers.back_to_today(clock, clock.path.parent)
