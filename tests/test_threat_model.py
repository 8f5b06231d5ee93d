"""Every attack of the threat model has a test that exists."""

import ast
import re

import pytest

from tests.local_stack import ROOT

PAGE = ROOT / "docs" / "explanation" / "threat-model.md"
ROWS = [
    line for line in PAGE.read_text().splitlines() if line.startswith("|") and not line.startswith(("|---", "| Attack"))
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip()[:60])
def test_each_attack_names_tests_that_are_there(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
    assert named, "no test"
    for path, test in named:
        module = ast.parse((ROOT / "tests" / path).read_text())
        assert test in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}, (path, test)


def test_every_way_in_has_a_table() -> None:
    ways = ("Routes with a session", "Routes for machines", "Links back", "Webhooks", "Inside")
    page = PAGE.read_text()
    assert all(f"\n## {way}" in page for way in ways)
    assert len(ROWS) > 25
