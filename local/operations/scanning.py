"""Read a whole table, page by page."""

from collections.abc import Iterator
from typing import Any

from local.launcher.aws import AwsClient
from local.operations.migrations import Item
from local.operations.record_kinds import concerns


def pages(dynamodb: AwsClient, table: str, **options: Any) -> Iterator[list[Item]]:
    """Every row, as it is when its page is read."""
    while True:
        answer = dynamodb.scan(TableName=table, ConsistentRead=True, **options)
        yield answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def rows_of(dynamodb: AwsClient, table: str, organization_id: str) -> Iterator[Item]:
    """Everything that is about an organization. A use's key begins with its id, so no query finds them all."""
    named = {
        "FilterExpression": "contains(pk, :id) OR organization_id = :id OR contains(organizations, :id)",
        "ExpressionAttributeValues": {":id": {"S": organization_id}},
    }
    for page in pages(dynamodb, table, **named):
        yield from (row for row in page if concerns(row, organization_id))
