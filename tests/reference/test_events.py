"""What is written down of the announcements is what is published."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.reference.events import GOLDEN, PAGES, schema

FILES = sorted(GOLDEN.iterdir())


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_reference_is_what_the_types_say_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_published_announcement_is_what_the_schema_says_and_no_more(path: Path) -> None:
    validator().validate(json.loads(path.read_text()))


def test_a_field_that_nobody_wrote_down_is_no_part_of_the_schema() -> None:
    event = golden("subscription.activated")
    event["subscription"]["mood"] = "good"
    with pytest.raises(ValidationError):
        validator().validate(event)
    Draft202012Validator(schema()).validate(event)


def test_an_announcement_of_another_kind_than_its_transitions_is_refused() -> None:
    with pytest.raises(ValidationError):
        validator().validate(golden("wallet.low") | {"transition": "wallet.credited"})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


def golden(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text())
    return event


def validator() -> Draft202012Validator:
    """Of the schema as strict as our own side has to be: consumers let pass what they do not know, and we add nothing
    by accident."""
    strict = deepcopy(schema())
    for definition in strict["$defs"].values():
        definition["additionalProperties"] = False
    return Draft202012Validator(strict)
