"""Rows from what each part of the stack wrote down."""

from dataclasses import replace
from typing import Any

from local.backstage.rows import Announcement, Call, Delivery, Row, Sources, Stage
from local.backstage.timeline import timeline
from local.operations.log_lines import Line

ACME, OTHER = "org_acme", "org_other"
KEY = f"{ACME}#7#000"
EVENT = {"id": "ev_1", "source": "api", "content": {"subscription": {"id": "sub_1", "customer_id": ACME}}}


def line(at: int, function: str, message: str, **fields: Any) -> Line:
    return Line(at, function, {"message": message, **fields})


def accepted(at: int, event_id: str = "ev_1") -> Line:
    return line(at, "ChargebeeWebhook", "webhook_accepted", event_id=event_id, type="subscription_changed")


def applied(at: int, outcome: str = "applied", organization_id: str = ACME) -> Line:
    said = {"event_id": "ev_1", "type": "subscription_changed", "organization_id": organization_id}
    return line(at, "ApplyBillingEvent", "applied", outcome=outcome, **said)


def delivery(at: int, answer: str = "delivered") -> Delivery:
    return Delivery(at, "Chargebee", "ev_1", "subscription_changed", answer, EVENT)


CHANGE = Sources(
    lines=(
        line(1_020, "SubscriptionUpdate", "done", organization_id=ACME, route="POST /api/subscription/update"),
        accepted(1_040),
        applied(1_060),
        line(1_070, "RelayOutbox", "relayed", organization_id=ACME, key=KEY, transition="subscription.updated"),
        line(1_090, "RunHooks", "hook_called", organization_id=ACME, key=KEY, hook="on_subscription_updated"),
    ),
    calls=(Call(1_010, "POST", "/subscriptions/sub_1/update", 200, {"params": {"customer": ACME}}),),
    deliveries=(delivery(1_030),),
    announcements=(Announcement(KEY, "subscription.updated", "ev_1", 1_000, {"event_id": "ev_1"}),),
)


def way_back(rows: list[Row], last: Stage) -> list[Stage]:
    """From the last row of a stage to the row that nothing caused."""
    by_id = {row.id: row for row in rows}
    row = next(each for each in rows if each.stage is last)
    way = [row.stage]
    while row.cause:
        row = by_id[row.cause]
        way.append(row.stage)
    return way


def test_a_hook_can_be_traced_back_to_the_request_that_it_comes_of() -> None:
    rows = timeline(CHANGE, {ACME})
    assert way_back(rows, Stage.HOOK) == [
        Stage.HOOK,
        Stage.BUS,
        Stage.CHANGED,
        Stage.APPLIED,
        Stage.ACCEPTED,
        Stage.SENT,
        Stage.CALL,
        Stage.REQUEST,
    ]


def test_the_newest_row_is_the_first_and_of_one_moment_the_effect_stands_before_its_cause() -> None:
    rows = timeline(CHANGE, {ACME})
    assert [row.at for row in rows] == sorted((row.at for row in rows), reverse=True)
    assert [row.stage for row in rows if row.at == 1_060] == [Stage.CHANGED, Stage.APPLIED]


def test_a_second_delivery_has_a_row_and_an_outcome_of_its_own() -> None:
    again = Sources(
        lines=(accepted(1_040), applied(1_060), accepted(1_140), applied(1_160, "duplicate")),
        deliveries=(delivery(1_030), delivery(1_130)),
        announcements=CHANGE.announcements,
    )
    rows = {row.id: row for row in timeline(again, {ACME})}
    first, second = sorted((row for row in rows.values() if row.stage is Stage.APPLIED), key=lambda row: row.at)
    assert [first.outcome, second.outcome] == ["applied", "duplicate"]
    assert [rows[str(row.cause)].at for row in (first, second)] == [1_040, 1_140]
    (change,) = (row for row in rows.values() if row.stage is Stage.CHANGED)
    assert change.cause == first.id


def test_what_was_dropped_is_told_and_led_to_nothing() -> None:
    rows = timeline(Sources(deliveries=(delivery(1_030, "dropped"),)), {ACME})
    assert [(row.stage, row.outcome) for row in rows] == [(Stage.SENT, "dropped")]


def test_an_accepted_webhook_names_nobody_and_is_found_by_its_event() -> None:
    rows = timeline(Sources(lines=(accepted(1_040), accepted(1_050, "ev_2")), deliveries=(delivery(1_030),)), {ACME})
    assert [row.thread for row in rows if row.stage is Stage.ACCEPTED] == ["ev_1"]


def test_another_organization_s_rows_are_not_shown() -> None:
    theirs = replace(delivery(1_030), document={"customer_id": OTHER}, event_id="ev_3")
    call = Call(1_010, "GET", f"/customers/{OTHER}", 200, {})
    assert (
        timeline(Sources(lines=(applied(1_060, organization_id=OTHER),), calls=(call,), deliveries=(theirs,)), {ACME})
        == []
    )


def test_a_mapped_organization_is_known_by_its_customer_too() -> None:
    call = Call(1_010, "GET", "/customers/cus_7", 200, {})
    assert [row.title for row in timeline(Sources(calls=(call,)), {ACME, "cus_7"})] == ["GET /customers/cus_7"]


def test_the_event_log_s_row_stands_in_the_document_of_what_was_processed() -> None:
    kept = {"pk": "EVENT#chargebee#ev_1", "outcome": "applied"}
    (row,) = timeline(Sources(lines=(applied(1_060),), outcomes={"ev_1": kept}), {ACME})
    assert row.document["event log"] == kept


def test_a_hook_that_fails_is_told_with_what_it_was_called_for() -> None:
    failure = line(1_080, "RunHooks", "message_failed", organization_id=ACME, key=KEY, exception_name="ValueError")
    rows = timeline(replace(CHANGE, lines=(*CHANGE.lines[:4], failure)), {ACME})
    failed = rows[0]
    assert (failed.stage, failed.outcome) == (Stage.FAILED, "ValueError")
    assert way_back(rows, Stage.FAILED)[1] is Stage.BUS


def test_what_was_read_when_a_browser_came_back_is_the_cause_of_what_it_changed() -> None:
    """No event is behind it; the webhook that comes later is stale."""
    read = Announcement(KEY, "subscription.created", "", 1_000, {"request_id": "r-1"})
    rows = timeline(Sources(announcements=(read,)), {ACME})
    assert way_back(rows, Stage.CHANGED) == [Stage.CHANGED, Stage.READ]


def test_what_was_written_ahead_of_the_machine_s_clock_has_the_time_at_which_it_was_relayed() -> None:
    """The functions' clock may be weeks ahead, as the lines' never is."""
    ahead = Announcement(KEY, "subscription.created", "", 9_000_000, {"request_id": "r_1"})
    rows = timeline(replace(CHANGE, announcements=(ahead,)), {ACME})
    times = {row.stage: row.at for row in rows if row.stage in (Stage.READ, Stage.CHANGED, Stage.BUS)}
    assert times == {Stage.READ: 1_070, Stage.CHANGED: 1_070, Stage.BUS: 1_070}
    assert way_back(rows, Stage.HOOK) == [Stage.HOOK, Stage.BUS, Stage.CHANGED, Stage.READ]


def test_what_a_request_wrote_itself_comes_of_the_request() -> None:
    done = line(1_020, "SubscriptionCancel", "done", organization_id=ACME, request_id="r-1", route="POST /cancel")
    told = Announcement(KEY, "subscription.cancellation_scheduled", "", 1_000, {"request_id": "r-1"})
    rows = timeline(Sources(lines=(done,), announcements=(told,)), {ACME})
    assert way_back(rows, Stage.CHANGED) == [Stage.CHANGED, Stage.REQUEST]


def test_what_was_called_by_hand_comes_of_no_work_that_happened_to_end_after_it() -> None:
    """Such as the work on the very webhook that it led to."""
    by_hand = Call(1_010, "POST", "/subscriptions/sub_1/update", 200, {"params": {"customer": ACME}, "by": "backstage"})
    rows = timeline(replace(CHANGE, lines=CHANGE.lines[1:], calls=(by_hand,)), {ACME})
    assert way_back(rows, Stage.APPLIED) == [Stage.APPLIED, Stage.ACCEPTED, Stage.SENT, Stage.CALL]


def test_what_no_webhook_told_comes_of_the_reconciling_that_found_it() -> None:
    found = line(1_020, "Reconcile", "reconciled", request_id="r-1")
    earlier = line(1_000, "Reconcile", "reconciled", request_id="r-0")
    said = {"event_id": "ev_1", "type": "subscription_changed", "organization_id": ACME, "request_id": "r-1"}
    late = line(1_060, "ApplyBillingEvent", "applied", outcome="applied", **said)
    rows = timeline(Sources(lines=(earlier, found, late)), {ACME})
    assert [row.cause for row in rows] == [rows[1].id, None, None]


def test_a_call_about_a_subscription_of_the_organization_is_one_of_its_own() -> None:
    event = {"id": "ev_1", "content": {"subscription": {"id": "sub_1", "customer_id": ACME}}}
    sent = replace(delivery(1_030), document=event)
    calls = tuple(Call(1_010, "GET", f"/subscriptions/{each}", 200, {}) for each in ("sub_1", "sub_2"))
    rows = timeline(Sources(calls=calls, deliveries=(sent,)), {ACME})
    assert [row.title for row in rows if row.stage is Stage.CALL] == ["GET /subscriptions/sub_1"]
