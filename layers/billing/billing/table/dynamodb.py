"""The one table: its reads, its writes, and what its refusals mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, HeldElsewhere
from billing.table.attributes import Attributes, encode
from billing.table.writes import Write, WriteRefusal, Writes

MAX_BATCH_GET = 100
MAX_WRITES = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""

_REFUSED = "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Table:
    """`client` is boto3's of DynamoDB. Reads are strongly consistent, but for those through an index."""

    client: Any
    name: str

    def get(self, key: Attributes) -> Attributes | None:
        """One row, None when it is not there."""
        item: Attributes | None = self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True).get("Item")
        return item

    def batch_get(self, keys: Sequence[Attributes]) -> list[Attributes]:
        """The rows that are there, in any order: one read for every hundred keys."""
        found: list[Attributes] = []
        for start in range(0, len(keys), MAX_BATCH_GET):
            wanted = {"Keys": list(keys[start : start + MAX_BATCH_GET]), "ConsistentRead": True}
            while wanted.get("Keys"):
                answer = self.client.batch_get_item(RequestItems={self.name: wanted})
                found += answer["Responses"].get(self.name, [])
                wanted = answer.get("UnprocessedKeys", {}).get(self.name, {})
        return found

    def partition(self, partition: str) -> list[Attributes]:
        """All rows of a partition, in the order of their keys."""
        return list(self.items("pk = :pk", {":pk": partition}, ConsistentRead=True))

    def between(self, partition: str, first: str, last: str) -> list[Attributes]:
        """The rows of a partition from `first` to `last`, both included."""
        values = {":pk": partition, ":first": first, ":last": last}
        return list(self.items("pk = :pk AND sk BETWEEN :first AND :last", values, ConsistentRead=True))

    def items(self, condition: str, values: Mapping[str, Any], **options: Any) -> Iterator[Attributes]:
        """What a query finds. A page is read when it is come to."""
        while True:
            answer = self.page(condition, values, **options)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            options["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def page(self, condition: str, values: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """One page of a query, as DynamoDB answers."""
        answer: dict[str, Any] = self.client.query(
            TableName=self.name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=encode(values),
            **options,
        )
        return answer

    def update(self, key: Attributes, expression: str, values: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """Change attributes of one row, as DynamoDB answers. Raises botocore's ClientError for a refused condition."""
        answer: dict[str, Any] = self.client.update_item(
            TableName=self.name,
            Key=key,
            UpdateExpression=expression,
            ExpressionAttributeValues=encode(values),
            **options,
        )
        return answer

    def put(self, write: Write) -> None:
        """One put alone. Raises what `transact` raises."""
        try:
            self.client.put_item(TableName=self.name, **write.arguments)
        except ClientError as error:
            _explain(error, [write])
            raise

    def transact(self, writes: Writes) -> None:
        """All of it or nothing.

        Raises AlreadyProcessed when something is there that may be only once, whatever else was refused; DaySealed
        when nothing but a closed day refused; HeldElsewhere when another organization holds what is written; Conflict
        when somebody else wrote first; botocore's ClientError when the table was at fault, or the request. Raises
        RuntimeError for more writes than one transaction takes.
        """
        if len(writes) > MAX_WRITES:
            raise RuntimeError(f"A transaction takes {MAX_WRITES} writes, and not {len(writes)}.")
        items = [{write.action: {"TableName": self.name, **write.arguments}} for write in writes]
        try:
            self.client.transact_write_items(TransactItems=items)
        except ClientError as error:
            _explain(error, writes)
            raise


def _explain(error: ClientError, writes: Writes) -> None:
    """Raises what the refusal means; returns when it was none."""
    code = error.response["Error"]["Code"]
    reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
    if code == "ConditionalCheckFailedException":
        reasons = [_REFUSED]
    refused = {write.refusal for write, reason in zip(writes, reasons, strict=False) if reason == _REFUSED}
    if WriteRefusal.KNOWN in refused:
        raise AlreadyProcessed("It is already recorded.") from error
    if refused == {WriteRefusal.SEALED}:
        raise DaySealed("The day is closed.") from error
    if WriteRefusal.HELD in refused:
        raise HeldElsewhere("Another organization holds it.") from error
    if refused or code == "TransactionConflictException" or "TransactionConflict" in reasons:
        raise Conflict("Somebody else wrote first.") from error
