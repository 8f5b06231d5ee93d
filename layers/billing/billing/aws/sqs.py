"""The queues: a vendor's body travels as it came, our own tasks as JSON of the same outline (`id`, `type`)."""

import json
from typing import Any

from billing.subscriptions.domain.transaction import MAX_DELAY, Command


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

    def send_later(self, body: str, seconds: int) -> None:
        """Queue a body to be seen after some seconds, `MAX_DELAY` at most."""
        self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=min(seconds, MAX_DELAY))
