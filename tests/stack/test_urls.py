"""Nobody leads a customer's browser away from the application, and a return link does what we signed."""

import httpx
import pytest

from tests.stack.account import Account, unmapped
from tests.stack.api import Member, refused
from tests.stack.world import Cloud

URLS = (
    "https://evil.example.com",
    "//evil.example.com",
    "/\\evil.example.com",
    "\\\\evil.example.com",
    "/\tevil.example.com",
    "/%09/evil.example.com",
    "/%2Fevil.example.com",
    "/%252Fevil.example.com",
    "/%5Cevil.example.com",
    "javascript:alert(1)",
    "billing",
    "/billing\r\nx-header: 1",
    "/" + "a" * 2_000,
    "",
)


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("field", ["successUrl", "cancelUrl"])
def test_a_url_that_leads_elsewhere_is_refused(world: Cloud, admin: Member, field: str, url: str) -> None:
    answer = admin.create(**{field: url})

    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] in ("invalid_url", "invalid_request")
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("url", URLS)
def test_the_portal_leads_back_to_the_application_only(world: Cloud, admin: Member, url: str) -> None:
    answer = admin.portal(returnUrl=url)

    assert answer.status_code == 400, answer.text
    world.untouched(admin.organization_id)


def test_a_return_link_that_is_forged_redirects_and_does_nothing_else(world: Cloud, admin: Member) -> None:
    page = admin.create().json()
    world.chargebee.faults(drop=1.0)
    link = httpx.URL(world.chargebee.pay(page["id"]))
    good = dict(link.params)
    world.chargebee.forget_requests()

    for forged in (
        {},
        good | {"state": "succeeded"},
        {name: value for name, value in good.items() if name != "state"},
        good | {"subscriptionId": "sub_other"},
        good | {"callbackURL": "/elsewhere"},
        good | {"state": good["state"].replace(admin.organization_id, "org_other")},
    ):
        answer = world.http.get("/api/subscription/success", params=forged)
        assert answer.status_code == 302
        assert answer.headers["location"].startswith(f"{world.stack.app}/")
    assert world.chargebee.requests(page["subscriptionId"]) == []
    assert admin.subscriptions() == []


@pytest.mark.parametrize("url", URLS)
def test_a_return_link_never_leads_elsewhere(world: Cloud, url: str) -> None:
    answer = world.http.get("/api/subscription/success", params={"callbackURL": url, "state": "x"})

    assert answer.status_code == 302
    assert answer.headers["location"].startswith((f"{world.stack.app}/billing", f"{world.stack.app}/"))
    assert "evil.example.com" not in httpx.URL(answer.headers["location"]).host


@pytest.mark.parametrize("url", ["https://evil", "//evil", "/\\evil", "/%09/evil", "/\t/evil"])
def test_a_success_url_that_leads_elsewhere_is_400_before_any_side_effect(world: Cloud, url: str) -> None:
    account = unmapped(world)

    refused(account.admin.create(successUrl=url), 400, "invalid_url")
    world.untouched(account.organization_id)


def test_the_same_holds_for_an_organization_that_has_its_customer(account: Account) -> None:
    refused(account.admin.create(successUrl="/\\evil"), 400, "invalid_url")

    assert account.world.chargebee.requests(account.customer_id) == []
    assert account.admin.listing().json()["pendingCheckout"] is None
