import os
from typing import Any

import boto3
from botocore.exceptions import ClientError


def handler(event: dict[str, Any], context: object) -> str:
    """What AWS says to a function that writes without a policy."""
    try:
        boto3.client("dynamodb").put_item(TableName=os.environ["TABLE_NAME"], Item={"pk": {"S": "forbidden"}})
    except ClientError as refusal:
        return str(refusal.response["Error"]["Code"])
    return "it was allowed"
