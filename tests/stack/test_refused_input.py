"""Input that is not right is refused before anything happens: no row, and no call to Chargebee."""

import json
from typing import Any

import pytest

from tests.stack.api import Member, refused
from tests.stack.world import Cloud, fresh

CREATE_REFUSALS: dict[str, tuple[Any, str]] = {
    "nothing": ({}, "invalid_request"),
    "no item price": ({"itemPriceId": []}, "invalid_request"),
    "item price null": ({"itemPriceId": None}, "invalid_request"),
    "item price a number": ({"itemPriceId": 7}, "invalid_request"),
    "null": (None, "invalid_request"),
    "list": ([], "invalid_request"),
    "text": ("growth", "invalid_request"),
    "unknown plan": ({"itemPriceId": "nope"}, "unknown_plan"),
    "unknown second": ({"itemPriceId": ["growth", "nope"]}, "unknown_plan"),
    "plan as add-on": ({"itemPriceId": ["growth", "scale"]}, "unknown_plan"),
    "add-on as plan": ({"itemPriceId": "priority-support"}, "unknown_plan"),
    "the plan that is free": ({"itemPriceId": "free"}, "unknown_plan"),
    "one-time charge": ({"itemPriceId": ["growth", "onboarding"]}, "unknown_plan"),
    "add-on twice": (
        {"itemPriceId": ["growth", "priority-support"], "addons": [{"itemPriceId": "priority-support"}]},
        "invalid_request",
    ),
    "two of one add-on": (
        {"itemPriceId": "growth", "addons": [{"itemPriceId": "priority-support", "quantity": 2}]},
        "invalid_seats",
    ),
    "no seats": ({"itemPriceId": "growth", "seats": 0}, "invalid_seats"),
    "negative seats": ({"itemPriceId": "growth", "seats": -3}, "invalid_seats"),
    "too many seats": ({"itemPriceId": "growth", "seats": 26}, "invalid_seats"),
    "endless seats": ({"itemPriceId": "growth", "seats": 10**30}, "invalid_request"),
    "half a seat": ({"itemPriceId": "growth", "seats": 1.5}, "invalid_request"),
    "seats with a fraction of zero": ({"itemPriceId": "growth", "seats": 5.0}, "invalid_request"),
    "seats as text": ({"itemPriceId": "growth", "seats": "5"}, "invalid_request"),
    "seats true": ({"itemPriceId": "growth", "seats": True}, "invalid_request"),
    "a trial of one's own": ({"itemPriceId": "growth", "trialEnd": 4102444800}, "invalid_request"),
    "a price of one's own": ({"itemPriceId": "growth", "price": 1}, "invalid_request"),
    "reference a list": ({"itemPriceId": "growth", "referenceId": ["org"]}, "invalid_request"),
}


@pytest.mark.parametrize("body, code", CREATE_REFUSALS.values(), ids=CREATE_REFUSALS.keys())
def test_a_wish_that_is_not_for_sale_is_refused(world: Cloud, admin: Member, body: Any, code: str) -> None:
    answer = world.http.post(
        "/api/subscription/create",
        content=json.dumps(body),
        headers={**admin.headers, "content-type": "application/json"},
    )

    refused(answer, 400, code)
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("text", ["", '"{"', "{", "{]", '{"itemPriceId": NaN}', "[" * 50_000, "\x00", "null"])
def test_a_body_that_is_no_json_object_is_refused(world: Cloud, admin: Member, text: str) -> None:
    answer = world.http.post(
        "/api/subscription/create", content=text, headers={**admin.headers, "content-type": "application/json"}
    )

    refused(answer, 400, "invalid_request")
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("text", ["{}", '{"itemPriceId":[]}', "null", '"{"', "{"])
def test_a_body_that_names_nothing_is_400_and_leaves_no_row_or_customer(world: Cloud, text: str) -> None:
    admin = world.member(fresh("org"))

    answer = world.http.post(
        "/api/subscription/create", content=text, headers={**admin.headers, "content-type": "application/json"}
    )

    refused(answer, 400, "invalid_request")
    world.untouched(admin.organization_id)


@pytest.mark.parametrize("wish", ["nope", ["growth", "nope"]], ids=json.dumps)
def test_an_unknown_item_price_is_400_wherever_it_stands(world: Cloud, wish: Any) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(itemPriceId=wish), 400, "unknown_plan")
    world.untouched(admin.organization_id)


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
def test_seats_are_whole_and_from_one_to_the_plans_limit(world: Cloud, seats: Any, code: str) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(seats=seats), 400, code)
    world.untouched(admin.organization_id)


def test_a_trial_end_from_the_client_is_refused(world: Cloud) -> None:
    admin = world.member(fresh("org"))

    refused(admin.create(trialEnd=4102444800), 400, "invalid_request")
    world.untouched(admin.organization_id)
