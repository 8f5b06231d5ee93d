"""Time passes for the whole stack: for the functions, for Chargebee, and in what Scalekit signs."""

import time

from local.backstage import vendor
from local.backstage.reading import Json, RunningStack
from local.operations.failure import OperationFailed

LONGEST = 400 * 86_400
"""Seconds that may pass at once: each due day is worked off on the way."""


def show(stack: RunningStack) -> Json:
    """What time it is for the stack (UTC seconds), and by how much that is ahead of the machine."""
    return {"now": stack.clock.now(), "ahead": stack.clock.ahead()}


def advance(stack: RunningStack, seconds: int) -> Json:
    """Let so many seconds pass. The functions are there first: what Chargebee then tells is never of their future.

    A clock that was moved at Chargebee's simulator alone is caught up with. Raises OperationFailed.
    """
    if not 0 < seconds <= LONGEST:
        raise OperationFailed(f"From 1 to {LONGEST} seconds can pass at once.")
    then = vendor.control(stack, "GET", "/clock")["now"] + seconds
    stack.clock.set_ahead(then - int(time.time()))
    vendor.control(stack, "POST", "/clock", {"advance_seconds": seconds})
    return show(stack)
