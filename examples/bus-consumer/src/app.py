"""Keep whether a subscription gives its organization access, as the newest announcement says."""

import os
from functools import cache
from typing import Any

import boto3


def handler(event: dict[str, Any], context: Any) -> None:
    """An announcement may come twice or late: one that is not newer than the row changes nothing.

    The end of one subscription says nothing of another: an organization has access where one of its rows allows it.
    """
    announcement = event["detail"]
    subscription = announcement["subscription"]
    access = subscription["access"]
    try:
        table(os.environ["TABLE_NAME"]).update_item(
            Key={"organizationId": announcement["organizationId"], "subscriptionId": subscription["id"]},
            UpdateExpression="SET allowed = :allowed, reason = :reason, #key = :key",
            ConditionExpression="attribute_not_exists(#key) OR #key < :key",
            ExpressionAttributeNames={"#key": "key"},
            ExpressionAttributeValues={
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
