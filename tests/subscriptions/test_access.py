from typing import Any

import pytest

from billing.subscriptions.domain.access import NEWS_ALLOWANCE, UNVERIFIED_ALLOWANCE, Access, Policy, Reason, access
from billing.subscriptions.domain.subscription import Item, Status
from tests.subscriptions.examples import DAY, NOW, TERM_END, a_subscription

GRACE = Policy(past_due_grace=7 * DAY)
STRICT = Policy(past_due_grace=0)


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        (Status.FUTURE, False),
        (Status.IN_TRIAL, True),
        (Status.ACTIVE, True),
        (Status.NON_RENEWING, True),
        (Status.PAUSED, False),
        (Status.CANCELLED, False),
        (Status.TRANSFERRED, False),
        (Status.DELETED, False),
    ],
)
def test_a_status_grants_access_exactly_while_it_runs(status: Status, allowed: bool) -> None:
    row = a_subscription(status=status, trial_end=NOW + DAY)
    assert access(row, STRICT, NOW) == Access(allowed, Reason(status))


@pytest.mark.parametrize(("seconds_before_the_date", "allowed"), [(1, True), (0, False), (-1, False)])
def test_a_scheduled_cancellation_grants_access_until_its_date(seconds_before_the_date: int, allowed: bool) -> None:
    row = a_subscription(status=Status.NON_RENEWING, cancelled_at=TERM_END)
    decided = access(row, STRICT, TERM_END - seconds_before_the_date)
    assert (decided.allowed, decided.reason) == (allowed, "non_renewing" if allowed else "cancelled")


@pytest.mark.parametrize(
    ("seconds_unpaid", "expected"),
    [(0, (True, "past_due_grace")), (7 * DAY - 1, (True, "past_due_grace")), (7 * DAY, (False, "past_due"))],
)
def test_an_unpaid_invoice_is_forgiven_for_the_grace_period(seconds_unpaid: int, expected: tuple[bool, str]) -> None:
    row = a_subscription(due_invoices=1, due_since=NOW - seconds_unpaid)
    decided = access(row, GRACE, NOW)
    assert (decided.allowed, decided.reason) == expected


@pytest.mark.parametrize(("days", "allowed"), [(None, True), (0, False), (3, False), (30, True)])
def test_a_plans_own_grace_period_counts_before_the_deployments(days: int | None, allowed: bool) -> None:
    policy = Policy(7 * DAY, {"growth": days and days * DAY}.get)
    assert access(a_subscription(due_invoices=1, due_since=NOW - 5 * DAY), policy, NOW).allowed == allowed
    another = a_subscription(due_invoices=1, due_since=NOW - 5 * DAY, items=(Item("starter", "plan", 1),))
    assert access(another, policy, NOW).allowed
    assert access(a_subscription(), Policy(0, pytest.fail), NOW).allowed, "only who is past due is asked about"


def test_without_a_grace_period_an_unpaid_invoice_closes_at_once() -> None:
    assert not access(a_subscription(due_invoices=1, due_since=NOW), STRICT, NOW).allowed


def test_where_chargebee_does_not_say_since_when_the_event_does() -> None:
    row = a_subscription(due_invoices=1, due_since=None, occurred_at=NOW - 7 * DAY)
    assert (access(row, GRACE, NOW - 1).allowed, access(row, GRACE, NOW).allowed) == (True, False)


def test_an_unpaid_subscription_that_is_paused_is_paused() -> None:
    assert access(a_subscription(status=Status.PAUSED, due_invoices=1), GRACE, NOW).reason == "paused"


@pytest.mark.parametrize(
    ("fields", "end"),
    [
        ({}, TERM_END),
        ({"status": Status.IN_TRIAL, "trial_end": NOW + DAY, "term_end": None}, NOW + DAY),
        ({"status": Status.NON_RENEWING}, TERM_END),
        ({"due_invoices": 1, "due_since": TERM_END}, TERM_END),
    ],
    ids=["term", "trial", "leaving", "unpaid"],
)
def test_an_hour_after_a_period_ended_without_news_the_answer_wants_verification(
    fields: dict[str, Any], end: int
) -> None:
    row = a_subscription(**fields)
    assert not access(row, GRACE, end + NEWS_ALLOWANCE - 1).verify
    assert access(row, GRACE, end + NEWS_ALLOWANCE).verify


def test_a_subscription_without_a_known_end_needs_no_verification() -> None:
    assert not access(a_subscription(term_end=None), GRACE, NOW + 1000 * DAY).verify


def test_three_days_after_a_period_ended_without_news_access_ends() -> None:
    end = TERM_END + UNVERIFIED_ALLOWANCE
    assert access(a_subscription(), GRACE, end - 1).allowed
    assert access(a_subscription(), GRACE, end) == Access(allowed=False, reason=Reason.UNVERIFIED, verify=True)


@pytest.mark.parametrize(
    "fields",
    [{"status": Status.FUTURE, "next_billing_at": NOW}, {"status": Status.PAUSED, "resume_date": NOW}],
    ids=["future", "paused"],
)
def test_what_should_have_begun_an_hour_ago_wants_verification(fields: dict[str, Any]) -> None:
    row = a_subscription(**fields)
    assert not access(row, GRACE, NOW + NEWS_ALLOWANCE - 1).verify
    assert access(row, GRACE, NOW + NEWS_ALLOWANCE).verify
