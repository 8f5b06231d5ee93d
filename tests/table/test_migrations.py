"""Renaming a field over two deployments, on the one that was: the threshold of a top-up rule."""

from dataclasses import replace
from typing import Any

from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.table.rows import RULE as CODEC
from billing.metering.table.rows import read_rule, rule_item, rule_key
from billing.table.codec import decode, encode
from billing.table.dynamodb import Table
from billing.table.writes import put
from local.operations.migrating import migrate
from local.operations.target import Target
from tests.subscriptions.test_store_contract import ORG

RULE = TopUpRule("USD", 5_000_000, 2_000, 5_000, version=3)
AFTERWARDS = replace(CODEC, renamed={})
"""The next version's, which knows the former name no more."""


def written_before() -> dict[str, Any]:
    """The row as the version before wrote it."""
    return {name: value for name, value in rule_item(ORG, RULE).items() if name != "threshold_micros"}


def migrated(table: Table) -> str:
    return migrate(Target("a stack in memory", {"TableName": table.name}, lambda service: table.client))


def stored(table: Table) -> dict[str, Any]:
    return decode(table.get(rule_key(ORG, "USD")) or {})


def test_the_version_before_finds_what_it_knows_in_a_row_of_today() -> None:
    assert decode(rule_item(ORG, RULE))["threshold"] == RULE.threshold_micros


def test_a_row_of_the_version_before_is_read_today_and_after_migrating_by_the_next_version_too(table: Table) -> None:
    table.put(put(written_before()))
    assert read_rule(table.get(rule_key(ORG, "USD")) or {}) == RULE
    assert migrated(table).startswith("top-up rules name their threshold's unit: 1 rows\n")
    assert AFTERWARDS.read(stored(table)) == RULE


def test_what_the_next_version_writes_has_lost_the_former_name(table: Table) -> None:
    table.put(put(written_before()))
    migrated(table)
    table.put(put(rule_key(ORG, "USD") | encode(AFTERWARDS.values(RULE))))
    assert "threshold" not in stored(table)
    assert AFTERWARDS.read(stored(table)) == RULE
