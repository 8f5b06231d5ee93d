"""Rewrite the rows of older versions, while everything runs.

The row `SCHEMA` says how many migrations the table has behind it, and where the one under way goes on. Each step reads
it, rewrites a page and moves it forward, so that a run can die anywhere and be begun again, and two can run at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.migrations import MIGRATIONS, Changes, Item, Migration
from local.operations.target import Target

SCHEMA = {"pk": {"S": "SCHEMA"}, "sk": {"S": "SCHEMA"}}
ATTEMPTS = 20
"""At a row that others keep writing. Each lost race is another's write."""


class Outcome(Enum):
    """What came of one write: `LOST` to somebody else, who was first."""

    WRITTEN = auto()
    NOTHING = auto()
    LOST = auto()


@dataclass(frozen=True)
class Schema:
    """`version` counts the finished migrations; `cursor` is the last row that the next one has seen, None at first."""

    version: int = 0
    cursor: Item | None = None


def migrate(target: Target, migrations: Sequence[Migration] = MIGRATIONS) -> str:
    """One line for each migration that was under way, and the table's version.

    Raises OperationFailed when a row changes too fast, or when the table is newer than this list.
    """
    client, table = target.client("dynamodb"), target.output("TableName")
    changed: dict[str, int] = {}
    while (schema := read_schema(client, table)).version < len(migrations):
        migration = migrations[schema.version]
        page = client.scan(TableName=table, ConsistentRead=True, **_selection(migration, schema))
        rows = sum(_migrated(client, table, item, migration) for item in page["Items"])
        changed[migration.name] = changed.get(migration.name, 0) + rows
        cursor = page.get("LastEvaluatedKey")
        _advance(client, table, schema, Schema(schema.version, cursor) if cursor else Schema(schema.version + 1))
    if schema.version > len(migrations):
        raise OperationFailed(f"The table is at version {schema.version}, which this checkout does not know.")
    return "\n".join([*(f"{name}: {rows} rows" for name, rows in changed.items()), f"version: {schema.version}"])


def read_schema(client: AwsClient, table: str) -> Schema:
    """How far the table is."""
    item = client.get_item(TableName=table, Key=SCHEMA, ConsistentRead=True).get("Item", {})
    return Schema(int(item.get("version", {"N": "0"})["N"]), item.get("cursor", {}).get("M"))


def _selection(migration: Migration, schema: Schema) -> dict[str, Any]:
    filtered = {
        "FilterExpression": "begins_with(sk, :rows)",
        "ExpressionAttributeValues": {":rows": {"S": migration.rows}},
    }
    return filtered | ({"ExclusiveStartKey": schema.cursor} if schema.cursor else {})


def _migrated(client: AwsClient, table: str, item: Item, migration: Migration) -> bool:
    """Whether anything was written. A row that somebody else wrote meanwhile is read again."""
    key = _key(item)
    found: Item | None = item
    for _ in range(ATTEMPTS):
        if found is None:
            return False
        outcomes = (_rewrite(client, table, found, migration), _accompany(client, table, found, migration))
        if Outcome.LOST not in outcomes:
            return Outcome.WRITTEN in outcomes
        found = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    raise OperationFailed(f"The row {key} keeps changing. Run this again.")


def _rewrite(client: AwsClient, table: str, item: Item, migration: Migration) -> Outcome:
    if not (changes := migration.changes(item)):
        return Outcome.NOTHING
    changed = _done(client.update_item, TableName=table, Key=_key(item), **_change(item, changes))
    return Outcome.WRITTEN if changed else Outcome.LOST


def _accompany(client: AwsClient, table: str, item: Item, migration: Migration) -> Outcome:
    """Put what belongs beside the row, while that is as it was read."""
    if (companion := migration.companion(item)) is None:
        return Outcome.NOTHING
    places = {name: place for place, name in enumerate(item)}
    as_read = {
        "TableName": table,
        "Key": _key(item),
        "ConditionExpression": " AND ".join(_unchanged(item, places)),
        "ExpressionAttributeNames": {f"#a{place}": name for name, place in places.items()},
        "ExpressionAttributeValues": {f":old{place}": item[name] for name, place in places.items()},
    }
    absent = {"TableName": table, "Item": companion, "ConditionExpression": "attribute_not_exists(pk)"}
    try:
        client.transact_write_items(TransactItems=[{"ConditionCheck": as_read}, {"Put": absent}])
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        _, of_companion = refusal.response["CancellationReasons"]
        return Outcome.NOTHING if of_companion["Code"] == "ConditionalCheckFailed" else Outcome.LOST
    return Outcome.WRITTEN


def _key(item: Item) -> Item:
    return {"pk": item["pk"], "sk": item["sk"]}


def _unchanged(item: Item, places: Mapping[str, int]) -> list[str]:
    return [f"#a{places[name]} = :old{places[name]}" for name in item]


def _change(item: Item, changes: Changes) -> dict[str, Any]:
    """The changes, for a row that is still as it was read. Other attributes that came since are left alone."""
    places = {name: place for place, name in enumerate(item.keys() | changes.keys())}
    put = [f"#a{places[name]} = :new{places[name]}" for name, value in changes.items() if value is not None]
    removed = [f"#a{places[name]}" for name, value in changes.items() if value is None]
    clauses = [f"{verb} {', '.join(parts)}" for verb, parts in (("SET", put), ("REMOVE", removed)) if parts]
    absent = [f"attribute_not_exists(#a{places[name]})" for name in changes if name not in item]
    new = {f":new{places[name]}": value for name, value in changes.items() if value is not None}
    return {
        "UpdateExpression": " ".join(clauses),
        "ConditionExpression": " AND ".join(_unchanged(item, places) + absent),
        "ExpressionAttributeNames": {f"#a{place}": name for name, place in places.items()},
        "ExpressionAttributeValues": {f":old{places[name]}": value for name, value in item.items()} | new,
    }


def _advance(client: AwsClient, table: str, seen: Schema, after: Schema) -> None:
    """Unless another run has moved it: then its place counts."""
    row = SCHEMA | {"version": {"N": str(after.version)}} | ({"cursor": {"M": after.cursor}} if after.cursor else {})
    values: dict[str, Any] = {":version": {"N": str(seen.version)}}
    place = "attribute_not_exists(#cursor)"
    if seen.cursor:
        values[":cursor"] = {"M": seen.cursor}
        place = "#cursor = :cursor"
    begun = f"version = :version AND {place}"
    _done(
        client.put_item,
        TableName=table,
        Item=row,
        ConditionExpression=begun if seen != Schema() else f"attribute_not_exists(pk) OR ({begun})",
        ExpressionAttributeNames={"#cursor": "cursor"},
        ExpressionAttributeValues=values,
    )


def _done(write: Any, **arguments: Any) -> bool:
    """Whether the write's condition was met, and nobody was in the middle of a transaction with the row, for which
    botocore does not wait.
    """
    try:
        write(**arguments)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] in ("ConditionalCheckFailedException", "TransactionConflictException"):
            return False
        raise
    return True
