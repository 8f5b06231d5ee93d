"""Keep whether an organization has access, as the newest announcement says."""

import os
from functools import cache
from typing import Any

import boto3


def handler(event: dict[str, Any], context: Any) -> None:
    """An announcement may come twice or late: one that is not newer than the row changes nothing."""
    announcement = event["detail"]
    access = announcement["subscription"]["access"]
    try:
        table(os.environ["TABLE_NAME"]).update_item(
            Key={"organizationId": announcement["organizationId"]},
            UpdateExpression="SET #at = :at, allowed = :allowed, reason = :reason, #key = :key",
            ConditionExpression="attribute_not_exists(#at) OR #at < :at OR (#at = :at AND #key < :key)",
            ExpressionAttributeNames={"#at": "at", "#key": "key"},
            ExpressionAttributeValues={
                ":at": announcement["at"],
                ":key": announcement["key"],
                ":allowed": access["allowed"],
                ":reason": access["reason"],
            },
        )
    except table(os.environ["TABLE_NAME"]).meta.client.exceptions.ConditionalCheckFailedException:
        return


@cache
def table(name: str) -> Any:
    return boto3.resource("dynamodb").Table(name)
