"""Auth and input: nothing is done for a request that is not right."""

import json
from typing import Any

import pytest

from billing.runtime.route import Who
from billing.subscriptions.api import routes
from tests.stack.account import Account, unmapped
from tests.stack.api import ask, refused
from tests.stack.tokens import tampered
from tests.stack.world import World, fresh


def test_create_without_a_session_is_401_and_calls_nobody(world: World) -> None:
    world.chargebee.told()
    world.chargebee.forget_requests()

    assert world.bearer(None).create().status_code == 401

    assert world.chargebee.requests("") == []


def test_an_expired_or_tampered_token_or_an_empty_cookie_is_401(world: World) -> None:
    organization_id = fresh("org")
    expired = world.scalekit.token(organization_id, expires_in=-1)
    forged = tampered(world.scalekit.token(fresh("org")), oid=organization_id)

    assert world.bearer(expired).create().status_code == 401
    assert world.bearer(forged).create().status_code == 401
    for cookie in ("scalekit_session={}", "session={}", "scalekit_session=%7B%7D"):
        answer = world.http.post("/api/subscription/create", json={}, headers={"cookie": cookie})
        assert answer.status_code == 401
    _untouched(world, organization_id)


def test_a_token_without_oid_is_403_on_every_billing_route(world: World) -> None:
    homeless = world.bearer(world.scalekit.token(None))

    for route in routes.ROUTES:
        if route.who in (Who.MEMBER, Who.ADMIN):
            refused(ask(route, homeless, ""), 403, "organization_required")


def test_another_organizations_reference_is_403_and_calls_nobody(world: World) -> None:
    admin, other = world.member(fresh("org")), fresh("org")

    for answer in (
        admin.create(referenceId=other),
        admin.update(referenceId=other),
        admin.cancel(referenceId=other),
        admin.portal(referenceId=other),
        admin.listing(referenceId=other),
    ):
        refused(answer, 403, "forbidden")
    for organization_id in (admin.organization_id, other):
        _untouched(world, organization_id)


def test_a_member_without_a_billing_role_is_403(world: World) -> None:
    member = world.member(fresh("org"), roles=["member"])

    refused(member.create(), 403, "forbidden")
    _untouched(world, member.organization_id)


@pytest.mark.parametrize("text", ["{}", '{"itemPriceId":[]}', "null", '"{"', "{"])
def test_a_body_that_names_nothing_is_400_and_leaves_no_row_or_customer(world: World, text: str) -> None:
    admin = world.member(fresh("org"))

    answer = world.http.post(
        "/api/subscription/create", content=text, headers={**admin.headers, "content-type": "application/json"}
    )

    refused(answer, 400, "invalid_request")
    _untouched(world, admin.organization_id)


@pytest.mark.parametrize("wish", ["nope", ["growth", "nope"]], ids=json.dumps)
def test_an_unknown_item_price_is_400_wherever_it_stands(world: World, wish: Any) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(itemPriceId=wish), 400, "unknown_plan")
    _untouched(world, admin.organization_id)


@pytest.mark.parametrize(
    "seats, code",
    [
        (0, "invalid_seats"),
        (-3, "invalid_seats"),
        (26, "invalid_seats"),
        (1.5, "invalid_request"),
        ("5", "invalid_request"),
    ],
)
def test_seats_are_whole_and_from_one_to_the_plans_limit(world: World, seats: Any, code: str) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(seats=seats), 400, code)
    _untouched(world, admin.organization_id)


def test_a_trial_end_from_the_client_is_refused(world: World) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(trialEnd=4102444800), 400, "invalid_request")
    _untouched(world, admin.organization_id)


@pytest.mark.parametrize("url", ["https://evil", "//evil", "/\\evil", "/%09/evil", "/\t/evil"])
def test_a_success_url_that_leads_elsewhere_is_400_before_any_side_effect(world: World, url: str) -> None:
    account = unmapped(world)

    refused(account.admin.create(successUrl=url), 400, "invalid_url")
    _untouched(world, account.organization_id)


def test_the_same_holds_for_an_organization_that_has_its_customer(account: Account) -> None:
    refused(account.admin.create(successUrl="/\\evil"), 400, "invalid_url")

    assert account.world.chargebee.requests(account.customer_id) == []
    assert account.admin.listing().json()["pendingCheckout"] is None


def _untouched(world: World, organization_id: str) -> None:
    assert world.table.organization(organization_id) is None
    assert world.chargebee.requests(organization_id) == []
