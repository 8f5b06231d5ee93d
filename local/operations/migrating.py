"""Rewrite the rows of older versions, while everything runs.

The row `SCHEMA` says how many migrations the table has behind it, and where the one under way goes on. Each step reads
it, rewrites a page and moves it forward, so that a run can die anywhere and be begun again, and two can run at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.migrations import MIGRATIONS, Changes, Item, Migration
from local.operations.target import Target

SCHEMA = {"pk": {"S": "SCHEMA"}, "sk": {"S": "SCHEMA"}}
ATTEMPTS = 20
"""At a row that others keep writing. Each lost race is another's write."""


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
        rows = sum(_rewrite(client, table, item, migration) for item in page["Items"])
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


def _rewrite(client: AwsClient, table: str, item: Item, migration: Migration) -> bool:
    """Whether the row was changed. One that somebody else wrote meanwhile is read again."""
    key = {"pk": item["pk"], "sk": item["sk"]}
    found: Item | None = item
    for _ in range(ATTEMPTS):
        if found is None or not (changes := migration.changes(found)):
            return False
        if _done(client.update_item, TableName=table, Key=key, **_change(found, changes)):
            return True
        found = client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    raise OperationFailed(f"The row {key} keeps changing. Run this again.")


def _change(item: Item, changes: Changes) -> dict[str, Any]:
    """The changes, for a row that is still as it was read. Other attributes that came since are left alone."""
    places = {name: place for place, name in enumerate(item.keys() | changes.keys())}
    put = [f"#a{places[name]} = :new{places[name]}" for name, value in changes.items() if value is not None]
    removed = [f"#a{places[name]}" for name, value in changes.items() if value is None]
    clauses = [f"{verb} {', '.join(parts)}" for verb, parts in (("SET", put), ("REMOVE", removed)) if parts]
    unchanged = [f"#a{places[name]} = :old{places[name]}" for name in item]
    absent = [f"attribute_not_exists(#a{places[name]})" for name in changes if name not in item]
    new = {f":new{places[name]}": value for name, value in changes.items() if value is not None}
    return {
        "UpdateExpression": " ".join(clauses),
        "ConditionExpression": " AND ".join(unchanged + absent),
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
    """Whether the write's condition was met."""
    try:
        write(**arguments)
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise
    return True
