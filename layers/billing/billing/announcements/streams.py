"""Consume the table's stream: in order, from the first record that could not be relayed now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from billing.announcements.relay import Unrelayable
from billing.runtime.logs import count, invocation, learned, log_failure
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.table.rows import read_announcement
from billing.table.codec import decode

if TYPE_CHECKING:
    from billing.announcements.relay import HookMessage, Refusal, Relayed
    from billing.runtime.queues import QueueHandler
    from billing.subscriptions.domain.transaction import Command

Record = dict[str, Any]
Park = Callable[[Record, Unrelayable, str], None]
"""Keep a record that will never be relayed, with the ARN of the function that gave it up."""


@dataclass(frozen=True, slots=True)
class Relay:
    """What relays the announcements of one batch: each to the bus, then all to their hooks, then the tasks of ours."""

    publish: Callable[[Announcement], Relayed]
    tell_hooks: Callable[[Sequence[HookMessage]], Refusal | None]
    command: Callable[[Command], None]


def outbox_stream(relay: Callable[[], Relay], park: Park) -> QueueHandler:
    """The handler of the stream's outbox rows, for `ReportBatchItemFailures`. `relay` is made once for every batch.

    What will never be relayed is parked, and holds nobody up. Any other failure stops the batch, so that nothing
    overtakes. What an operator sends again (`redelivered`) is parked already, and fails instead.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def give_up(record: Record, error: Unrelayable) -> None:
            if event.get("redelivered"):
                raise error
            park(record, error, context.invoked_function_arn)
            count("announcement_parked", row=_row(record), reason=str(error))

        batch = _Batch(relay(), give_up)
        for record in event["Records"]:
            with invocation(context):
                if not batch.published(record):
                    break
        with invocation(context):
            batch.finish()
        stopped = batch.stopped
        return {"batchItemFailures": [{"itemIdentifier": stopped["dynamodb"]["SequenceNumber"]}] if stopped else []}

    return handler


@dataclass(slots=True)
class _Batch:
    """The records of one batch that the bus has, in order, up to the one at which it `stopped`."""

    relay: Relay
    give_up: Callable[[Record, Unrelayable], None]
    passed: list[tuple[Record, Relayed]] = field(default_factory=list)
    stopped: Record | None = None

    def published(self, record: Record) -> bool:
        """Whether the next record may follow."""
        return self._done(record, lambda: self._publish(record))

    def finish(self) -> None:
        """Tell the hooks, and then queue the tasks of what they were told."""
        told = [record for record, relayed in self.passed if relayed.told]
        messages = [relayed.told for _, relayed in self.passed if relayed.told]
        while refusal := self.relay.tell_hooks(messages):
            refused = told[refusal.place]
            if not self._done(refused, partial(self._refused, refused, refusal.error)):
                break
            told, messages = told[refusal.place + 1 :], messages[refusal.place + 1 :]
        for record, relayed in self.passed:
            task = relayed.task
            if record is self.stopped or (task and not self._done(record, partial(self.relay.command, task))):
                return

    def _publish(self, record: Record) -> None:
        try:
            announcement = _read(record)
            learned(**_ids(announcement))
            self.passed.append((record, self.relay.publish(announcement)))
        except Unrelayable as error:
            self.give_up(record, error)

    def _refused(self, record: Record, error: Exception) -> None:
        if not isinstance(error, Unrelayable):
            raise error
        self.give_up(record, error)

    def _done(self, record: Record, work: Callable[[], None]) -> bool:
        try:
            work()
        except Exception as error:
            log_failure("relay_failed", error, row=_row(record))
            self.stopped = record
            return False
        return True


def _read(record: Record) -> Announcement:
    try:
        return read_announcement(decode(record["dynamodb"]["NewImage"]))
    except Exception as error:
        raise Unrelayable(f"It cannot be read: {error!r}") from error


def _ids(announcement: Announcement) -> dict[str, str | None]:
    return {
        "organization_id": announcement.organization_id,
        "key": announcement.key,
        "transition": str(announcement.transition),
        "request_id": announcement.request_id,
        "event_id": announcement.event_id,
    }


def _row(record: Record) -> str:
    """The key of its row, which every record has."""
    keys = record["dynamodb"]["Keys"]
    return f"{keys['pk']['S']} {keys['sk']['S']}"
