"""Consume the table's stream: in order, from the first record that could not be relayed now."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from billing.announcements.relay import Unrelayable
from billing.runtime.logs import about, count, invocation, learned, log_failure
from billing.subscriptions.domain.announcement import NOTHING, Announcement
from billing.subscriptions.table.rows import read_announcement
from billing.table.codec import decode

if TYPE_CHECKING:
    from billing.announcements.relay import HookMessage, Refusal, Relayed
    from billing.runtime.queues import QueueHandler
    from billing.subscriptions.domain.transaction import Command

Record = dict[str, Any]
Park = Callable[[Record, Unrelayable, str], None]
"""Keep a record that will never be relayed, with the ARN of the function that gave it up."""

LATE: Mapping[str, Any] = MappingProxyType({"redelivered": True})
"""Said of what was parked."""


@dataclass(frozen=True, slots=True)
class Relay:
    """What relays the announcements of one batch: each to the bus, then all to their hooks, then the tasks of ours."""

    publish: Callable[[Announcement], Relayed]
    tell_hooks: Callable[[Sequence[HookMessage]], Refusal | None]
    command: Callable[[Command], None]


def outbox_stream(relay: Callable[[], Relay], park: Park) -> QueueHandler:
    """The handler of the stream's outbox rows, for `ReportBatchItemFailures`. `relay` is made once for every batch.

    What will never be relayed is parked, and holds nobody up. Any other failure stops the batch, so that nothing
    overtakes, and all comes again from the first record in the stream that is not relayed. What an operator sends again
    (`redelivered`) says so; it is parked already, and fails instead.
    """

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
        def give_up(record: Record, error: Unrelayable) -> None:
            if event.get("redelivered"):
                raise error
            park(record, error, context.invoked_function_arn)
            count("announcement_parked", row=_row(record), reason=str(error))

        batch = _Batch(relay(), give_up, LATE if event.get("redelivered") else NOTHING)
        records = in_order(event["Records"])
        for record in records:
            with invocation(context):
                if not batch.published(record):
                    break
        with invocation(context):
            batch.finish()
        left = records[records.index(batch.stopped) :] if batch.stopped else []
        again = [each["dynamodb"]["SequenceNumber"] for each in event["Records"] if each in left]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in again[:1]]}

    return handler


def in_order(records: Sequence[Record]) -> list[Record]:
    """The records, with what an organization's versions number in the order of those numbers.

    The stream has the rows of one transaction in any order, and those of two mixed:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
    All else keeps its place.
    """
    numbered: dict[str, list[Record]] = {}
    for record in sorted(filter(_number, records), key=_number, reverse=True):
        numbered.setdefault(_partition(record), []).append(record)
    return [numbered[_partition(record)].pop() if _number(record) else record for record in records]


def _number(record: Record) -> tuple[int, ...]:
    """The version and the place in it; of what is named otherwise, nothing."""
    name = record["dynamodb"]["Keys"]["sk"]["S"]
    return tuple(map(int, name.split("#"))) if re.fullmatch("[0-9]+#[0-9]+", name) else ()


def _partition(record: Record) -> str:
    partition: str = record["dynamodb"]["Keys"]["pk"]["S"]
    return partition


@dataclass(frozen=True, slots=True)
class _Passed:
    """A record that the bus has, whom and what it is about, and what is left to do about it."""

    record: Record
    ids: Mapping[str, str | None]
    relayed: Relayed


@dataclass(slots=True)
class _Batch:
    """The records of one batch that the bus has, in order, up to the one at which it `stopped`.

    `content` is what each of their announcements says besides.
    """

    relay: Relay
    give_up: Callable[[Record, Unrelayable], None]
    content: Mapping[str, Any]
    passed: list[_Passed] = field(default_factory=list)
    stopped: Record | None = None

    def published(self, record: Record) -> bool:
        """Whether the next record may follow."""
        return self._done(record, lambda: self._publish(record))

    def finish(self) -> None:
        """Tell the hooks, and then queue the tasks of what they were told."""
        told = [each for each in self.passed if each.relayed.told]
        messages = [each.relayed.told for each in self.passed if each.relayed.told]
        while refusal := self.relay.tell_hooks(messages):
            refused = told[refusal.place]
            with about(**refused.ids):
                if not self._done(refused.record, partial(self._refused, refused.record, refusal.error)):
                    break
            told, messages = told[refusal.place + 1 :], messages[refusal.place + 1 :]
        for each in self.passed:
            if each.record is self.stopped:
                return
            with about(**each.ids):
                if each.relayed.task and not self._done(each.record, partial(self.relay.command, each.relayed.task)):
                    return

    def _publish(self, record: Record) -> None:
        try:
            announcement = _read(record)
            ids = _ids(announcement)
            learned(**ids)
            told = replace(announcement, content={**announcement.content, **self.content})
            self.passed.append(_Passed(record, ids, self.relay.publish(told)))
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
