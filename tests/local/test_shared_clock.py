"""Time passes for a whole local stack at once, and for nothing that is deployed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.backstage import time as time_of_stack
from local.backstage.journal import Journal
from local.backstage.reading import RunningStack
from local.launcher.layout import BILLING_LAYER, WORKER
from local.operations.failure import OperationFailed
from local.operations.target import Target
from local.shared_clock import SharedClock

DAY = 86_400
NOBODY: dict[str, object] = {}


def told_by_a_worker(**environment: str) -> int:
    """By how many seconds a function's clock is ahead."""
    program = "import time; from billing.core.clock import utc_now; print(utc_now() - int(time.time()))"
    path = os.pathsep.join(map(str, (WORKER, BILLING_LAYER)))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": os.defpath, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def test_a_worker_goes_by_the_stack_s_clock_where_there_is_one(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    assert told_by_a_worker(LOCAL_CLOCK=str(clock.path)) == 0
    clock.set_ahead(DAY)
    assert told_by_a_worker(LOCAL_CLOCK=str(clock.path)) == pytest.approx(DAY, abs=1)
    assert told_by_a_worker() == 0


def test_the_functions_are_ahead_before_chargebee_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, chargebee, asked = SharedClock(tmp_path / "clock"), 3 * DAY, []

    def ask(method: str, url: str, body: object = None) -> dict[str, int]:
        asked.append((method, body, clock.ahead()))
        return {"now": int(time.time()) + chargebee}

    monkeypatch.setattr("local.backstage.vendor.ask", ask)
    stack = RunningStack(
        Target("a stack", {}, NOBODY.__getitem__), Journal(lambda _since: []), tmp_path, "http://cb", None, clock
    )
    time_of_stack.advance(stack, DAY)
    [_, (method, body, ahead)] = asked
    assert (method, body) == ("POST", {"advance_seconds": DAY})
    assert ahead == pytest.approx(chargebee + DAY, abs=1)
    assert time_of_stack.show(stack)["now"] == pytest.approx(time.time() + chargebee + DAY, abs=2)
    for seconds in (0, -1, 500 * DAY):
        with pytest.raises(OperationFailed, match="seconds can pass at once"):
            time_of_stack.advance(stack, seconds)


def test_a_clock_that_is_reset_shows_the_machine_s_time(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    clock.set_ahead(DAY)
    clock.reset()
    clock.reset()
    assert clock.ahead() == 0
