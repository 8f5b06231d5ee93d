import os
from typing import Any

import boto3


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Stores what it is sent, and fails for good on a poison message."""
    table, failed = boto3.client("dynamodb"), []
    for record in event["Records"]:
        if "poison" in record["body"]:
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            table.put_item(TableName=os.environ["TABLE_NAME"], Item={"pk": {"S": record["body"]}})
    return {"batchItemFailures": failed}
