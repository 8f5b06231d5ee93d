"""Look at dead letters one by one: list them, move one back, or discard one for a reason that is kept."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from local.operations.failure import OperationFailed
from local.operations.log_lines import Line, read_lines
from local.operations.redriving import move, receive
from local.operations.relaying import relay_letter
from local.operations.target import Target

RELAY = "relay"
STREAM = "operations"
# As many as can be looked at before the first ones show up again.
MOST = 500
MOVED_WITHIN = 3_600
"""Seconds, and more than enough, between a letter's last failure and its move, by which a FIFO queue dates it:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html
"""
# What a vendor, a task of ours, an announcement and a letter of the relay's call whom and what they are about.
ORGANIZATION = (
    ("organizationId",),
    ("organization_id",),
    ("content", "subscription", "customer_id"),
    ("content", "customer", "id"),
    ("content", "invoice", "customer_id"),
    ("row", "pk", "S"),
)
EVENT = (("id",), ("key",), ("row", "sk", "S"), ("type",))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a queue's dead letters, as SQS gave it to us."""

    queue: str
    message: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.message["MessageId"])

    @property
    def organization(self) -> str:
        return self._found(ORGANIZATION)

    @property
    def event(self) -> str:
        return self._found(EVENT)

    @property
    def sent_at(self) -> int:
        """UTC seconds."""
        return int(self.message["Attributes"]["SentTimestamp"]) // 1_000

    def reason(self, failures: Mapping[str, Line]) -> str:
        """Why it failed, in its own words (the relay's letters have some) or in those of its last line."""
        body = self._body()
        if own := body.get("reason") or body.get("requestContext", {}).get("condition"):
            return str(own)
        if (line := failures.get(self.id)) is None:
            return "see make logs"
        return " ".join(str(line.fields[name]) for name in REASONS if line.fields.get(name))

    def _found(self, places: Sequence[Sequence[str]]) -> str:
        for place in places:
            value: Any = self._body()
            for name in place:
                value = value.get(name) if isinstance(value, dict) else None
            if isinstance(value, str):
                return value.removeprefix("OUTBOX#")
        return "-"

    def _body(self) -> dict[str, Any]:
        try:
            body = json.loads(self.message["Body"])
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}


REASONS = ("code", "upstream_status", "upstream_code", "exception_name", "reason")


@dataclass(frozen=True, slots=True)
class Listed:
    """What a person is told of a dead letter; `age` is in seconds."""

    id: str
    queue: str
    organization: str
    event: str
    age: int
    reason: str

    def __str__(self) -> str:
        return "  ".join((self.id, self.queue, self.organization, self.event, _age(self.age), self.reason))


def listed(target: Target, queues: Sequence[str]) -> str:
    """A line for each dead letter: its id, queue, organization, event, age and reason."""
    return "\n".join(map(str, letters_in(target, queues))) or "There are no dead letters."


def letters_in(target: Target, queues: Sequence[str]) -> list[Listed]:
    """The dead letters of the queues, each with why it failed."""
    letters: list[Letter] = []
    for queue in queues:
        with _held(target, queue) as held:
            letters += held
    if not letters:
        return []
    failures = _failures(target, min(letter.sent_at for letter in letters) - MOVED_WITHIN)
    now = int(time.time())
    return [Listed(it.id, it.queue, it.organization, it.event, now - it.sent_at, it.reason(failures)) for it in letters]


def redrive_one(target: Target, message_id: str, queues: Sequence[str]) -> str:
    """Move one letter back to its queue, or relay it again. Raises OperationFailed when it is not there."""
    with _found(target, message_id, queues) as letter:
        if letter.queue == RELAY:
            return f"relay: {relay_letter(dict(letter.message), target)} relayed"
        move(letter.queue, dict(letter.message), target)
        return f"{letter.queue}: 1 moved"


def discard(target: Target, message_id: str, reason: str, queues: Sequence[str]) -> str:
    """Throw one letter away; the log keeps what it was and why. Raises OperationFailed when it is not there."""
    with _found(target, message_id, queues) as letter:
        _note(target, letter, reason)
        url = _url(letter.queue, target)
        target.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=letter.message["ReceiptHandle"])
        return f"{letter.queue}: {message_id} of {letter.organization} discarded"


@contextmanager
def _found(target: Target, message_id: str, queues: Sequence[str]) -> Iterator[Letter]:
    for queue in queues:
        with _held(target, queue) as letters:
            for letter in letters:
                if letter.id == message_id:
                    yield letter
                    return
    raise OperationFailed(f"No dead letter is called {message_id}: make dead lists them.")


@contextmanager
def _held(target: Target, queue: str) -> Iterator[list[Letter]]:
    """The first letters of one queue, hidden from others meanwhile; of a FIFO queue ten of each organization."""
    sqs, url = target.client("sqs"), _url(queue, target)
    letters: list[Letter] = []
    try:
        while len(letters) < MOST and (messages := receive(sqs, url)):
            letters += [Letter(queue, message) for message in messages]
        yield letters
    finally:
        for letter in letters:
            _show_again(sqs, url, letter.message["ReceiptHandle"])


def _show_again(sqs: Any, url: str, receipt: str) -> None:
    """Unless it has been moved or discarded."""
    with suppress(sqs.exceptions.ClientError):
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


def _failures(target: Target, since: int) -> dict[str, Line]:
    """The last failure of each message."""
    lines = read_lines(target, since, "message_failed")
    return {str(line.fields.get("message_id")): line for line in lines}


def _note(target: Target, letter: Letter, reason: str) -> None:
    logs, group = target.client("logs"), target.output("LogGroup")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(logGroupName=group, logStreamName=STREAM)
    told = {
        "level": "WARNING",
        "message": "dead_letter_discarded",
        "queue": letter.queue,
        "message_id": letter.id,
        "organization_id": letter.organization,
        "event_id": letter.event,
        "reason": reason,
    }
    event = {"timestamp": int(time.time() * 1_000), "message": json.dumps(told)}
    logs.put_log_events(logGroupName=group, logStreamName=STREAM, logEvents=[event])


def _url(queue: str, target: Target) -> str:
    return target.output(f"{queue.title()}DeadLettersUrl")


def _age(seconds: int) -> str:
    units = (("d", 86_400), ("h", 3_600), ("m", 60))
    return next((f"{seconds // size}{unit}" for unit, size in units if seconds >= size), f"{seconds}s")
