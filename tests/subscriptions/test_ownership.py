from typing import Any

import pytest

from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.ownership import candidate_organizations, checkout_id, owns
from tests.subscriptions.examples import (
    ORG,
    a_checkout,
    a_subscription,
    an_organization,
    customer_json,
    event,
    item_json,
    subscription_json,
)


def about(customer_id: str = ORG, named: str | None = None, **customer: Any) -> Any:
    meta_data = {"organizationId": named} if named else {}
    return event(
        subscription=subscription_json(customer_id=customer_id),
        customer=customer_json(id=customer_id, meta_data=meta_data, **customer),
    )


@pytest.mark.parametrize(
    ("customer_id", "named", "expected"),
    [
        (ORG, None, (ORG,)),
        (ORG, ORG, (ORG,)),
        ("cust_1", ORG, (ORG, "cust_1")),
        ("cust_1", None, ("cust_1",)),
    ],
)
def test_the_organization_that_the_customer_names_is_looked_in_first(
    customer_id: str, named: str | None, expected: tuple[str, ...]
) -> None:
    assert candidate_organizations(about(customer_id, named)) == expected


def test_an_event_about_nobody_has_nowhere_to_look() -> None:
    assert candidate_organizations(event("item_price_created")) == ()


UNMAPPED = an_organization(customer_id=None)
AFTER_DELETION = an_organization(customer_id=None, retired_customers=frozenset({ORG}))


@pytest.mark.parametrize(
    ("organization", "customer_id", "named", "expected"),
    [
        (an_organization(), ORG, None, True),
        (an_organization(), "cust_1", ORG, False),
        (an_organization(customer_id="cust_1"), "cust_1", None, True),
        (an_organization(customer_id="cust_1"), ORG, ORG, False),
        (an_organization(retired_customers=frozenset({"cust_0"})), "cust_0", None, True),
        (UNMAPPED, ORG, None, True),
        (UNMAPPED, "cust_1", ORG, True),
        (UNMAPPED, "cust_1", None, False),
        (UNMAPPED, "cust_1", "org_2", False),
        (UNMAPPED, f"{ORG}-2", None, False),
        (AFTER_DELETION, ORG, ORG, True),
        (AFTER_DELETION, f"{ORG}-2", None, True),
        (AFTER_DELETION, f"{ORG}-3", None, False),
        (AFTER_DELETION, "cust_1", ORG, True),
    ],
    ids=[
        "its own customer",
        "a second customer that names it",
        "the foreign customer that it is mapped to",
        "its own id, although it is mapped elsewhere",
        "a customer that was deleted",
        "nobody yet, and its own id",
        "nobody yet, and a customer that names it",
        "nobody yet, and a stranger",
        "nobody yet, and somebody else's",
        "nobody yet, and an id that is not due",
        "after a deletion, the deleted one",
        "after a deletion, the next id",
        "after a deletion, an id that is not due",
        "after a deletion, a customer that names it",
    ],
)
def test_nobodys_customer_is_taken_over(
    organization: Organization, customer_id: str, named: str | None, expected: bool
) -> None:
    assert owns(organization, about(customer_id, named)) is expected


OPEN = an_organization(checkout=a_checkout(subscription_id="sub_open"))


@pytest.mark.parametrize(
    ("organization", "content", "expected"),
    [
        (an_organization(), {}, "cb1"),
        (OPEN, {"subscription": {"id": "sub_open"}}, "sub_open"),
        (OPEN, {"subscription": {"meta_data": {"subscriptionId": "sub_open"}, "plan": "scale"}}, "sub_open"),
        (OPEN, {"subscription": {"meta_data": {"subscriptionId": "sub_stale"}, "plan": "scale"}}, "cb1"),
        (OPEN, {"pending": "sub_open", "subscription": {"plan": "scale"}}, "sub_open"),
        (OPEN, {"pending": "sub_stale", "subscription": {"plan": "scale"}}, "cb1"),
        (OPEN, {"subscription": {"plan": "growth"}}, "sub_open"),
        (OPEN, {"subscription": {"plan": "scale"}}, "cb1"),
        (an_organization(), {"pending": "sub_gone"}, "cb1"),
    ],
    ids=[
        "nothing is open",
        "1 Chargebee's id is the promised one",
        "2 the subscription's meta_data promises it",
        "2 a stale promise",
        "3 the customer is stamped with it",
        "3 a stale stamp",
        "4 the plan of the open checkout",
        "4 another plan",
        "a stamp without an open checkout",
    ],
)
def test_the_checkout_that_a_new_subscription_fulfils_is_found_in_four_steps(
    organization: Organization, content: dict[str, Any], expected: str
) -> None:
    fields = dict(content.get("subscription", {}))
    plan = fields.pop("plan", "growth")
    meta_data = {"organizationId": ORG, "pendingSubscriptionId": content.get("pending")}
    met = event(
        "subscription_created",
        subscription=subscription_json(subscription_items=[item_json(plan)], **fields),
        customer=customer_json(meta_data=meta_data),
    )
    assert met.subscription is not None
    assert checkout_id(organization, met.subscription, met) == expected


def test_a_subscription_without_a_plan_fulfils_no_checkout_by_its_plan() -> None:
    assert checkout_id(OPEN, a_subscription(items=None), event()) == "cb1"
