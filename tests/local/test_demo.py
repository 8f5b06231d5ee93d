"""The demo's words against the product's."""

import re

from billing.core.money import ZERO_DECIMAL
from tests.local_stack import ROOT


def test_the_demo_counts_money_in_the_units_that_the_api_answers_in() -> None:
    """A browser's own `Intl` would show a hundred times as many forints as there are."""
    script = (ROOT / "local" / "demo" / "format.js").read_text()
    (named,) = re.findall(r'^const WHOLE = new Set\("([A-Z ]+)"', script, flags=re.MULTILINE)
    assert set(named.split()) == ZERO_DECIMAL
