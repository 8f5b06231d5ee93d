from dataclasses import replace
from typing import Any

import pytest

from billing.subscriptions.domain.reducer import Source, Verdict, reduce
from billing.subscriptions.domain.subscription import Level, Levels, Status, Subscription
from tests.subscriptions.examples import GROWTH, NOW, SUPPORT, a_subscription

ROW = a_subscription(resource_version=20, occurred_at=NOW, checkout_id="sub_promised")


def snapshot(version: int | None = 20, **fields: Any) -> Subscription:
    return a_subscription(resource_version=version, checkout_id="", **fields)


def test_the_first_snapshot_of_a_subscription_becomes_its_row() -> None:
    reduction = reduce(None, snapshot(), Source.EVENT)
    assert (reduction.verdict, reduction.row) == (Verdict.NEWER, snapshot())


def test_a_first_snapshot_without_items_is_stored_with_none() -> None:
    assert reduce(None, snapshot(items=None), Source.EVENT).row.items == ()


@pytest.mark.parametrize("source", Source)
def test_a_newer_version_replaces_the_row_whole(source: Source) -> None:
    newer = snapshot(21, status=Status.CANCELLED, items=(SUPPORT,), term_end=None, occurred_at=NOW - 500)
    reduction = reduce(ROW, newer, source)
    assert reduction.verdict is Verdict.NEWER
    assert reduction.row == replace(newer, checkout_id="sub_promised")


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize("status", Status)
def test_an_older_version_changes_nothing_whatever_it_says(source: Source, status: Status) -> None:
    reduction = reduce(ROW, snapshot(19, status=status, occurred_at=NOW + 500), source)
    assert (reduction.verdict, reduction.row) == (Verdict.OLDER, ROW)


@pytest.mark.parametrize("source", Source)
def test_the_same_snapshot_again_changes_nothing(source: Source) -> None:
    reduction = reduce(ROW, snapshot(), source)
    assert (reduction.verdict, reduction.row) == (Verdict.SAME, ROW)


def test_the_time_of_the_event_alone_makes_no_difference() -> None:
    assert reduce(ROW, snapshot(occurred_at=NOW + 60), Source.EVENT).verdict is Verdict.SAME


def test_an_equally_new_event_that_differs_is_not_guessed_about() -> None:
    reduction = reduce(ROW, snapshot(status=Status.PAUSED), Source.EVENT)
    assert (reduction.verdict, reduction.row) == (Verdict.UNDECIDED, ROW)


def test_an_equally_new_reading_that_differs_is_the_truth() -> None:
    reduction = reduce(ROW, snapshot(status=Status.PAUSED), Source.READ)
    assert (reduction.verdict, reduction.row.status) == (Verdict.NEWER, Status.PAUSED)


def test_a_deletion_beats_what_is_equally_new() -> None:
    assert reduce(ROW, snapshot(status=Status.DELETED), Source.EVENT).row.status is Status.DELETED


@pytest.mark.parametrize("source", Source)
def test_a_deleted_row_is_not_brought_back_by_what_is_equally_new(source: Source) -> None:
    deleted = replace(ROW, status=Status.DELETED)
    assert reduce(deleted, snapshot(status=Status.ACTIVE), source).verdict is Verdict.OLDER


@pytest.mark.parametrize(
    ("row_version", "snapshot_version"), [(None, 20), (20, None), (None, None)], ids=["row", "snapshot", "both"]
)
@pytest.mark.parametrize(
    ("seconds", "verdict"), [(-1, Verdict.OLDER), (1, Verdict.NEWER), (0, Verdict.UNDECIDED)], ids=str
)
def test_where_a_version_is_absent_the_seconds_of_the_events_decide(
    row_version: int | None, snapshot_version: int | None, seconds: int, verdict: Verdict
) -> None:
    row = replace(ROW, resource_version=row_version)
    met = snapshot(snapshot_version, occurred_at=NOW + seconds, status=Status.PAUSED)
    assert reduce(row, met, Source.EVENT).verdict is verdict


def test_items_that_a_snapshot_lacks_are_the_rows() -> None:
    reduction = reduce(ROW, snapshot(21, items=None, status=Status.PAUSED), Source.EVENT)
    assert (reduction.row.items, reduction.row.status) == ((GROWTH,), Status.PAUSED)


def test_an_equally_new_snapshot_that_only_lacks_the_items_is_the_same() -> None:
    assert reduce(ROW, snapshot(items=None), Source.EVENT).verdict is Verdict.SAME


def test_the_promised_id_of_a_row_is_its_own_for_ever() -> None:
    newer = replace(snapshot(21), checkout_id="sub_other")
    assert reduce(ROW, newer, Source.READ).row.checkout_id == "sub_promised"


# --- what is scheduled ----------------------------------------------------------------------------

SCHEDULED: dict[str, Any] = {"has_scheduled_changes": True, "changes_scheduled_at": NOW + 60}
READ_ROW = replace(ROW, **SCHEDULED, scheduled_items=(SUPPORT,))


@pytest.mark.parametrize("source", Source)
def test_what_was_read_of_a_scheduled_change_outlives_the_same_news(source: Source) -> None:
    reduction = reduce(READ_ROW, snapshot(**SCHEDULED), source)
    assert (reduction.verdict, reduction.row) == (Verdict.SAME, READ_ROW)


@pytest.mark.parametrize("source", Source)
def test_newer_news_may_have_scheduled_something_else(source: Source) -> None:
    row = reduce(READ_ROW, snapshot(21, **SCHEDULED), source).row
    assert (row.scheduled_items, row.scheduled_unknown) == (None, True)


def test_a_reading_adds_what_is_scheduled_to_the_news_that_it_is_of() -> None:
    reduction = reduce(replace(ROW, **SCHEDULED), snapshot(**SCHEDULED, scheduled_items=(GROWTH,)), Source.READ)
    assert (reduction.verdict, reduction.row.scheduled_items) == (Verdict.NEWER, (GROWTH,))


def test_where_nothing_is_scheduled_any_more_nothing_of_it_stays() -> None:
    assert reduce(READ_ROW, snapshot(21), Source.EVENT).row.scheduled_items is None


LEVELS = Levels(NOW, (Level("calls", "50"),))


@pytest.mark.parametrize(
    ("items", "outdated"),
    [
        ((GROWTH,), False),
        ((replace(GROWTH, amount=1),), False),
        ((replace(GROWTH, quantity=6),), True),
        ((GROWTH, SUPPORT), True),
        (None, False),
    ],
)
def test_levels_outlive_every_snapshot_and_are_outdated_by_other_items(items: Any, outdated: bool) -> None:
    held = replace(ROW, levels=LEVELS)
    reduction = reduce(held, snapshot(21, items=items), Source.READ)
    assert reduction.row.levels == replace(LEVELS, outdated=outdated)
    later = reduce(reduction.row, snapshot(22), Source.EVENT)
    assert later.row.levels == replace(LEVELS, outdated=outdated), "nothing but a read makes them new"


def test_an_older_snapshot_outdates_nothing() -> None:
    held = replace(ROW, levels=LEVELS)
    assert reduce(held, snapshot(19, items=(SUPPORT,)), Source.EVENT).row == held
