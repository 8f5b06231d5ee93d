"""Rows of the version before, rewritten on the deployed table with an operator's rights."""

from local.operations.migrating import SCHEMA, Schema, migrate, read_schema
from local.operations.migrations import MIGRATIONS
from local.operations.target import Target
from tests.local_stack import Stack
from tests.stack.world import fresh


def test_a_rule_of_the_version_before_is_rewritten_once(stack: Stack) -> None:
    client = stack.client("dynamodb")
    key = {"pk": {"S": f"ORG#{fresh('org')}"}, "sk": {"S": "TOPUP#USD"}}
    amounts = {"threshold": {"N": "5000000"}, "amount": {"N": "2000"}, "monthly_cap": {"N": "9000"}}
    client.put_item(TableName=stack.table, Item=key | amounts | {"currency": {"S": "USD"}, "version": {"N": "1"}})
    client.delete_item(TableName=stack.table, Key=SCHEMA)
    target = Target("the stack", stack.outputs, stack.client)
    assert migrate(target).endswith(f"version: {len(MIGRATIONS)}")
    row = client.get_item(TableName=stack.table, Key=key, ConsistentRead=True)["Item"]
    assert row["threshold_micros"] == row["threshold"] == amounts["threshold"]
    assert read_schema(client, stack.table) == Schema(len(MIGRATIONS))
    assert migrate(target) == f"version: {len(MIGRATIONS)}"
