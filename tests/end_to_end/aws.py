"""The deployed stack behind the API: what is in the table and on the queues, its functions, roles and secrets."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from tests.end_to_end.waiting import until
from tests.stack import ACCOUNT, ROOT, Stack

type Row = dict[str, Any]

_plain = TypeDeserializer().deserialize


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

    def announced(self, organization_id: str) -> list[Row]:
        """The outbox of one organization, in order."""
        return self._query(f"OUTBOX#{organization_id}", "")

    def transitions(self, organization_id: str) -> list[str]:
        return [row["transition"] for row in self.announced(organization_id)]

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

    def drained(self, name: str) -> None:
        """Wait until everything has been consumed, what was offered a second time too."""
        until(lambda: self.depth(name), lambda depth: depth == 0, patience=60)

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


@dataclass(frozen=True)
class Functions:
    """By their names in the template."""

    client: Any
    physical: dict[str, str]

    def invoke(self, name: str, event: Any) -> Any:
        answer = self.client.invoke(FunctionName=self.physical[name], Payload=json.dumps(event).encode())
        result = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, result
        return result

    def reconcile(self, **request: Any) -> Any:
        """What the schedule, or an operator, asks of the Reconcile function."""
        return self.invoke("Reconcile", request)

    @contextmanager
    def limited(self, name: str, workers: int) -> Iterator[None]:
        """At most so many at a time; what comes on top is answered 429 at once."""
        self.client.put_function_concurrency(FunctionName=self.physical[name], ReservedConcurrentExecutions=workers)
        try:
            yield
        finally:
            self.client.delete_function_concurrency(FunctionName=self.physical[name])

    @contextmanager
    def reconfigured(self, name: str, **variables: str) -> Iterator[None]:
        """The function with other settings: it starts anew before and after, and reads its secrets again."""
        found = self.client.get_function_configuration(FunctionName=self.physical[name])["Environment"]["Variables"]
        self._configure(name, found | variables)
        try:
            yield
        finally:
            self._configure(name, found)

    def _configure(self, name: str, variables: dict[str, str]) -> None:
        self.client.update_function_configuration(
            FunctionName=self.physical[name], Environment={"Variables": variables}
        )

    @contextmanager
    def appended(self, name: str, lines: str) -> Iterator[None]:
        """The function with these lines at the end of its `app.py`, as a team that edits it would deploy it."""
        source = next((ROOT / "functions").glob(f"{_snake(name)}/app.py")).read_text()
        self._deploy(name, f"{source}\n\n{lines}")
        try:
            yield
        finally:
            self._deploy(name, source)

    def _deploy(self, name: str, source: str) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", source)
        self.client.update_function_code(FunctionName=self.physical[name], ZipFile=buffer.getvalue())


@dataclass(frozen=True)
class Secrets:
    """By their names in the template."""

    client: Any
    physical: dict[str, str]

    @contextmanager
    def replaced(self, name: str, **fields: str) -> Iterator[None]:
        """The secret with other fields. A function that has read it keeps the old ones for up to five minutes."""
        before = self.client.get_secret_value(SecretId=self.physical[name])["SecretString"]
        self.client.put_secret_value(SecretId=self.physical[name], SecretString=json.dumps(fields))
        try:
            yield
        finally:
            self.client.put_secret_value(SecretId=self.physical[name], SecretString=before)

    def read(self, name: str) -> dict[str, str]:
        fields: dict[str, str] = json.loads(self.client.get_secret_value(SecretId=self.physical[name])["SecretString"])
        return fields


def resources(stack: Stack, kind: str) -> dict[str, str]:
    """Logical to physical names of the stack's resources of one type."""
    found = stack.client("cloudformation").describe_stack_resources(StackName=_stack_name(stack))["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind}


def acting_as(stack: Stack, function: str, service: str) -> Any:
    """A client with the rights of a function's role, and no others."""
    import boto3

    role = f"arn:aws:iam::{ACCOUNT}:role/{resources(stack, 'AWS::IAM::Role')[f'{function}Role']}"
    session = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=stack.aws,
        region_name=stack.region,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def _stack_name(stack: Stack) -> str:
    (only,) = stack.client("cloudformation").describe_stacks()["Stacks"]
    return str(only["StackName"])


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _row(item: dict[str, Any]) -> Row:
    return {name: _plain(value) for name, value in item.items()}
