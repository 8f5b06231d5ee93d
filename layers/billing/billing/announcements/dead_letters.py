"""The relay's dead letters, as it writes them itself."""

import json
from typing import Any

from billing.announcements.relay import Unrelayable


class SqsDeadLetters:
    """`Park` on one SQS queue. A letter has the outline of Lambda's own, and names the row instead of the stream's
    place: the table keeps it for a week.
    """

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def __call__(self, record: dict[str, Any], error: Unrelayable, function: str) -> None:
        """Raises botocore's errors when the queue did not take the letter."""
        letter = {
            "requestContext": {"functionArn": function, "condition": "Unrelayable"},
            "row": record["dynamodb"]["Keys"],
            "reason": str(error),
        }
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(letter))
