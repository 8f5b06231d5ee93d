"""What is written down of the HTTP API is what the route table says."""

from pathlib import Path

import pytest

from billing.app.routes import ROUTES
from tests.reference.http_api import PAGES, page


@pytest.mark.parametrize("path", PAGES, ids=[path.name for path in PAGES])
def test_the_reference_is_what_the_table_says_or_make_reference_was_forgotten(path: Path) -> None:
    assert path.read_text() == PAGES[path]()


def test_every_link_of_the_page_leads_to_one_of_its_headings() -> None:
    text = page()
    headings = {
        line.lstrip("# ").lower().replace("'", "").replace(" ", "-") for line in text.splitlines() if line[:1] == "#"
    }
    links = {each.partition(")")[0] for each in text.split("](#")[1:]}
    assert links <= headings
    assert len(links) > len(ROUTES) / 2
