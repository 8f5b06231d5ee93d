"""The one table: its reads, its writes, and what its refusals mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, HeldElsewhere, Throttled
from billing.core.until_won import ROW_ATTEMPTS, jittered, until_won
from billing.table.codec import Attributes, encode
from billing.table.writes import Write, WriteRefusal, Writes

MAX_BATCH_GET = 100
MAX_BATCH_PUT = 25
MAX_WRITES = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

_REFUSED = "ConditionalCheckFailed"
_ROW_HELD = "TransactionConflictException"
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ThrottlingException",
    }
)
"""A request's error, and a transaction's reasons:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""


@dataclass(frozen=True, slots=True)
class Table:
    """`client` is botocore's of DynamoDB. Reads are strongly consistent, but for those through an index.

    Everything raises Throttled when the table is asked more than it takes right now, botocore's own tries included.
    """

    client: Any
    name: str

    def get(self, key: Attributes) -> Attributes | None:
        """One row, None when it is not there."""
        with _throttling_told():
            answer = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True)
        item: Attributes | None = answer.get("Item")
        return item

    def batch_get(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """The rows that are there, each once, in any order: one read for every hundred keys."""
        found: list[Attributes] = []
        each_once = _each_once(keys)
        for start in range(0, len(each_once), MAX_BATCH_GET):
            wanted = {"Keys": each_once[start : start + MAX_BATCH_GET], "ConsistentRead": True}
            for _ in _paused():
                with _throttling_told():
                    answer = self.client.batch_get_item(RequestItems={self.name: wanted})
                found += answer["Responses"].get(self.name, [])
                wanted = answer.get("UnprocessedKeys", {}).get(self.name, {})
                if not wanted.get("Keys"):
                    break
        return found

    def batch_put(self, items: Sequence[Attributes]) -> None:
        """The rows, whatever was there: one write for every twenty-five. When it raises, some are written."""
        each_once = _each_once(items)
        for start in range(0, len(each_once), MAX_BATCH_PUT):
            waiting = [{"PutRequest": {"Item": item}} for item in each_once[start : start + MAX_BATCH_PUT]]
            for _ in _paused():
                with _throttling_told():
                    answer = self.client.batch_write_item(RequestItems={self.name: waiting})
                waiting = answer.get("UnprocessedItems", {}).get(self.name, [])
                if not waiting:
                    break

    def partition(self, partition: str) -> list[Attributes]:
        """All rows of a partition, in the order of their keys."""
        return list(self.items("pk = :pk", {":pk": partition}, ConsistentRead=True))

    def between(self, partition: str, first: str, last: str) -> list[Attributes]:
        """The rows of a partition from `first` to `last`, both included."""
        values = {":pk": partition, ":first": first, ":last": last}
        return list(self.items("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True))

    def items(self, condition: str, values: Mapping[str, Any], **options: Any) -> Iterator[Attributes]:
        """What a query finds. The next page is read when the iteration reaches it."""
        while True:
            answer = self.page(condition, values, **options)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def page(self, condition: str, values: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """One page of a query, as DynamoDB answers."""
        with _throttling_told():
            answer: dict[str, Any] = self.client.query(
                TableName=self.name,
                KeyConditionExpression=condition,
                ExpressionAttributeValues=encode(values),
                **options,
            )
        return answer

    def update(self, key: Attributes, expression: str, values: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """Change attributes of one row, as DynamoDB answers. Raises botocore's ClientError for a refused condition,
        LostEveryRace when transactions hold the row for too long.
        """
        change = {"UpdateExpression": expression, "ExpressionAttributeValues": encode(values), **options}
        with _throttling_told():
            answer: dict[str, Any] = _alone(lambda: self.client.update_item(TableName=self.name, Key=key, **change))
        return answer

    def put(self, write: Write) -> None:
        """One put alone. Raises what `transact` raises."""
        with _throttling_told():
            try:
                _alone(lambda: self.client.put_item(TableName=self.name, **write.arguments))
            except ClientError as error:
                _explain(error, [write])
                raise

    def transact(self, writes: Writes) -> None:
        """All of the writes or none.

        Raises AlreadyProcessed when a row that may exist only once is there already, whatever else was refused;
        DaySealed when only a sealed day refused; HeldElsewhere when another organization holds what is written;
        Conflict when somebody else wrote first; botocore's ClientError when the table or the request was at fault;
        RuntimeError for more writes than one transaction takes.
        """
        if len(writes) > MAX_WRITES:
            raise RuntimeError(f"A transaction takes {MAX_WRITES} writes, and not {len(writes)}.")
        items = [{write.action: {"TableName": self.name, **write.arguments}} for write in writes]
        with _throttling_told():
            try:
                self.client.transact_write_items(TransactItems=items)
            except ClientError as error:
                _explain(error, writes)
                raise


def _alone[Answer](write: Callable[[], Answer]) -> Answer:
    """A write of one row, again and again while a transaction holds the row: nothing was done then."""

    def attempt() -> Answer:
        try:
            return write()
        except ClientError as error:
            if error.response["Error"]["Code"] == _ROW_HELD:
                raise Conflict("A transaction holds the row.") from error
            raise

    return until_won(attempt, ROW_ATTEMPTS, "Transactions kept holding the row.")


def _paused() -> Iterator[None]:
    """As many tries as are wanted, with a growing pause before all but the first: what is asked for again at once is
    throttled again (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html). It ends,
    because each does something or raises.
    """
    for done in count():
        if done:
            jittered(done)
        yield


def _each_once(items: Sequence[Attributes]) -> list[Attributes]:
    """DynamoDB refuses a batch that has one key twice; the last counts."""
    return list({(item["pk"]["S"], item["sk"]["S"]): item for item in items}.values())


@contextmanager
def _throttling_told() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _THROTTLED & {error.response["Error"]["Code"], *_reasons(error)}:
            raise Throttled("The table is busy. Try again.") from error
        raise


def _reasons(error: ClientError) -> list[str | None]:
    """Why each write of a transaction was refused, in their order."""
    return [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]


def _explain(error: ClientError, writes: Writes) -> None:
    """Raises what the refusal means; returns when it was none."""
    code = error.response["Error"]["Code"]
    reasons = _reasons(error)
    if code == "ConditionalCheckFailedException":
        reasons = [_REFUSED]
    refused = {write.refusal for write, reason in zip(writes, reasons, strict=False) if reason == _REFUSED}
    if WriteRefusal.KNOWN in refused:
        raise AlreadyProcessed("It is already recorded.") from error
    if refused == {WriteRefusal.SEALED}:
        raise DaySealed("The day is closed.") from error
    if WriteRefusal.HELD in refused:
        raise HeldElsewhere("Another organization holds it.") from error
    if refused or code == _ROW_HELD or "TransactionConflict" in reasons:
        raise Conflict("Somebody else wrote first.") from error
