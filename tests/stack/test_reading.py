"""What a member may read, and how a browser may ask."""

import pytest

from billing.core.clock import utc_now
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.domain.transaction import OrganizationChange
from billing.subscriptions.table.store import DynamoStore
from tests.stack.api import Member, opened, refused
from tests.stack.world import Cloud, fresh


def test_the_session_says_who_and_for_which_organization(world: Cloud) -> None:
    member = world.member(fresh("org"), sub="usr_7", email="ann@example.com", roles=["owner", "member"])

    answer = member.get("/api/session")

    assert answer.json() == {
        "userId": "usr_7",
        "email": "ann@example.com",
        "organizationId": member.organization_id,
        "roles": ["member", "owner"],
        "permissions": [],
    }
    assert answer.headers["cache-control"] == "no-store"


def test_the_plans_with_a_price_are_what_chargebee_sells_for_it(world: Cloud, admin: Member) -> None:
    plans = admin.get("/api/plans").json()["plans"]

    assert {"starter", "growth", "growth-yearly", "scale"} <= {plan["itemPriceId"] for plan in plans}
    for plan in plans:
        if "price" in plan:
            sold = world.chargebee.get(f"/item_prices/{plan['itemPriceId']}")["item_price"]
            assert (sold["item_type"], sold["price"], sold["currency_code"]) == (
                "plan",
                plan["price"]["amount"],
                plan["price"]["currency"],
            )
    (growth,) = [plan for plan in plans if plan["itemPriceId"] == "growth"]
    assert growth["freeTrial"] == {"days": 14}
    assert growth["limits"]["seats"] == 25


def test_nothing_is_what_a_new_organization_has(admin: Member) -> None:
    assert admin.listing().json() == {"subscriptions": [], "cursor": None, "pendingCheckout": None}
    assert admin.get("/api/access", itemPriceId="growth").json() == {"allowed": False, "reason": "no_subscription"}
    refused(admin.get("/api/access"), 400, "invalid_request")
    refused(admin.listing(cursor="sub_nobody"), 400, "invalid_request")


def test_nothing_to_change_cancel_or_restore_is_said_so(world: Cloud, admin: Member) -> None:
    refused(admin.update(seats=6), 404, "subscription_not_found")
    refused(admin.cancel(), 404, "subscription_not_found")
    refused(admin.restore(), 404, "subscription_not_found")
    world.subscribe(admin)
    refused(admin.update(seats=5), 400, "nothing_to_change")
    refused(admin.update(seats=26), 400, "invalid_seats")
    refused(admin.update(itemPriceId="nope"), 400, "unknown_plan")
    refused(admin.restore(), 409, "invalid_state")
    refused(admin.cancel(at="yesterday"), 400, "invalid_request")
    refused(admin.create(), 400, "subscription_exists")


def test_a_long_history_comes_in_pages_that_repeat_and_skip_nothing(world: Cloud) -> None:
    admin = world.member(fresh("org"))
    ended = tuple(
        Subscription(f"sub_{number:03}", admin.organization_id, Status.CANCELLED, checkout_id=f"sub_{number:03}")
        for number in range(60)
    )
    store = DynamoStore(world.table.client, world.table.name, utc_now)
    store.commit(OrganizationChange(Organization(admin.organization_id, version=1), ended))

    seen: list[str] = []
    cursor = ""
    while True:
        page = admin.listing(history="true", **({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["subscriptions"]]
        if page["cursor"] is None:
            break
        cursor = page["cursor"]

    assert sorted(seen) == [row.id for row in ended]
    assert admin.listing().json()["subscriptions"] == []


@pytest.mark.parametrize("origin, admitted", [("app", True), ("https://evil.example.com", False)])
def test_a_browser_of_the_applications_origin_may_ask(world: Cloud, origin: str, admitted: bool) -> None:
    asking = world.stack.app if origin == "app" else origin

    answer = world.http.options(
        "/api/subscription/create",
        headers={
            "origin": asking,
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,content-type",
        },
    )

    assert (answer.headers.get("access-control-allow-origin") == asking) is admitted


def test_a_route_that_does_not_exist_is_404_and_a_method_too(world: Cloud, admin: Member) -> None:
    assert admin.get("/api/subscription/nothing").status_code == 404
    assert admin.get("/api/subscription/create").status_code in (404, 405)


def test_an_address_with_every_kind_of_character_comes_back_whole(world: Cloud, admin: Member) -> None:
    page = opened(admin.create(successUrl="/büro/a b?x=1&y=%2Fz#top"))

    location = world.come_back(world.chargebee.pay(page["id"]))

    assert location == f"{world.stack.app}/b%C3%BCro/a%20b?x=1&y=%2Fz#top"
