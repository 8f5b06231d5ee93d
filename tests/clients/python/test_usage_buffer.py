"""No use that the buffer took is lost, and none counts twice, whatever happens on the way."""

import asyncio
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from organization_billing import (
    AsyncUsageBuffer,
    BufferClosed,
    BufferFull,
    ClockAhead,
    Flushed,
    Forbidden,
    JournalTaken,
    NotFound,
    RateLimited,
    ServerError,
    StillWaiting,
    Unreachable,
    UsageBuffer,
)
from organization_billing.journal import Journal
from organization_billing.use import new_use
from tests.clients.python.api import ScriptedApi, no

type Json = dict[str, Any]


class Metering:
    """What the usage API does: each id once, `bad` ones refuse their batch, `too much` is refused by itself."""

    def __init__(self) -> None:
        self.recorded: list[tuple[str, str]] = []
        self.lost_answers = 0
        self.now: Callable[[], float] = time.time

    def __call__(self, request: httpx.Request) -> httpx.Response:
        organization, events = request.url.path.split("/")[3], json.loads(request.content)["events"]
        for event in events:
            if event["id"].startswith("bad_"):
                return no(422, "unknown_feature")
            if event["id"].startswith("taken"):
                return no(409, "id_conflict")
        results = [self._result(organization, event) for event in events]
        if self.lost_answers:
            self.lost_answers -= 1
            raise httpx.ReadTimeout("the answer was lost")
        return httpx.Response(200, json={"events": results})

    def _result(self, organization: str, event: Json) -> Json:
        if event["id"].startswith("too much"):
            return {"id": event["id"], "result": "refused", "code": "exhausted"}
        if event["occurredAt"] > self.now() + 300:
            return {"id": event["id"], "result": "refused", "code": "in_the_future"}
        known = (organization, event["id"]) in self.recorded
        if not known:
            self.recorded.append((organization, event["id"]))
        return {"id": event["id"], "result": "replayed" if known else "recorded"}


@pytest.fixture
def metering() -> Metering:
    return Metering()


@pytest.fixture
def api(metering: Metering) -> ScriptedApi:
    return ScriptedApi([metering])


def test_uses_go_in_batches_of_one_organization_in_their_order(api: ScriptedApi, metering: Metering) -> None:
    usage = UsageBuffer(api.billing())
    ids = [usage.add("org_1", "api-calls", 2) for _ in range(150)]
    usage.add("org_2", "api-calls", event_id="e1")
    assert usage.flush() == Flushed(151, (), ())
    assert [len(body["events"]) for body in api.bodies] == [100, 50, 1]
    assert metering.recorded == [*(("org_1", each) for each in ids), ("org_2", "e1")]
    assert usage.waiting == ()


def test_a_use_whose_answer_was_lost_is_sent_again_under_its_id(api: ScriptedApi, metering: Metering) -> None:
    usage = UsageBuffer(api.billing())
    metering.lost_answers = 5
    event_id = usage.add("org_1", "api-calls")
    [failure] = usage.flush().failures
    assert isinstance(failure, Unreachable)
    assert [use.event["id"] for use in usage.waiting] == [event_id]
    assert usage.flush() == Flushed(1, (), ())
    assert metering.recorded == [("org_1", event_id)]
    assert {body["events"][0]["id"] for body in api.bodies} == {event_id}


def test_a_wrong_use_is_found_and_reported_and_holds_nobody_up(api: ScriptedApi, metering: Metering) -> None:
    reports: list[Flushed] = []
    usage = UsageBuffer(api.billing(), report=reports.append)
    for number in range(40):
        usage.add("org_1", "api-calls", event_id=f"{'bad_' if number == 17 else 'e'}{number}")
    usage.add("org_1", "api-calls", event_id="taken")
    usage.add("org_1", "api-calls", event_id="too much")
    flushed = usage.flush()
    assert [(each.event["id"], each.code) for each in flushed.refused] == [
        ("bad_17", "unknown_feature"),
        ("taken", "id_conflict"),
        ("too much", "exhausted"),
    ]
    assert (flushed.recorded, len(metering.recorded), usage.waiting) == (39, 39, ())
    assert reports == [flushed]


def test_an_organization_that_may_not_holds_no_other_up_and_an_api_that_is_away_is_asked_once(
    metering: Metering,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return no(403, "forbidden") if "/org_1/" in request.url.path else metering(request)

    usage = UsageBuffer(ScriptedApi([answer]).billing())
    for organization in ("org_1", "org_2"):
        usage.add(organization, "api-calls", event_id="e1")
    flushed = usage.flush()
    assert (flushed.recorded, metering.recorded) == (1, [("org_2", "e1")])
    assert [type(each) for each in flushed.failures] == [Forbidden]
    assert [use.organization_id for use in usage.waiting] == ["org_1"]

    away = ScriptedApi([no(503)])
    usage = UsageBuffer(away.billing())
    for organization in ("org_1", "org_2"):
        usage.add(organization, "api-calls")
    usage.flush()
    assert len(away.requests) == 4
    assert len(usage.waiting) == 2


def test_only_the_organization_that_is_limited_waits(metering: Metering) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return no(429, "rate_limited") if "/org_1/" in request.url.path else metering(request)

    api = ScriptedApi([answer])
    usage = UsageBuffer(api.billing())
    for number in range(101):
        usage.add("org_1", "api-calls", event_id=f"e{number}")
    usage.add("org_2", "api-calls", event_id="e1")
    flushed = usage.flush()
    assert (flushed.recorded, metering.recorded) == (1, [("org_2", "e1")])
    assert [type(each) for each in flushed.failures] == [RateLimited]
    assert len(usage.waiting) == 101
    assert len(api.requests) == 4 + 1, "its second batch waits with the first"


@pytest.mark.parametrize(("status", "asked"), [(429, 4), (500, 1)])
def test_everybody_waits_while_the_gateway_answers_for_the_api(status: int, asked: int) -> None:
    gateway = ScriptedApi([httpx.Response(status, json={"message": "No."})])
    usage = UsageBuffer(gateway.billing())
    for organization in ("org_1", "org_2"):
        usage.add(organization, "api-calls")
    usage.flush()
    assert (len(gateway.requests), len(usage.waiting)) == (asked, 2)


def test_uses_of_an_organization_that_was_deleted_are_given_back(metering: Metering, tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return no(410, "organization_deleted") if "/org_1/" in request.url.path else metering(request)

    reports: list[Flushed] = []
    usage = UsageBuffer(ScriptedApi([answer]).billing(), report=reports.append, journal=tmp_path / "usage.jsonl")
    ids = [usage.add("org_1", "api-calls", 2) for _ in range(150)]
    usage.add("org_2", "api-calls")
    usage.close()
    [flushed] = reports
    assert [(each.event["id"], each.event["quantity"], each.code) for each in flushed.refused] == [
        (each, 2, "organization_deleted") for each in ids
    ]
    assert (flushed.recorded, flushed.failures, usage.waiting) == (1, (), ())
    assert (tmp_path / "usage.jsonl").read_text() == ""


def test_a_use_waits_for_its_organization_for_a_day_and_is_then_given_back(caplog: pytest.LogCaptureFixture) -> None:
    usage = UsageBuffer(ScriptedApi([no(404, "unknown_organization")]).billing())
    usage.add("org_1", "api-calls", 3, event_id="old", occurred_at=int(time.time()) - 86_500)
    usage.add("org_1", "api-calls", event_id="new", occurred_at=int(time.time()) - 86_300)
    flushed = usage.flush()
    assert [(each.event["id"], each.code) for each in flushed.refused] == [("old", "unknown_organization")]
    assert [type(each) for each in flushed.failures] == [NotFound]
    assert [use.event["id"] for use in usage.waiting] == ["new"]
    assert '"quantity": 3' in caplog.text


def test_a_lost_race_is_no_refusal(api: ScriptedApi) -> None:
    usage = UsageBuffer(ScriptedApi([no(409, "conflict")]).billing())
    usage.add("org_1", "api-calls")
    assert usage.flush().refused == ()
    assert len(usage.waiting) == 1


def test_a_use_that_comes_while_its_buffer_is_flushed_waits_for_the_next_flush(metering: Metering) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        usage.add("org_1", "api-calls", event_id=f"e{len(metering.recorded) + 2}")
        return metering(request)

    usage = UsageBuffer(ScriptedApi([answer]).billing())
    usage.add("org_1", "api-calls", event_id="e1")
    assert usage.flush().recorded == 1
    assert [use.event["id"] for use in usage.waiting] == ["e2"]


def test_the_same_use_twice_is_one_and_another_under_its_id_is_an_error(api: ScriptedApi) -> None:
    usage = UsageBuffer(api.billing())
    for _ in range(2):
        usage.add("org_1", "api-calls", event_id="e1", occurred_at=1_790_000_000)
    assert len(usage.waiting) == 1
    with pytest.raises(ValueError, match="'e1' waits with another use"):
        usage.add("org_1", "api-calls", 2, event_id="e1", occurred_at=1_790_000_000)


def test_a_full_buffer_takes_nothing_and_loses_nothing(api: ScriptedApi) -> None:
    usage = UsageBuffer(api.billing(), capacity=1)
    usage.add("org_1", "api-calls", event_id="e1")
    with pytest.raises(BufferFull):
        usage.add("org_1", "api-calls")
    assert [use.event["id"] for use in usage.waiting] == ["e1"]


def test_a_thread_flushes_and_closing_flushes_the_rest(api: ScriptedApi, metering: Metering) -> None:
    flushed = threading.Event()
    with UsageBuffer(api.billing(), every=0.001, report=lambda each: flushed.set() if each.recorded else None) as usage:
        usage.add("org_1", "api-calls", event_id="e1")
        assert flushed.wait(10)
    with UsageBuffer(api.billing(), every=3600) as usage:
        usage.add("org_1", "api-calls", event_id="e2")
    assert metering.recorded == [("org_1", "e1"), ("org_1", "e2")]


def test_a_report_that_fails_stops_neither_thread_nor_uses(
    api: ScriptedApi, metering: Metering, caplog: pytest.LogCaptureFixture
) -> None:
    second, calls = threading.Event(), 0

    def report(_: Flushed) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("the team's code failed")
        second.set()

    with UsageBuffer(api.billing(), every=0.001, report=report) as usage:
        usage.add("org_1", "api-calls", event_id="e1")
        assert second.wait(10)
    assert "could not be flushed" in caplog.text
    assert metering.recorded == [("org_1", "e1")]


def test_what_no_journal_keeps_is_handed_over_at_the_end() -> None:
    usage = UsageBuffer(ScriptedApi([httpx.ConnectError("down")]).billing())
    event_id = usage.add("org_1", "api-calls")
    with pytest.raises(StillWaiting) as waiting:
        usage.close()
    assert [use.event["id"] for use in waiting.value.uses] == [event_id]


def test_a_report_that_fails_at_the_end_keeps_nothing_from_being_handed_over() -> None:
    def report(_: Flushed) -> None:
        raise RuntimeError("the team's code failed")

    usage = UsageBuffer(ScriptedApi([httpx.ConnectError("down")]).billing(), report=report)
    usage.add("org_1", "api-calls")
    with pytest.raises(StillWaiting):
        usage.close()


def test_what_comes_after_the_end_is_refused_and_not_lost(api: ScriptedApi, metering: Metering) -> None:
    usage = UsageBuffer(api.billing())
    usage.add("org_1", "api-calls", event_id="e1")
    usage.close()
    with pytest.raises(BufferClosed):
        usage.add("org_1", "api-calls", event_id="e2")
    assert (metering.recorded, usage.waiting) == ([("org_1", "e1")], ())


def test_the_next_process_delivers_what_the_journal_of_one_that_died_keeps(
    api: ScriptedApi, metering: Metering, tmp_path: Path
) -> None:
    path = tmp_path / "usage.jsonl"
    for number in range(4):
        dead = UsageBuffer(ScriptedApi([httpx.ConnectError("down")]).billing(), journal=path)
        dead.add("org_1", "api-calls", event_id=f"e{number}")
        dead.close()
        with path.open("a") as file:
            file.write('{"organization": "org_1", "event": {"id": "cut o')
    UsageBuffer(api.billing(), journal=path).close()
    assert metering.recorded == [("org_1", f"e{number}") for number in range(4)]
    assert path.read_text() == ""


def test_a_journal_forgets_what_was_settled_while_others_wait(tmp_path: Path) -> None:
    path = tmp_path / "usage.jsonl"
    uses = [new_use("org_1", "api-calls", event_id=each) for each in ("e1", "e2")]
    journal = Journal.open(path)
    for use in uses:
        journal.add(use)
    journal.settle(uses[:1], left=uses[1:])
    journal.close()
    reopened = Journal.open(path)
    assert reopened.waiting() == (uses[1],)
    reopened.close()


def test_a_use_that_is_added_again_when_its_refusal_is_told_waits_again(
    api: ScriptedApi, metering: Metering, tmp_path: Path
) -> None:
    def once_more(flushed: Flushed) -> None:
        for each in flushed.refused:
            usage.add(each.organization_id, each.event["feature"], event_id=each.event["id"])

    path = tmp_path / "usage.jsonl"
    usage = UsageBuffer(api.billing(), journal=path, report=once_more)
    for event_id in ("too much", "e1"):
        usage.add("org_1", "api-calls", event_id=event_id)
    usage.flush()
    assert [use.event["id"] for use in usage.waiting] == ["too much"]
    copy = tmp_path / "of a process that died here"
    copy.write_text(path.read_text())
    with pytest.raises(BufferClosed):
        usage.close()
    left = Journal.open(copy)
    assert left.waiting() == usage.waiting
    left.close()


def test_one_use_that_waits_for_long_does_not_keep_the_lines_of_all_others(
    metering: Metering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return no(403, "forbidden") if "/org_1/" in request.url.path else metering(request)

    monkeypatch.setattr("organization_billing.journal.MOST_LINES", 50)
    path = tmp_path / "usage.jsonl"
    path.with_name("usage.jsonl.new").write_text('{"organization": "of one that died')
    usage = UsageBuffer(ScriptedApi([answer]).billing(), journal=path)
    usage.add("org_1", "api-calls", event_id="waits")
    for _ in range(100):
        usage.add("org_2", "api-calls")
        usage.flush()
    assert len(path.read_text().splitlines()) < 60
    with pytest.raises(JournalTaken):
        Journal.open(path)
    usage.close()
    reopened = Journal.open(path)
    assert [use.event["id"] for use in reopened.waiting()] == ["waits"]
    reopened.close()
    assert [each.name for each in tmp_path.iterdir()] == ["usage.jsonl"]


def test_a_refusal_of_which_nobody_was_told_is_told_by_the_next_process(api: ScriptedApi, tmp_path: Path) -> None:
    def dies(_: Flushed) -> None:
        raise KeyboardInterrupt

    path, reports = tmp_path / "usage.jsonl", list[Flushed]()
    dying = UsageBuffer(api.billing(), journal=path, report=dies)
    for event_id in ("too much", "e1"):
        dying.add("org_1", "api-calls", event_id=event_id)
    with pytest.raises(KeyboardInterrupt):
        dying.close()
    UsageBuffer(api.billing(), journal=path, report=reports.append).close()
    [flushed] = reports
    assert [(each.event["id"], each.code) for each in flushed.refused] == [("too much", "exhausted")]
    assert (flushed.recorded, path.read_text()) == (0, "")


def test_two_processes_do_not_share_a_journal(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "usage.jsonl")
    with pytest.raises(JournalTaken):
        Journal.open(tmp_path / "usage.jsonl")
    journal.close()


def test_the_same_for_asyncio(api: ScriptedApi, metering: Metering) -> None:
    async def use() -> Flushed:
        async with AsyncUsageBuffer(api.async_billing(), every=3600) as usage:
            usage.add("org_1", "api-calls", event_id="e1")
            flushed = await usage.flush()
            usage.add("org_1", "api-calls", event_id="e2")
        return flushed

    assert asyncio.run(use()).recorded == 1
    assert metering.recorded == [("org_1", "e1"), ("org_1", "e2")]


def test_a_task_flushes(api: ScriptedApi, metering: Metering) -> None:
    async def use() -> None:
        flushed = asyncio.Event()
        async with AsyncUsageBuffer(api.async_billing(), every=0.001, report=lambda _: flushed.set()) as usage:
            usage.add("org_1", "api-calls", event_id="e1")
            await asyncio.wait_for(flushed.wait(), 10)
            assert metering.recorded == [("org_1", "e1")]

    asyncio.run(use())


def test_what_is_not_delivered_is_handed_over_at_the_end_for_asyncio_too() -> None:
    async def use() -> None:
        async with AsyncUsageBuffer(ScriptedApi([no(503)]).async_billing(), every=3600) as usage:
            usage.add("org_1", "api-calls")

    with pytest.raises(StillWaiting):
        asyncio.run(use())


def test_uses_of_a_clock_that_is_ahead_wait_until_it_is_so_late_at_the_api(metering: Metering, tmp_path: Path) -> None:
    metering.now = lambda: time.time() - 600
    usage = UsageBuffer(ScriptedApi([metering]).billing(), journal=tmp_path / "usage.jsonl")
    usage.add("org_1", "api-calls", event_id="e1")
    flushed = usage.flush()
    assert ([type(each) for each in flushed.failures], flushed.refused) == ([ClockAhead], ())
    metering.now = time.time
    usage.close()
    assert metering.recorded == [("org_1", "e1")]


def test_what_is_no_time_of_these_days_does_not_wait_for_it(api: ScriptedApi) -> None:
    usage = UsageBuffer(api.billing())
    usage.add("org_1", "api-calls", event_id="milliseconds", occurred_at=int(time.time() * 1000))
    flushed = usage.flush()
    assert [(each.event["id"], each.code) for each in flushed.refused] == [("milliseconds", "in_the_future")]
    assert (flushed.failures, usage.waiting) == ((), ())


@pytest.mark.parametrize("use", [{"feature": "half a \ud800"}, {"quantity": float("nan")}, {"quantity": {1}}])
def test_what_no_request_could_carry_is_not_taken_and_holds_nobody_up(
    use: Json, api: ScriptedApi, metering: Metering, tmp_path: Path
) -> None:
    usage = UsageBuffer(api.billing(), journal=tmp_path / "usage.jsonl")
    with pytest.raises((ValueError, TypeError)):
        usage.add(**{"organization_id": "org_1", "feature": "api-calls", **use})
    usage.add("org_1", "api-calls", event_id="e1")
    usage.close()
    assert metering.recorded == [("org_1", "e1")]


def test_a_use_stays_as_it_was_when_it_was_taken(api: ScriptedApi) -> None:
    usage, dimensions = UsageBuffer(api.billing()), {"region": "eu"}
    usage.add("org_1", "api-calls", dimensions=dimensions)
    dimensions["region"] = "us"
    usage.add("org_1", "api-calls", dimensions=dimensions)
    usage.flush()
    [body] = api.bodies
    assert [event["dimensions"] for event in body["events"]] == [{"region": "eu"}, {"region": "us"}]


def test_an_organization_at_which_the_api_fails_holds_no_other_up(metering: Metering) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return no(500, "internal_error") if "/org_1/" in request.url.path else metering(request)

    usage = UsageBuffer(ScriptedApi([answer]).billing())
    for organization in ("org_1", "org_2"):
        usage.add(organization, "api-calls", event_id="e1")
    flushed = usage.flush()
    assert [type(each) for each in flushed.failures] == [ServerError]
    assert metering.recorded == [("org_2", "e1")]
    assert [use.organization_id for use in usage.waiting] == ["org_1"]


def test_a_use_of_this_clock_is_the_same_when_its_id_is_taken_again_later(
    api: ScriptedApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, now = UsageBuffer(api.billing()), time.time()
    for seconds in (0, 5):
        monkeypatch.setattr("organization_billing.use.time.time", lambda: now + seconds)  # noqa: B023
        usage.add("org_1", "api-calls", event_id="job-7")
    assert len(usage.waiting) == 1
    with pytest.raises(ValueError, match="'job-7' waits with another use"):
        usage.add("org_1", "api-calls", 2, event_id="job-7")


def test_the_api_is_told_which_ids_are_used_again_at_another_time(api: ScriptedApi, tmp_path: Path) -> None:
    dead = UsageBuffer(ScriptedApi([httpx.ConnectError("down")]).billing(), journal=tmp_path / "usage.jsonl")
    dead.add("org_1", "api-calls", event_id="job-7")
    dead.add("org_1", "api-calls", event_id="of-a-log", occurred_at=int(time.time()) - 60)
    dead.add("org_1", "api-calls")
    dead.close()
    UsageBuffer(api.billing(), journal=tmp_path / "usage.jsonl").close()
    first, second = api.bodies
    assert (first["idempotency"], [event["id"] for event in first["events"]]) == ("id", ["job-7"])
    assert ("idempotency" in second, len(second["events"])) == (False, 2)


@pytest.mark.parametrize("status", [404, 410])
def test_a_path_that_nobody_knows_gives_no_use_back_however_old_it_is(status: int) -> None:
    usage = UsageBuffer(ScriptedApi([httpx.Response(status, json={"message": "Not Found"})]).billing())
    usage.add("org_1", "api-calls", event_id="old", occurred_at=int(time.time()) - 10 * 86_400)
    assert usage.flush().refused == ()
    assert [use.event["id"] for use in usage.waiting] == ["old"]


def test_a_refusal_that_is_not_the_api_s_gives_no_use_back() -> None:
    proxy = ScriptedApi([httpx.Response(400, text="The plain HTTP request was sent to HTTPS port")])
    usage = UsageBuffer(proxy.billing())
    for organization in ("org_1", "org_1", "org_2"):
        usage.add(organization, "api-calls")
    assert usage.flush().refused == ()
    assert (len(proxy.requests), len(usage.waiting)) == (1, 3)


def test_a_body_that_is_too_long_is_halved(metering: Metering) -> None:
    def gateway(request: httpx.Request) -> httpx.Response:
        too_long = len(json.loads(request.content)["events"]) > 30
        return httpx.Response(413, json={"message": "Request Too Long"}) if too_long else metering(request)

    usage = UsageBuffer(ScriptedApi([gateway]).billing())
    for _ in range(100):
        usage.add("org_1", "api-calls")
    assert usage.flush() == Flushed(100, (), ())


def test_what_answers_without_being_the_api_takes_no_use(api: ScriptedApi) -> None:
    usage = UsageBuffer(ScriptedApi([httpx.Response(200, text="<html>Sign in to this network</html>")]).billing())
    usage.add("org_1", "api-calls")
    assert [type(each) for each in usage.flush().failures] == [Unreachable]
    assert len(usage.waiting) == 1


def test_a_buffer_with_a_journal_may_be_closed_twice(api: ScriptedApi, tmp_path: Path) -> None:
    with UsageBuffer(api.billing(), journal=tmp_path / "usage.jsonl") as usage:
        usage.add("org_1", "api-calls")
        usage.close()
    assert usage.waiting == ()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_the_copy_that_a_fork_makes_takes_nothing_and_leaves_the_journal_alone(
    api: ScriptedApi, metering: Metering, tmp_path: Path
) -> None:
    path = tmp_path / "usage.jsonl"
    usage = UsageBuffer(api.billing(), journal=path)
    usage.add("org_1", "api-calls", event_id="e1")
    before = path.read_text()
    child = os.fork()
    if not child:
        taken = 1
        try:
            usage.add("org_1", "api-calls", event_id="lost")
        except BufferClosed:
            taken = 0
        finally:
            usage.close()
            os._exit(taken)
    _, status = os.waitpid(child, 0)
    assert (os.waitstatus_to_exitcode(status), path.read_text()) == (0, before)
    usage.close()
    assert metering.recorded == [("org_1", "e1")]


def test_a_task_that_was_cancelled_leaves_the_rest_to_the_end(api: ScriptedApi, metering: Metering) -> None:
    async def use() -> None:
        async with AsyncUsageBuffer(api.async_billing(), every=3600) as usage:
            usage.add("org_1", "api-calls", event_id="e1")
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    asyncio.run(use())
    assert metering.recorded == [("org_1", "e1")]
