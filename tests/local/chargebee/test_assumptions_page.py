"""`docs/explanation/vendor-assumptions.md` has an entry for every open question that the simulator answers."""

import re
from dataclasses import fields

import pytest

from local.chargebee.assumptions import Assumptions
from tests.local_stack import ROOT

PAGE = ROOT / "docs" / "explanation" / "vendor-assumptions.md"
PARTS = ["Assumed:", "If ", "Check:"]
"""What an entry says: what is assumed, what happens otherwise, and how a team sees which it is."""


def entries() -> dict[str, str]:
    """Each entry's text, by its heading."""
    parts = re.split(r"^### `?(.+?)`?$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: text.partition("\n## ")[0] for name, text in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("switch", [field.name for field in fields(Assumptions)])
def test_every_switch_of_the_simulator_is_explained(switch: str) -> None:
    assert switch in entries()


@pytest.mark.parametrize("name", entries())
def test_an_entry_says_what_is_assumed_what_happens_otherwise_and_how_to_check_it(name: str) -> None:
    begun = re.findall(r"^- \*\*(Assumed:|If |Check:)", entries()[name], flags=re.MULTILINE)
    assert begun == PARTS
