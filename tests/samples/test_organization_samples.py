"""The samples of the organization API and of the combined read, through the handlers that they are named after."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deployment.gateway import failed
from tests.deployment.lambda_runtime import http_answer
from tests.deployment.subscriptions import subscribed
from tests.deployment.template import ROOT
from tests.deployment.world import World


@dataclass(frozen=True)
class Outcome:
    """The status, some fields of the body, and whether org_1 has subscribed before."""

    status: int
    fields: dict[str, Any]
    subscribed: bool = False


def answers(status: int, **fields: Any) -> Outcome:
    return Outcome(status, fields)


def answers_subscribed(status: int, **fields: Any) -> Outcome:
    return Outcome(status, fields, subscribed=True)


ACME = {"id": "org_1", "displayName": "Acme", "customerId": "org_1", "trialUsedAt": None}

ROUTES: dict[str, Outcome] = {
    "organizations/save.new": answers(200, organization=ACME),
    "organizations/save.unknown_customer": answers(400, code="unknown_customer"),
    "organizations/save.browser_session": answers(403, code="forbidden"),
    "organizations/save.misspelt_field": answers(400, code="invalid_request"),
    "organizations/read.subscribed": answers_subscribed(200, plan="growth", wallets=[]),
    "organizations/read.unheard_of": answers(404, code="organization_not_found"),
    "organizations/delete.subscribed": answers_subscribed(200, id="org_1", deleted=True),
    "organizations/delete.unheard_of": answers(404, code="organization_not_found"),
    "organizations/list.first_page": answers_subscribed(200, cursor=None),
    "organizations/list.of_a_plan": answers(200, organizations=[], cursor=None),
    "organizations/list.foreign_cursor": answers(400, code="invalid_request"),
    "organizations/billing.admin": answers_subscribed(200, plan="growth", requiredActions=[]),
    "organizations/billing.member": answers(200, plan="free", subscriptions=[]),
    "organizations/billing.another_organization": answers(403, code="forbidden"),
}

QUEUED = ("metering/expire_hold.never_made",)

SAMPLES = {*ROUTES, *QUEUED}


def invoke(world: World, name: str) -> dict[str, Any]:
    return world.invoke(name.partition(".")[0], json.loads((ROOT / "events" / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", ROUTES)
def test_a_sample_does_what_its_name_says(world: World, name: str) -> None:
    outcome = ROUTES[name]
    if outcome.subscribed:
        subscribed(world)
    answer = http_answer(invoke(world, name))
    assert answer.status == outcome.status, answer.text
    assert {field: answer.body[field] for field in outcome.fields} == outcome.fields


@pytest.mark.parametrize("name", QUEUED)
def test_a_sample_of_a_queue_is_consumed(world: World, name: str) -> None:
    assert failed(invoke(world, name)) == []
    assert world.items() == []
