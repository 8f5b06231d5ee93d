"""What the emulated AWS has, in a file for the stack's next start: the table's rows and the queues' messages."""

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from local.launcher.aws import Aws, AwsClient
from local.launcher.deployment import Deployment
from local.operations import restoring
from local.operations.reconciling import reconcile, run
from local.operations.scanning import pages
from local.operations.target import Target
from local.whole_file import whole_file

HIDDEN_SECONDS = 60
"""For which a message that was read is not read again: until the emulator is gone."""

OVERLAP_SECONDS = 3_600
"""Before the stop, from which on reconciling looks: what was under way then may have been lost."""

type Json = dict[str, Any]


def keep(aws: Aws, deployment: Deployment, path: Path) -> None:
    """Written whole or not at all: where the emulator is gone or the disk is full, what was kept before stays."""
    try:
        _keep(aws, deployment, path)
    except (BotoCoreError, ClientError, OSError) as gone:
        print(f"Nothing new was kept: {gone}", file=sys.stderr)


def _keep(aws: Aws, deployment: Deployment, path: Path) -> None:
    """A message that somebody works on, or that waits for its time, cannot be read."""
    sqs, dynamodb = aws.client("sqs"), aws.client("dynamodb")
    content = {
        "at": int(time.time()),
        "rows": [row for page in pages(dynamodb, _table(deployment)) for row in page],
        "messages": {name: list(_messages(sqs, url)) for name, url in deployment.of_type("AWS::SQS::Queue").items()},
    }
    with whole_file(path) as file:
        json.dump(content, file)


def bring_back(aws: Aws, deployment: Deployment, path: Path) -> str:
    """What was brought back. Announcements are not: they were told, and would be once more."""
    content = json.loads(path.read_text())
    target = Target("the local stack", {**deployment.outputs, "TableName": _table(deployment)}, aws.client)
    stack = restoring.Stack(aws.client("dynamodb"), aws.client("sqs"), target)
    with ThreadPoolExecutor(restoring.WRITERS) as writers:
        list(writers.map(lambda row: restoring.bring_back(row, stack), content["rows"]))
    queues = deployment.of_type("AWS::SQS::Queue")
    sent = [(queues[name], each) for name, found in content["messages"].items() if name in queues for each in found]
    for url, message in sent:
        aws.client("sqs").send_message(QueueUrl=url, **message)
    return f"{len(content['rows'])} rows and {len(sent)} messages brought back"


def catch_up(aws: Aws, deployment: Deployment, path: Path) -> None:
    """Find what the vendors know and we have lost, as after any outage."""
    if "ReconcileFunction" in deployment.outputs:
        since = json.loads(path.read_text())["at"] - OVERLAP_SECONDS
        run(reconcile(int(time.time()) - since), Target("the local stack", deployment.outputs, aws.client))


def _table(deployment: Deployment) -> str:
    [table] = deployment.of_type("AWS::DynamoDB::Table").values()
    return table


def _messages(sqs: AwsClient, url: str) -> Iterator[Json]:
    """As they are to be sent again."""
    asked = {"MessageAttributeNames": ["All"], "AttributeNames": ["All"], "VisibilityTimeout": HIDDEN_SECONDS}
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, **asked).get("Messages"):
        yield from map(_sendable, found)


def _sendable(message: Json) -> Json:
    names = ("MessageGroupId", "MessageDeduplicationId")
    of_order = {name: message["Attributes"][name] for name in names if name in message.get("Attributes", {})}
    attributes = {"MessageAttributes": message["MessageAttributes"]} if message.get("MessageAttributes") else {}
    return {"MessageBody": message["Body"], **attributes, **of_order}
