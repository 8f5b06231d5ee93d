"""The samples of cards, charges, purchases and top-ups, through the handlers that they are named after."""

import json
from typing import Any

import pytest

from tests.functions.gateway import failed
from tests.functions.lambda_runtime import http_answer
from tests.functions.template import ROOT
from tests.functions.world import World

ROUTES: dict[str, tuple[int, dict[str, Any]]] = {
    "payment_method_list.none_yet": (200, {"paymentMethods": []}),
    "payment_method_add.admin": (200, {"mode": "hosted"}),
    "payment_method_add.member": (403, {"code": "forbidden"}),
    "payment_method_default.not_found": (404, {"code": "payment_method_not_found"}),
    "payment_method_remove.not_found": (404, {"code": "payment_method_not_found"}),
    "charge_create.no_saved_card": (404, {"code": "payment_method_not_found"}),
    "charge_create.browser_session": (403, {"code": "forbidden"}),
    "charge_create.without_a_key": (400, {"code": "invalid_request"}),
    "checkout.charge_item": (200, {"mode": "hosted"}),
    "checkout.machine_names_the_amount": (200, {"mode": "hosted"}),
    "checkout.session_names_an_amount": (403, {"code": "forbidden"}),
    "wallet_top_up.admin": (200, {"mode": "hosted"}),
    "wallet_top_up.member": (403, {"code": "forbidden"}),
    "wallet_auto_top_up.admin": (200, {"enabled": True, "monthlyCap": 10_000}),
    "wallet_auto_top_up.without_a_cap": (400, {"code": "invalid_request"}),
}
RETURNS = ("checkout_success.forged_state",)
QUEUED = ("provision_organization.resolve_charge", "provision_organization.auto_top_up")

SAMPLES = {*ROUTES, *RETURNS, *QUEUED}


def invoke(world: World, name: str) -> dict[str, Any]:
    return world.invoke(name.partition(".")[0], json.loads((ROOT / "events" / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", ROUTES)
def test_a_sample_of_a_route_is_answered(world: World, name: str) -> None:
    status, fields = ROUTES[name]
    answer = http_answer(invoke(world, name))
    assert answer.status == status, answer.text
    assert {each: answer.body.get(each) for each in fields} == fields


@pytest.mark.parametrize("name", RETURNS)
def test_a_browser_that_proves_nothing_is_only_sent_on(world: World, name: str) -> None:
    assert http_answer(invoke(world, name)).status == 302
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("name", QUEUED)
def test_a_task_about_nothing_does_nothing(world: World, name: str) -> None:
    assert failed(invoke(world, name)) == []
    assert world.items() == []
