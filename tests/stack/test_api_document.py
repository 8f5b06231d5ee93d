"""What the deployed API answers is what its document says, whatever well-formed request comes."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing.app.routes import ROUTES
from billing.runtime.route import Who
from tests.deployment.routes import SCOPES
from tests.reference.events import DOCS
from tests.stack.api import Member
from tests.stack.world import Cloud, fresh

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 3
"""Requests to each operation: the same ones in every run."""
SCHEMA = schemathesis.openapi.from_path(DOCS / "openapi.json")
OPERATIONS = {each.ok().label: each.ok() for each in SCHEMA.get_all_operations() if isinstance(each, Ok)}
MACHINES = {str(route) for route in ROUTES if route.who is Who.MACHINE}


@pytest.fixture(scope="module")
def subscribed(world: Cloud) -> Iterator[Member]:
    """An admin of an organization that has a subscription, so that there is something to answer."""
    admin = world.member(fresh("org"))
    world.subscribe(admin)
    yield admin


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_one_of_the_document(world: Cloud, subscribed: Member, label: str) -> None:
    caller = world.machine(*SCOPES) if label in MACHINES else subscribed
    organization = fresh("org") if label.startswith("DELETE") else subscribed.organization_id
    named = {"id": organization} if "{id}" in label else {}

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=OPERATIONS[label].as_strategy(path_parameters=named or None))
    def answered(case: schemathesis.Case[Any]) -> None:
        response = case.call(base_url=world.stack.app, headers=caller.headers, allow_redirects=False)
        case.validate_response(response, checks=CHECKS)

    answered()


def test_every_operation_of_the_document_is_tried() -> None:
    assert set(OPERATIONS) == {str(route) for route in ROUTES}
