import pytest

from billing.subscriptions.domain.subscription import Status
from tests.subscriptions.examples import NOW, SUPPORT, a_subscription

ENDED = {Status.CANCELLED, Status.TRANSFERRED, Status.DELETED}


@pytest.mark.parametrize("status", Status)
def test_a_subscription_is_live_until_it_ended(status: Status) -> None:
    row = a_subscription(status=status)
    assert (row.live, row.ended) == (status not in ENDED, status in ENDED)


@pytest.mark.parametrize("status", Status)
def test_only_a_live_subscription_is_past_due(status: Status) -> None:
    assert a_subscription(status=status, due_invoices=1).past_due is (status not in ENDED)


def test_without_unpaid_invoices_nothing_is_past_due() -> None:
    assert not a_subscription(due_invoices=0, due_since=NOW).past_due


@pytest.mark.parametrize("status", Status)
def test_a_live_subscriptions_cancellation_date_lies_ahead_and_an_ended_ones_lies_behind(status: Status) -> None:
    row = a_subscription(status=status, cancelled_at=NOW)
    assert row.cancel_at == (None if status in ENDED else NOW)


@pytest.mark.parametrize("items", [None, (), (SUPPORT,)])
def test_without_a_plan_there_are_no_seats(items: tuple[object, ...] | None) -> None:
    row = a_subscription(items=items)
    assert (row.plan, row.seats) == (None, None)
