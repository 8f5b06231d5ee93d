from dataclasses import replace
from typing import Any

import pytest

from billing.subscriptions.domain.subscription import Item, Status, Subscription
from billing.subscriptions.domain.transition import Transition as T
from billing.subscriptions.domain.transition import transitions
from tests.subscriptions.examples import DAY, GROWTH, NOW, SUPPORT, TERM_END, a_subscription

MORE_SEATS = (Item("growth", "plan", 8, 4900, 39_200),)


def trial(**fields: Any) -> Subscription:
    return a_subscription(status=Status.IN_TRIAL, term_start=None, term_end=None, trial_end=NOW + 14 * DAY, **fields)


def with_status(status: Status, **fields: Any) -> Subscription:
    return a_subscription(status=status, **fields)


ACTIVE = a_subscription()
FUTURE = with_status(Status.FUTURE, term_start=None, term_end=None)
LEAVING = with_status(Status.NON_RENEWING, cancelled_at=TERM_END, next_billing_at=None)
PAUSED = with_status(Status.PAUSED, pause_date=NOW)
CANCELLED = with_status(Status.CANCELLED, cancelled_at=NOW)
TRANSFERRED = with_status(Status.TRANSFERRED)
DELETED = with_status(Status.DELETED, cancelled_at=NOW)
UNPAID = a_subscription(due_invoices=1, due_since=NOW)
RENEWED = a_subscription(term_start=TERM_END, term_end=TERM_END + 30 * DAY)

TABLE: list[tuple[str, Subscription | None, Subscription, list[T]]] = [
    # a row appears
    ("bought", None, ACTIVE, [T.CREATED, T.ACTIVATED]),
    ("bought with a trial", None, trial(), [T.CREATED, T.ACTIVATED, T.TRIAL_STARTED]),
    ("bought for later", None, FUTURE, [T.CREATED]),
    ("first seen leaving", None, LEAVING, [T.CREATED, T.ACTIVATED, T.CANCELLATION_SCHEDULED]),
    ("first seen paused", None, PAUSED, [T.CREATED, T.ACTIVATED, T.PAUSED]),
    ("first seen unpaid", None, UNPAID, [T.CREATED, T.ACTIVATED, T.PAST_DUE]),
    ("first seen cancelled", None, CANCELLED, [T.CREATED, T.CANCELLED]),
    ("first seen transferred", None, TRANSFERRED, [T.CREATED, T.CANCELLED]),
    ("first seen deleted", None, DELETED, [T.CREATED, T.CANCELLED, T.DELETED]),
    # it begins
    ("a future one starts", FUTURE, ACTIVE, [T.ACTIVATED]),
    ("a future one starts its trial", FUTURE, trial(), [T.ACTIVATED, T.TRIAL_STARTED]),
    ("a future one is called off", FUTURE, CANCELLED, [T.CANCELLED]),
    # the trial
    ("the trial is paid", trial(), ACTIVE, [T.TRIAL_ENDED]),
    ("the trial lapses", trial(), CANCELLED, [T.TRIAL_ENDED, T.CANCELLED]),
    (
        "the trial is extended",
        trial(),
        replace(trial(), trial_end=NOW + 30 * DAY),
        [T.UPDATED],
    ),
    ("the trial is called off", trial(), trial(cancelled_at=NOW + DAY), [T.CANCELLATION_SCHEDULED]),
    ("it begins a trial again", CANCELLED, trial(), [T.ACTIVATED, T.TRIAL_STARTED]),
    # it goes on
    ("nothing happens", ACTIVE, ACTIVE, []),
    ("it renews", ACTIVE, RENEWED, [T.RENEWED]),
    ("more seats", ACTIVE, a_subscription(items=MORE_SEATS), [T.UPDATED]),
    ("an add-on", ACTIVE, a_subscription(items=(GROWTH, SUPPORT)), [T.UPDATED]),
    ("a change is scheduled", ACTIVE, a_subscription(changes_scheduled_at=TERM_END), [T.UPDATED]),
    (
        "it renews with more seats",
        ACTIVE,
        a_subscription(items=MORE_SEATS, term_start=TERM_END),
        [T.RENEWED, T.UPDATED],
    ),
    ("the term is cut short", ACTIVE, a_subscription(term_end=NOW), []),
    ("the term starts earlier", RENEWED, ACTIVE, []),
    # it is to end
    ("cancellation is scheduled", ACTIVE, LEAVING, [T.CANCELLATION_SCHEDULED]),
    ("the date moves", LEAVING, with_status(Status.NON_RENEWING, cancelled_at=TERM_END + DAY), []),
    ("cancellation is removed", LEAVING, ACTIVE, [T.CANCELLATION_REMOVED]),
    ("the date arrives", LEAVING, CANCELLED, [T.CANCELLED]),
    # it pauses
    ("it pauses", ACTIVE, PAUSED, [T.PAUSED]),
    ("it resumes", PAUSED, ACTIVE, [T.RESUMED]),
    ("it resumes in a new term", PAUSED, RENEWED, [T.RENEWED, T.RESUMED]),
    ("it ends while paused", PAUSED, CANCELLED, [T.CANCELLED]),
    # it is not paid
    ("a payment fails", ACTIVE, UNPAID, [T.PAST_DUE]),
    ("another payment fails", UNPAID, a_subscription(due_invoices=2, due_since=NOW), []),
    ("it is paid after all", UNPAID, ACTIVE, [T.RECOVERED]),
    ("it ends unpaid", UNPAID, with_status(Status.CANCELLED, due_invoices=1), [T.CANCELLED]),
    ("it ends and is written off", UNPAID, CANCELLED, [T.CANCELLED]),
    ("it renews and is not paid", ACTIVE, a_subscription(term_start=TERM_END, due_invoices=1), [T.RENEWED, T.PAST_DUE]),
    # it ends
    ("it is cancelled", ACTIVE, CANCELLED, [T.CANCELLED]),
    ("it is transferred", ACTIVE, TRANSFERRED, [T.CANCELLED]),
    ("it is deleted alive", ACTIVE, DELETED, [T.CANCELLED, T.DELETED]),
    ("it is deleted after its end", CANCELLED, DELETED, [T.DELETED]),
    ("it ended and stays so", CANCELLED, CANCELLED, []),
    ("an ended one is edited", CANCELLED, with_status(Status.CANCELLED, items=MORE_SEATS), []),
    # it comes back
    ("it is reactivated", CANCELLED, ACTIVE, [T.ACTIVATED]),
    ("it is reactivated with other seats", CANCELLED, a_subscription(items=MORE_SEATS), [T.ACTIVATED]),
    ("it is reactivated in a later term", CANCELLED, RENEWED, [T.ACTIVATED]),
]


@pytest.mark.parametrize(
    ("before", "after", "expected"), [row[1:] for row in TABLE], ids=[row[0].replace(" ", "-") for row in TABLE]
)
def test_what_happened_is_told_by_comparing(
    before: Subscription | None, after: Subscription, expected: list[T]
) -> None:
    assert list(transitions(before, after)) == expected


@pytest.mark.parametrize("after", [row[2] for row in TABLE], ids=[row[0].replace(" ", "-") for row in TABLE])
def test_the_same_state_again_announces_nothing(after: Subscription) -> None:
    assert transitions(after, after) == ()


def test_every_transition_of_a_subscription_can_happen() -> None:
    seen = {transition for *_, expected in TABLE for transition in expected}
    assert seen == {each for each in T if each.startswith("subscription.")}
