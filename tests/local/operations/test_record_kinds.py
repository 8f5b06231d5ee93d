"""Whoever adds a kind of row to the table decides what becomes of it when its organization is forgotten."""

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import billing
from billing.table.codec import key
from local.operations.failure import OperationFailed
from local.operations.migrating import SCHEMA
from local.operations.record_kinds import KINDS, Fate, concerns, kind_of
from tests.table.records import KINDS as RECORDS

[PACKAGE] = map(Path, billing.__path__)
PAGE = PACKAGE.parents[2] / "docs" / "how-to" / "answer-a-data-request.md"
NO_ROW = {"partition, cursor"}
"""A key that is made of variables, and is of no row of its own: where a page of a ledger goes on."""


def written_keys() -> Iterator[tuple[str, str]]:
    """How the partition and the sort key begin, of every key that the application makes."""
    for path in PACKAGE.rglob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        for made in (each.args for each in calls if ast.unparse(each.func) == "key"):
            if ", ".join(map(ast.unparse, made)) not in NO_ROW:
                partition, row = (beginning(each, path) for each in made)
                yield partition, row


def beginning(written: ast.expr, path: Path) -> str:
    """The letters that are the same in every such key: those before the first value."""
    if isinstance(written, ast.JoinedStr):
        return beginning(written.values[0], path)
    if isinstance(written, ast.Constant):
        return str(written.value)
    if isinstance(written, ast.Name) and written.id.isupper():
        module = ".".join(("billing", *path.relative_to(PACKAGE).with_suffix("").parts))
        return str(getattr(importlib.import_module(module), written.id))
    return ""


KEYS = sorted(set(written_keys()))


def row(partition: str, place: str) -> Mapping[str, Any]:
    pk = f"{partition}org_1#x" if partition.endswith("#") else partition
    return key(pk, place or "x")


def test_every_row_that_the_application_writes_is_of_a_kind_whose_fate_is_decided() -> None:
    kinds = {kind_of(row(partition, place)) for partition, place in KEYS}
    kinds |= {kind_of(record.item(record.record)) for record in RECORDS.values()}
    kinds.add(kind_of(SCHEMA))
    assert kinds == set(KINDS)
    assert len(KEYS) > len(RECORDS)


@pytest.mark.parametrize(
    ("partition", "place"), [each for each in KEYS if each[0] not in ("EVENT#", "PLAN", "PLANS", "RECONCILE")]
)
def test_every_row_that_names_an_organization_is_found_when_it_is_asked_for(partition: str, place: str) -> None:
    found = row(partition, place)
    named = {"organization_id": {"S": "org_1"}} if partition in ("CUSTOMER#", "SUBSCRIPTION#") else {}
    assert concerns({**found, **named}, "org_1")
    assert not concerns(found, "org_2")


def test_a_private_plan_concerns_whom_it_is_offered_to() -> None:
    plan = key("PLAN", "gold") | {"organizations": {"L": [{"S": "org_1"}]}}
    assert concerns(plan, "org_1")
    assert not concerns(plan, "org_10")


def test_a_row_that_nobody_has_decided_about_stops_the_operator() -> None:
    with pytest.raises(OperationFailed, match="NOTES / n1: take the deployed version"):
        kind_of(key("NOTES#org_1", "n1"))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_says_what_becomes_of_every_kind(kind: Any) -> None:
    if kind.fate is not Fate.NOBODYS:
        assert f"| {kind.name} | {kind.fate} | {kind.why} |" in PAGE.read_text()
