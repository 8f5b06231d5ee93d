"""What is written down of a deployment is what the template has."""

from pathlib import Path

import pytest

from tests.reference.deployment import PAGES


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_reference_is_what_the_template_says_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()
