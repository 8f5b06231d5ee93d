"""A running stack comes to rest and forgets everybody."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from local.backstage import emptying, resting
from local.backstage.emptying import empty
from local.backstage.resting import StillMoving, come_to_rest
from local.operations.failure import OperationFailed
from tests.aws_in_memory import aws_in_memory
from tests.local.backstage.running import Reader, Vendors, depth, put, rows, running, send, take


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with aws_in_memory():
        yield


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Vendors:
    both = Vendors()
    monkeypatch.setattr(resting, "ask", both.ask)
    monkeypatch.setattr(emptying, "ask", both.ask)
    return both


def test_what_goes_where_was_looked_already_is_waited_for(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path, Reader(meanwhile=partial(send, "events")))
    with pytest.raises(StillMoving, match="1 messages of events"):
        come_to_rest(stack, 0)
    take("events")
    come_to_rest(replace(stack, pumps=[Reader()]), 0)


def test_who_waits_in_vain_is_told_what_moves(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path)
    vendors.pending = 2
    send("events")
    with pytest.raises(StillMoving, match=r"2 webhooks of http://chargebee, .*, 1 messages of events"):
        come_to_rest(stack, 0)


def test_dead_letters_are_at_rest(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path)
    send("dead")
    come_to_rest(stack, 0)


def test_rows_messages_dead_letters_and_both_vendors_are_emptied(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path)
    put(*(f"ORG#{number}" for number in range(60)))
    send("dead")
    stack.clock.set_ahead(86_400)
    empty(stack)
    assert (rows(), depth("dead"), stack.clock.ahead()) == (0, 0, 0)
    assert vendors.asked[:2] == [("PUT", f"http://{each}/_sim/faults") for each in ("chargebee", "scalekit")]
    assert {("POST", f"http://{each}/_sim/reset") for each in ("chargebee", "scalekit")} <= set(vendors.asked)


def test_what_does_not_come_to_rest_is_broken_off(
    tmp_path: Path, vendors: Vendors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "PATIENCE_SECONDS", 0)
    killed = list[Path]()
    monkeypatch.setattr(emptying, "kill_workers", killed.append)
    stack = running(tmp_path)
    put("ORG#org_1")
    send("events")
    vendors.pending = 1
    empty(stack)
    assert (rows(), depth("events"), killed) == (0, 0, [tmp_path])


def test_a_row_that_comes_while_others_are_forgotten_is_forgotten_too(tmp_path: Path, vendors: Vendors) -> None:
    late = iter((["ORG#org_2"], ["ORG#org_3"]))
    stack = running(tmp_path, Reader(meanwhile=lambda: put(*next(late, []))))
    put("ORG#org_1")
    empty(stack)
    assert rows() == 0


def test_somebody_who_never_stops_writing_is_told_of(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path)
    vendors.on_reset = lambda: put("ORG#org_1")
    with pytest.raises(OperationFailed, match="Somebody writes"):
        empty(stack)


def test_a_stack_with_a_real_vendor_is_not_emptied(tmp_path: Path, vendors: Vendors) -> None:
    stack = running(tmp_path)
    put("ORG#org_1")
    with pytest.raises(OperationFailed, match="both simulators"):
        empty(replace(stack, chargebee=None))
    assert (rows(), vendors.asked) == (1, [])
