"""Saved cards: listed, added on Chargebee's page, made the default, removed. Always one's own."""

import pytest

from tests.deployment.gateway import MEMBER
from tests.deployment.payments import OTHER, add_card, call, methods
from tests.deployment.world import World

DEFAULT = "PUT /api/payment-methods/id/default"
REMOVE = "DELETE /api/payment-methods/id"


def test_an_organization_without_a_customer_has_none_and_chargebee_is_not_asked(world: World) -> None:
    assert methods(world) == []
    assert world.chargebee.calls() == []


def test_a_card_is_added_on_a_hosted_page_and_the_first_is_the_default(world: World) -> None:
    card = add_card(world)
    assert methods(world) == [
        {
            "id": card,
            "type": "card",
            "status": "valid",
            "brand": "visa",
            "last4": "1111",
            "expiryMonth": 12,
            "expiryYear": 2050,
            "default": True,
        }
    ]


def test_every_call_opens_a_page_of_its_own(world: World) -> None:
    pages = {call(world, "payments/add_method", "POST /api/payment-methods", {}).body["id"] for _ in range(2)}
    assert len(pages) == 2


def test_another_card_becomes_the_default_and_back_again(world: World) -> None:
    first, second = add_card(world), add_card(world, "declined")
    for chosen in (second, first, second):
        answer = call(world, "payments/default_method", DEFAULT, methodId=chosen)
        assert (answer.status, answer.body) == (200, {"id": chosen, "default": True})
        assert {each["id"]: each["default"] for each in methods(world)} == {
            first: chosen == first,
            second: chosen == second,
        }


def test_a_card_that_is_the_default_already_stays_it_however_often_it_is_asked_for(world: World) -> None:
    card = add_card(world)
    for _ in range(2):
        answer = call(world, "payments/default_method", DEFAULT, methodId=card)
        assert (answer.status, answer.body) == (200, {"id": card, "default": True})


def test_a_card_that_chargebee_does_not_make_the_default_is_not_said_to_be_it(world: World) -> None:
    _, second = add_card(world), add_card(world)
    world.chargebee.fail("/customers/org_1/assign_payment_role", code="invalid_state_for_request")
    answer = call(world, "payments/default_method", DEFAULT, methodId=second)
    assert (answer.status, answer.code) == (409, "invalid_state_for_request")


def test_a_removed_card_is_gone_and_removing_it_again_finds_nothing(world: World) -> None:
    first, second = add_card(world), add_card(world)
    answer = call(world, "payments/remove_method", REMOVE, methodId=first)
    assert (answer.status, answer.body) == (200, {"id": first, "removed": True})
    assert [(each["id"], each["default"]) for each in methods(world)] == [(second, True)]
    again = call(world, "payments/remove_method", REMOVE, methodId=first)
    assert (again.status, again.code) == (404, "payment_method_not_found")


@pytest.mark.parametrize(
    ("function", "route"), [("payments/default_method", DEFAULT), ("payments/remove_method", REMOVE)]
)
def test_another_organizations_card_looks_like_none(world: World, function: str, route: str) -> None:
    add_card(world)
    foreign = add_card(world, claims=OTHER)
    unknown = call(world, function, route, methodId="pm_unknown")
    answer = call(world, function, route, methodId=foreign)
    assert (answer.status, answer.text) == (404, unknown.text)
    assert [each["id"] for each in methods(world, OTHER)] == [foreign]


@pytest.mark.parametrize(
    ("function", "route", "body"),
    [
        ("payments/add_method", "POST /api/payment-methods", {}),
        ("payments/default_method", DEFAULT, None),
        ("payments/remove_method", REMOVE, None),
    ],
)
def test_only_billing_admins_change_them_and_only_their_own(
    world: World, function: str, route: str, body: object
) -> None:
    refused = call(world, function, route, body, MEMBER, methodId="pm_1")
    assert (refused.status, refused.code) == (403, "forbidden")
    foreign = {"referenceId": "org_2"} if body is not None else None
    refused = call(world, function, route, foreign, query="referenceId=org_2", methodId="pm_1")
    assert (refused.status, refused.code) == (403, "forbidden")
    assert world.untouched()


@pytest.mark.parametrize("url", ["//evil.example.com", "/" + "a" * 300], ids=["of another site", "too long"])
def test_the_return_url_is_a_path_of_the_application_that_chargebee_takes(world: World, url: str) -> None:
    answer = call(world, "payments/add_method", "POST /api/payment-methods", {"returnUrl": url})
    assert (answer.status, answer.code) == (400, "invalid_url")
    assert world.chargebee.calls() == []
