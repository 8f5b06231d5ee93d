"""The state behind the API: what is in the table and on the queues."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from tests.stack.waiting import until

type Row = dict[str, Any]

_plain = TypeDeserializer().deserialize
_typed = TypeSerializer().serialize


@dataclass(frozen=True)
class Table:
    """Strongly consistent reads of single partitions."""

    client: Any
    name: str

    def organization(self, organization_id: str) -> Row | None:
        return self._get(f"ORG#{organization_id}", "ORG")

    def subscriptions(self, organization_id: str) -> list[Row]:
        return self._query(f"ORG#{organization_id}", "SUB#")

    def ledger(self, event_id: str, source: str = "chargebee") -> Row | None:
        """The proof that an event was dealt with."""
        return self._get(f"EVENT#{source}#{event_id}", "EVENT")

    def pointer(self, customer_id: str) -> Row | None:
        return self._get(f"CUSTOMER#{customer_id}", "CUSTOMER")

    def charge(self, organization_id: str, charge_id: str) -> Row:
        return self._found(f"CHARGE#{organization_id}#{charge_id}", "CHARGE")

    def rule(self, organization_id: str, currency: str) -> Row:
        """For the top-ups of one wallet."""
        return self._found(f"ORG#{organization_id}", f"TOPUP#{currency}")

    def announced(self, organization_id: str) -> list[Row]:
        """What the outbox tells of a customer and its subscriptions, in order; other news has no version."""
        return [row for row in self._query(f"OUTBOX#{organization_id}", "") if row["sk"][0].isdigit()]

    def news(self, organization_id: str) -> list[str]:
        """What it tells of money, cards and allowances, by the alphabet."""
        rows = self._query(f"OUTBOX#{organization_id}", "")
        return sorted(row["transition"] for row in rows if not row["sk"][0].isdigit())

    def transitions(self, organization_id: str) -> list[str]:
        return [row["transition"] for row in self.announced(organization_id)]

    def reports(self, organization_id: str) -> list[Row]:
        """The days of metered usage, of which the index has those that are due."""
        return self._query(f"REPORT#{organization_id}", "")

    def put(self, row: Row) -> None:
        self.client.put_item(TableName=self.name, Item={name: _typed(value) for name, value in row.items()})

    def remove(self, row: Row) -> None:
        self.client.delete_item(TableName=self.name, Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}})

    def change(self, row: Row, **values: Any) -> None:
        """Let a row's time pass: other values in some of its fields."""
        names = list(values)
        self.client.update_item(
            TableName=self.name,
            Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues={f":{name}": _typed(value) for name, value in values.items()},
        )

    def _found(self, pk: str, sk: str) -> Row:
        row = self._get(pk, sk)
        assert row is not None
        return row

    def _get(self, pk: str, sk: str) -> Row | None:
        answer = self.client.get_item(TableName=self.name, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else None

    def _query(self, pk: str, prefix: str) -> list[Row]:
        key = "pk = :pk AND begins_with(sk, :prefix)" if prefix else "pk = :pk"
        values = {":pk": {"S": pk}} | ({":prefix": {"S": prefix}} if prefix else {})
        answer = self.client.query(
            TableName=self.name,
            KeyConditionExpression=key,
            ExpressionAttributeValues=values,
            ConsistentRead=True,
        )
        assert "LastEvaluatedKey" not in answer
        return [_row(item) for item in answer["Items"]]


@dataclass(frozen=True)
class Queues:
    """By their names in the template."""

    client: Any
    urls: dict[str, str]

    def send(self, name: str, body: str, **arguments: Any) -> None:
        self.client.send_message(QueueUrl=self.urls[name], MessageBody=body, **arguments)

    def send_all(self, name: str, bodies: Sequence[str]) -> None:
        """Ten at a time, as one batch each: a consumer then gets them as one, or nearly."""
        for ten in batched(enumerate(bodies), 10, strict=False):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in ten]
            self.client.send_message_batch(QueueUrl=self.urls[name], Entries=entries)

    def depth(self, name: str) -> int:
        """Messages waiting or in flight."""
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        found = self.client.get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=list(counts))["Attributes"]
        return sum(int(found[count]) for count in counts)

    def unseen(self, name: str) -> int:
        """Messages whose time has not come."""
        count = "ApproximateNumberOfMessagesDelayed"
        found = self.client.get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=[count])["Attributes"]
        return int(found[count])

    def drained(self, name: str, patience: float = 60) -> None:
        """Wait until everything has been consumed, what was offered a second time too."""
        until(lambda: self.depth(name), lambda depth: depth == 0, patience)

    def take(self, name: str) -> list[str]:
        """Receive and delete what is visible now."""
        url = self.urls[name]
        messages = self.client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            self.client.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [str(message["Body"]) for message in messages]

    @contextmanager
    def impatient(self, name: str, seconds: int = 1) -> Iterator[None]:
        """A queue that offers a failed message again after seconds instead of minutes."""
        url = self.urls[name]
        before = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        self.client.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
        try:
            yield
        finally:
            self.client.set_queue_attributes(QueueUrl=url, Attributes=before)


def _row(item: dict[str, Any]) -> Row:
    return {name: _plain(value) for name, value in item.items()}
