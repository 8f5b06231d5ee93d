"""The plan that an organization is listed under, and the card that its customer pays with."""

from typing import Any

import pytest

from billing.subscriptions.domain.decision import decide
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Item
from billing.subscriptions.domain.transaction import Outcome
from tests.subscriptions.examples import (
    a_partition,
    a_subscription,
    customer_json,
    event,
    subscription_event,
    subscription_json,
)

STARTER = (Item("starter", "plan", 1),)


def after(partition: OrganizationState, news: Any) -> Organization:
    """The organization after the news, as it is written."""
    change = decide(partition, news).change
    assert change is not None
    return change.organization


def card_news(status: str, version: int, **fields: Any) -> Any:
    customer = customer_json(card_status=status, resource_version=version, **fields)
    return event("customer_changed", customer=customer)


def test_the_plan_is_the_newest_live_subscriptions() -> None:
    partition = a_partition(a_subscription(id="cb0", created_at=1, items=STARTER), plan_id="starter")
    assert after(partition, subscription_event(created_at=2)).plan_id == "growth"


def test_the_plan_goes_with_the_last_subscription() -> None:
    partition = a_partition(a_subscription(), plan_id="growth")
    version = (a_subscription().resource_version or 0) + 1
    assert after(partition, subscription_event(status="cancelled", resource_version=version)).plan_id is None


def test_a_deleted_customer_takes_its_plan_and_its_card_along() -> None:
    partition = a_partition(a_subscription(), plan_id="growth", card_status="valid", customer_version=9)
    organization = after(partition, event("customer_deleted", customer=customer_json(deleted=True)))
    assert (organization.plan_id, organization.card_status, organization.customer_version) == (None, None, None)


def test_the_newest_news_of_the_card_stands_in_whatever_order_it_comes() -> None:
    partition = a_partition()
    for status, version in (("valid", 5), ("no_card", 3), ("expired", 5), ("expiring", 7), ("valid", 6)):
        decision = decide(partition, card_news(status, version))
        partition = OrganizationState(decision.change.organization) if decision.change else partition
    assert partition.organization is not None
    assert (partition.organization.card_status, partition.organization.customer_version) == ("expiring", 7)


def test_old_news_of_the_card_writes_nothing() -> None:
    decision = decide(a_partition(card_status="valid", customer_version=5), card_news("no_card", 5))
    assert (decision.outcome, decision.change) == (Outcome.IGNORED, None)


def test_news_of_the_card_is_kept_beside_a_subscription_that_tells_nothing_new() -> None:
    customer = customer_json(card_status="no_card", resource_version=9)
    news = event(subscription=subscription_json(), customer=customer)
    assert decide(a_partition(a_subscription()), news).outcome is Outcome.DUPLICATE
    assert after(a_partition(a_subscription()), news).card_status == "no_card"


def test_another_customers_card_is_nothing_to_the_organization() -> None:
    news = card_news("no_card", 9, id="retired")
    decision = decide(a_partition(retired_customers=frozenset({"retired"})), news)
    assert decision.change is None


def test_a_customer_whose_invoices_are_not_collected_from_a_card_needs_none() -> None:
    assert after(a_partition(), card_news("no_card", 9, auto_collection="off")).card_status is None


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ({"type": "direct_debit", "status": "valid"}, "valid"),
        ({"type": "paypal_express_checkout", "status": "invalid"}, "invalid"),
        ({"type": "card", "status": "valid"}, "no_card"),
        ({"type": "direct_debit"}, "no_card"),
        (None, "no_card"),
    ],
)
def test_who_pays_without_a_card_is_known_by_what_pays_instead(method: dict[str, str] | None, expected: str) -> None:
    news = card_news("no_card", 9, payment_method=method)
    assert after(a_partition(), news).card_status == expected
