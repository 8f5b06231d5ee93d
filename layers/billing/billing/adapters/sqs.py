"""The queues: a vendor's body travels as it came, our own tasks as JSON of the same outline (`id`, `type`)."""

import json
from typing import Any

from billing.domain.change import Command

MAX_POSTPONE = 11 * 3_600
"""Seconds. The queue refuses more than twelve hours, counted from when the message was received."""


class SqsQueue:
    """`Queue` on one SQS queue. When a call returns, the message is durable."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str) -> None:
        """Raises botocore's ClientError or a connection error when the queue did not take it."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body)

    def command(self, command: Command) -> None:
        """Queue a task of our own, seen after its delay."""
        details = {
            "holdId": command.hold_id,
            "madeBy": command.made_by,
            "chargeId": command.charge_id,
            "currency": command.currency,
        }
        body = {
            "type": str(command.task),
            "organizationId": command.organization_id,
            "subscriptionId": command.subscription_id,
            **{name: value for name, value in details.items() if value},
        }
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(body), DelaySeconds=command.delay)

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        """Hide a message that is being consumed for some seconds."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=min(seconds, MAX_POSTPONE)
        )
