"""The samples of cards, charges, purchases and top-ups, through the handlers that they are named after."""

import json
from typing import Any

import pytest

from tests.deployment.gateway import failed
from tests.deployment.lambda_runtime import http_answer
from tests.deployment.template import ROOT
from tests.deployment.world import World

ROUTES: dict[str, tuple[int, dict[str, Any]]] = {
    "payments/list_methods.none_yet": (200, {"paymentMethods": []}),
    "payments/add_method.admin": (200, {"mode": "hosted"}),
    "payments/add_method.member": (403, {"code": "forbidden"}),
    "payments/default_method.not_found": (404, {"code": "payment_method_not_found"}),
    "payments/remove_method.not_found": (404, {"code": "payment_method_not_found"}),
    "payments/charge.no_saved_card": (404, {"code": "payment_method_not_found"}),
    "payments/charge.browser_session": (403, {"code": "forbidden"}),
    "payments/charge.without_a_key": (400, {"code": "invalid_request"}),
    "payments/purchase.charge_item": (200, {"mode": "hosted"}),
    "payments/purchase.machine_names_the_amount": (200, {"mode": "hosted"}),
    "payments/purchase.session_names_an_amount": (403, {"code": "forbidden"}),
    "payments/top_up.admin": (200, {"mode": "hosted"}),
    "payments/top_up.member": (403, {"code": "forbidden"}),
    "payments/auto_top_up.admin": (200, {"enabled": True, "monthlyCap": 10_000}),
    "payments/auto_top_up.without_a_cap": (400, {"code": "invalid_request"}),
}
RETURNS = ("payments/complete_purchase.forged_state",)
QUEUED = ("organizations/provision.resolve_charge", "organizations/provision.auto_top_up")

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
