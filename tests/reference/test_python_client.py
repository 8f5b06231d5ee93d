"""The Python client's types and methods are what the OpenAPI document says."""

import inspect
from pathlib import Path

import pytest

from organization_billing import operations
from tests.reference.operations import rooms
from tests.reference.python_client import PAGES


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_client_is_what_the_document_says_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()


@pytest.mark.parametrize(("room", "prefix"), [(room, prefix) for room, _ in rooms() for prefix in ("", "Async")])
def test_every_operation_is_a_method_of_both_clients(room: str, prefix: str) -> None:
    told = {each.verb for name, operations in rooms() for each in operations if name == room}
    methods = inspect.getmembers(getattr(operations, f"{prefix}{room.title()}"), inspect.isfunction)
    assert {name for name, _ in methods if not name.startswith("_")} == told
