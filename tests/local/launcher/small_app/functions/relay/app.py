import os
from typing import Any

import boto3


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Passes on the keys it is given, in their order, and stops at a poison one."""
    queue = boto3.client("sqs")
    for record in event["Records"]:
        key = record["dynamodb"]["NewImage"]["pk"]["S"]
        if "poison" in key:
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        queue.send_message(
            QueueUrl=os.environ["SEEN_URL"], MessageBody=key, MessageGroupId="all", MessageDeduplicationId=key
        )
    return {"batchItemFailures": []}
