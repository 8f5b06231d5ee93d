"""A deployment of the whole template on emulated AWS, with the Chargebee simulator behind it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.session import get_session
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from billing.app import clients
from tests.chargebee.simulator import ChargebeeSimulator
from tests.deployment.contract import ROUTED, check
from tests.deployment.lambda_runtime import Answer, Context, http_answer, load
from tests.deployment.rights import allowed, uses
from tests.deployment.template import environment, resources
from tests.deployment.unused_rights import saw

APP = "https://app.example.com"
WEBHOOK_SECRET = "whsec_YSBzaWduaW5nIGtleSBvZiB0aGUgdGVzdHM="
PREVIOUS_WEBHOOK_SECRET = "whsec_dGhlIGtleSBiZWZvcmUgdGhlIHJvdGF0aW9u"
SECRETS: dict[str, dict[str, str]] = {
    "ScalekitSigningSecret": {"current": WEBHOOK_SECRET, "previous": PREVIOUS_WEBHOOK_SECRET},
    "ChargebeeWebhookSecret": {
        "current_username": "chargebee",
        "current_password": "current password",
        "previous_username": "chargebee",
        "previous_password": "previous password",
    },
    "ChargebeeApiSecret": {"api_key": "test_key"},
    "ScalekitApiSecret": {"client_secret": "test_secret"},
    "ReturnKeySecret": {"key": "a key that the deployment generated"},
}

_numbers = count(1)
_deserialize = TypeDeserializer().deserialize
_serialize = TypeSerializer().serialize


READ_SECRET = "secrets-manager.GetSecretValue"
HARMLESS = frozenset({READ_SECRET, "dynamodb.Query", "dynamodb.GetItem", "dynamodb.BatchGetItem"})
"""Calls that leave a deployment as it was."""


class Account:
    """An emulated AWS account.

    `calls` are those of the functions, as `sqs.SendMessage`, and not the tests' own; `published` went to a bus.
    """

    def __init__(self) -> None:
        session = boto3.Session()
        self.dynamodb = session.client("dynamodb")
        self.sqs = session.client("sqs")
        self.secrets = session.client("secretsmanager")
        self.events = session.client("events")
        self.changed = False
        self.calls: list[str] = []
        self.requests: list[tuple[str, bytes]] = []
        self.published: list[dict[str, Any]] = []
        functions = get_session()
        functions.get_component("event_emitter").register_first("before-send", self._record)
        setattr(clients, "session", lambda: functions)  # noqa: B010 - warm functions are forgotten, and this is not

    def start_over(self) -> None:
        self.calls.clear()
        self.published.clear()

    def _record(self, request: Any, event_name: str, **_: Any) -> None:
        self.calls.append(event_name.removeprefix("before-send."))
        self.requests.append((self.calls[-1], request.body))
        self.changed |= self.calls[-1] not in HARMLESS
        if self.calls[-1] == "eventbridge.PutEvents":
            self.published += json.loads(request.body)["Entries"]


@dataclass
class Deployment:
    """The template's table, queues, secrets and bus. One that a test has used is not given to another."""

    account: Account
    values: dict[str, str] = field(default_factory=dict)
    used: bool = False

    def __post_init__(self) -> None:
        stack = f"stack{next(_numbers)}"
        self.values |= {"Table": stack, "Bus": stack}
        [table] = resources("AWS::DynamoDB::Table").values()
        self.account.dynamodb.create_table(
            TableName=stack,
            BillingMode="PAY_PER_REQUEST",
            **{name: table[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")},
        )
        for name, properties in resources("AWS::SQS::Queue").items():
            fifo = {"FifoQueue": "true"} if properties.get("FifoQueue") else {}
            queue_name = f"{stack}-{name}{'.fifo' if fifo else ''}"
            queue = self.account.sqs.create_queue(QueueName=queue_name, Attributes=fifo)
            self.values[name] = queue["QueueUrl"]
        for name in resources("AWS::SecretsManager::Secret"):
            kept = json.dumps(SECRETS[name])
            self.values[name] = self.account.secrets.create_secret(Name=f"{stack}-{name}", SecretString=kept)["ARN"]
        self.account.events.create_event_bus(Name=stack)


@dataclass
class World:
    """What a test acts on: functions with the settings of the template, and the two worlds behind them."""

    deployment: Deployment
    chargebee: ChargebeeSimulator
    environment: pytest.MonkeyPatch
    values: dict[str, str]

    @property
    def account(self) -> Account:
        return self.deployment.account

    # --- acting -----------------------------------------------------------------------------------

    def invoke(self, function: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """A call of a cold or warm function with the settings that the template gives it.

        A route answers as the route table says, and no function does what its policy does not let it do.
        """
        for name, value in environment(function, self.values).items():
            self.environment.setenv(name, value)
        self.account.requests.clear()
        response = load(function)(dict(event), Context(function))
        used = {each for call, body in self.account.requests for each in uses(call, body, self.values)}
        saw(function, used)
        assert [each for each in used if not allowed(function, each)] == [], "IAM would refuse it"
        if function in ROUTED:
            check(function, http_answer(response))
        return response

    def call(self, function: str, event: Mapping[str, Any]) -> Answer:
        """The same for a route."""
        return http_answer(self.invoke(function, event))

    def freeze(self, now: int) -> int:
        """The functions' clock stands at `now` (UTC seconds), which is returned."""
        clock = SimpleNamespace(time=lambda: now, time_ns=lambda: now * 1_000_000_000)
        self.environment.setattr("billing.core.clock.time", clock)
        return now

    def keep_secret(self, name: str, **fields: str) -> None:
        self.deployment.used = True
        self.account.secrets.put_secret_value(SecretId=self.values[name], SecretString=json.dumps(fields))

    def put(self, **attributes: Any) -> None:
        self.deployment.used = True
        item = {name: _serialize(value) for name, value in attributes.items()}
        self.account.dynamodb.put_item(TableName=self.values["Table"], Item=item)

    def lose(self, queue: str) -> None:
        """The queue takes no more messages."""
        self.deployment.used = True
        self.account.sqs.delete_queue(QueueUrl=self.values[queue])

    # --- looking ----------------------------------------------------------------------------------

    def items(self, prefix: str = "") -> list[dict[str, Any]]:
        """What is in the table, partitions that begin with `prefix`, in key order."""
        found = self.account.dynamodb.scan(TableName=self.values["Table"])["Items"]
        plain = [{name: _deserialize(value) for name, value in item.items()} for item in found]
        return sorted(
            (item for item in plain if item["pk"].startswith(prefix)), key=lambda item: (item["pk"], item["sk"])
        )

    def records(self) -> list[dict[str, Any]]:
        """What the table knows of anybody's billing: all but the marks of how often it was asked."""
        return [item for item in self.items() if not item["pk"].startswith("BUDGET#")]

    def item(self, pk: str, sk: str) -> dict[str, Any]:
        [found] = [item for item in self.items(pk) if (item["pk"], item["sk"]) == (pk, sk)]
        return found

    def announced(self) -> list[str]:
        """The transitions of customers and subscriptions in the outbox, in order for each organization."""
        return [item["transition"] for item in self.items("OUTBOX#") if item["sk"][0].isdigit()]

    def news(self) -> list[str]:
        """What else the outbox tells, of payments, allowances and wallets."""
        return sorted(item["transition"] for item in self.items("OUTBOX#") if not item["sk"][0].isdigit())

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """The bodies in a queue, which are then in flight."""
        found: list[dict[str, Any]] = []
        while batch := self.account.sqs.receive_message(QueueUrl=self.values[queue], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            found += [json.loads(message["Body"]) for message in batch]
        return found

    def unseen(self, queue: str) -> int:
        """How many messages of a queue wait for their time."""
        name = "ApproximateNumberOfMessagesDelayed"
        answer = self.account.sqs.get_queue_attributes(QueueUrl=self.values[queue], AttributeNames=[name])
        return int(answer["Attributes"][name])

    def hasten(self, queue: str) -> None:
        """What the queue keeps unseen for a while is seen now."""
        name = self.values[queue].rpartition("/")[2]
        for message in get_backend("sqs")[DEFAULT_ACCOUNT_ID][self.account.sqs.meta.region_name].queues[name]._messages:
            message.delayed_until = 0

    def untouched(self) -> bool:
        """Nothing was read, written, queued, or asked of Chargebee."""
        return set(self.account.calls) <= {READ_SECRET} and not self.chargebee.calls()
