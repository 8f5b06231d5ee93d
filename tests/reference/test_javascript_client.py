"""The JavaScript client's table and types are what the OpenAPI document says."""

from pathlib import Path

import pytest

from tests.reference.javascript_client import PAGES


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_client_is_what_the_document_says_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()
