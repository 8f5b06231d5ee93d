"""The OpenAPI document is what the route table says, and nothing in it leads nowhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from billing.app.routes import ROUTES
from tests.reference.openapi import PAGES, document

DOCUMENT = document()


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_document_is_what_the_table_says_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()


def test_every_route_is_one_operation() -> None:
    told = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert told == {str(route) for route in ROUTES}
    operations = [each["operationId"] for methods in DOCUMENT["paths"].values() for each in methods.values()]
    assert len(set(operations)) == len(operations)


def references(within: Any) -> Iterator[str]:
    if isinstance(within, dict):
        yield from (value for key, value in within.items() if key == "$ref")
        within = list(within.values())
    if isinstance(within, list):
        for each in within:
            yield from references(each)


def test_every_reference_leads_to_a_schema_that_is_one() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    wanted = {each.removeprefix("#/components/schemas/") for each in references(DOCUMENT)}
    assert wanted <= set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


def test_every_security_scheme_is_described_and_used() -> None:
    named = {
        scheme
        for methods in DOCUMENT["paths"].values()
        for each in methods.values()
        for option in each["security"]
        for scheme in option
    }
    assert named == set(DOCUMENT["components"]["securitySchemes"])


def test_every_example_is_what_its_schema_takes() -> None:
    validator = Draft202012Validator(json.loads(json.dumps(DOCUMENT)))
    seen = 0
    for methods in DOCUMENT["paths"].values():
        for each in methods.values():
            content = each.get("requestBody", {}).get("content", {}).get("application/json", {})
            for example in content.get("examples", {}).values():
                validator.evolve(schema=DOCUMENT | content["schema"]).validate(example["value"])
                seen += 1
    assert seen > len(ROUTES) / 2
