"""Hear the local stack's bus with the rule of the template, and run the handler: `listen.py [stack.json]`."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import boto3

HERE = Path(__file__).parent
NAME = "bus-consumer"
KEY = {"organizationId": "HASH", "subscriptionId": "RANGE"}
PATTERN = {"source": ["billing"], "detail-type": [{"prefix": "subscription."}]}


def main(contract: Path) -> None:
    stack = json.loads(contract.read_text())
    os.environ |= {
        "AWS_ENDPOINT_URL": stack["aws"],
        "AWS_DEFAULT_REGION": stack["region"],
        "AWS_ACCESS_KEY_ID": "000000000000",
        "AWS_SECRET_ACCESS_KEY": "local",
        "TABLE_NAME": NAME,
    }
    sys.path.insert(0, str(HERE / "src"))
    from app import handler, table  # noqa: PLC0415 - as in Lambda, the settings are there first

    make_table()
    sqs = boto3.client("sqs")
    queue = subscribe(stack["outputs"]["BusName"], sqs)
    print("Listening.", flush=True)
    while True:
        received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in received.get("Messages", ()):
            event = json.loads(message["Body"])
            handler(event, None)
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            told = event["detail"]
            key = {"organizationId": told["organizationId"], "subscriptionId": told["subscription"]["id"]}
            row = table(NAME).get_item(Key=key)["Item"]
            print(key["organizationId"], event["detail-type"], row["allowed"], row["reason"], flush=True)


def make_table() -> None:
    dynamodb = boto3.client("dynamodb")
    if NAME not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in KEY],
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in KEY.items()],
        )


def subscribe(bus: str, sqs: Any) -> str:
    """A queue behind the rule; its URL."""
    url: str = sqs.create_queue(QueueName=NAME)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events = boto3.client("events")
    events.put_rule(Name=NAME, EventBusName=bus, EventPattern=json.dumps(PATTERN))
    events.put_targets(Rule=NAME, EventBusName=bus, Targets=[{"Id": NAME, "Arn": arn}])
    return url


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1] if sys.argv[1:] else ".local/stack.json"))
    except KeyboardInterrupt:
        sys.exit(0)
