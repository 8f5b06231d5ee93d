"""The queues: a vendor's body travels as it came, our own tasks as JSON of the same outline (`id`, `type`).

Every message carries what began the work in which it was sent, in attributes.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from billing.core.invocation import cause
from billing.runtime.logs import attributes
from billing.subscriptions.domain.transaction import MAX_DELAY, Command, Task

_NAMES = {
    "organization_id": "organizationId",
    "subscription_id": "subscriptionId",
    "hold_id": "holdId",
    "made_by": "madeBy",
    "charge_id": "chargeId",
    "currency": "currency",
    "customer_id": "customerId",
}
"""Of a command's fields in its message; the task is its `type`, and the delay is the queue's."""

MAX_BATCH = 10
MAX_BATCH_BYTES = 256 * 1024
"""Messages and bytes that a queue takes in one call."""

_ALWAYS = ("organization_id", "subscription_id")


class SqsQueue:
    """`Queue` on one SQS queue. When a call returns, the message is durable."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, body: str) -> None:
        """Raises botocore's ClientError or a connection error when the queue did not take it."""
        self._send(MessageBody=body)

    def send_all(self, bodies: Sequence[str]) -> None:
        """Ten at a time. Raises what `send` raises, and RuntimeError when the queue did not take one of them now."""
        told = attributes(cause())
        for batch in batches(bodies):
            entries = [
                {"Id": str(number), "MessageBody": body, "MessageAttributes": told} for number, body in enumerate(batch)
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if refused := answer.get("Failed"):
                raise RuntimeError(f"The queue refused {len(refused)} of {len(batch)} messages: {refused[0]['Code']}")

    def command(self, command: Command) -> None:
        """Queue a task of our own, seen after its delay."""
        values = {name: getattr(command, name) for name in _NAMES}
        told = {_NAMES[name]: value for name, value in values.items() if value or name in _ALWAYS}
        body = {"type": str(command.task), **told}
        self._send(MessageBody=json.dumps(body), DelaySeconds=command.delay)

    def send_later(self, body: str, seconds: int) -> None:
        """Queue a body to be seen after some seconds, `MAX_DELAY` at most."""
        self._send(MessageBody=body, DelaySeconds=min(seconds, MAX_DELAY))

    def _send(self, **message: Any) -> None:
        self._client.send_message(QueueUrl=self._url, MessageAttributes=attributes(cause()), **message)


def batches(bodies: Sequence[str]) -> Iterator[list[str]]:
    """In their order, as many at once as the queue takes; one alone however large it is.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
    """
    batch: list[str] = []
    for body in bodies:
        if batch and (len(batch) == MAX_BATCH or sum(map(_size, batch)) + _size(body) > MAX_BATCH_BYTES):
            yield batch
            batch = []
        batch.append(body)
    if batch:
        yield batch


def _size(body: str) -> int:
    """Bytes, with room for what a message says beside its body."""
    return len(body.encode()) + 1_024


def read_command(body: Mapping[str, Any]) -> Command:
    """The command of a message. What this version does not know is left out, what the message lacks is the default."""
    return Command(Task(body["type"]), **{name: body[told] for name, told in _NAMES.items() if told in body})
