"""Each function may do what it does, and nothing else: tried with its own role against the enforced policies."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.stack.deployment import acting_as
from tests.stack.world import Cloud

type Attempt = Callable[[Cloud, str], Any]

KEY = {"pk": {"S": "ROLE#test"}, "sk": {"S": "ROLE"}}


def _read(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "dynamodb").get_item(TableName=world.stack.table, Key=KEY)


def _query(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "dynamodb").query(
        TableName=world.stack.table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": KEY["pk"]},
    )


def _scan(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "dynamodb").scan(TableName=world.stack.table)


def _write(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "dynamodb").put_item(TableName=world.stack.table, Item=KEY)


def _erase(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "dynamodb").delete_item(TableName=world.stack.table, Key=KEY)


def _queue(world: Cloud, function: str) -> Any:
    return acting_as(world.stack, function, "sqs").send_message(
        QueueUrl=world.stack.queues["EventsQueue"], MessageBody="{}"
    )


def _secret(name: str) -> Attempt:
    def attempt(world: Cloud, function: str) -> Any:
        client = acting_as(world.stack, function, "secretsmanager")
        return client.get_secret_value(SecretId=world.secrets.physical[name])

    attempt.__name__ = name
    return attempt


def _announce(world: Cloud, function: str) -> Any:
    entry = {"Source": "test", "DetailType": "test", "Detail": "{}", "EventBusName": world.stack.outputs["BusName"]}
    return acting_as(world.stack, function, "events").put_events(Entries=[entry])


FORBIDDEN: tuple[tuple[str, Attempt], ...] = (
    ("ChargebeeWebhook", _read),
    ("ChargebeeWebhook", _write),
    ("ChargebeeWebhook", _secret("ChargebeeApiSecret")),
    ("ChargebeeWebhook", _secret("ScalekitSigningSecret")),
    ("ScalekitWebhook", _queue),
    ("ScalekitWebhook", _secret("ChargebeeWebhookSecret")),
    ("Session", _query),
    ("Plans", _write),
    ("SubscriptionList", _write),
    ("SubscriptionList", _secret("ChargebeeApiSecret")),
    ("SubscriptionCreate", _erase),
    ("SubscriptionCreate", _queue),
    ("SubscriptionCancel", _secret("ReturnKeySecret")),
    ("ApplyBillingEvent", _erase),
    ("ApplyBillingEvent", _secret("ChargebeeApiSecret")),
    ("ApplyBillingEvent", _announce),
    ("RelayOutbox", _read),
    ("RelayOutbox", _write),
    ("RunHooks", _erase),
    ("RunHooks", _announce),
    ("ImportOrganization", _erase),
    ("Reconcile", _secret("ScalekitSigningSecret")),
    *((name, _scan) for name in ("Reconcile", "SubscriptionList", "ApplyBillingEvent", "ProvisionOrganization")),
)


@pytest.mark.parametrize(
    "function, attempt", FORBIDDEN, ids=[f"{function}-{attempt.__name__}" for function, attempt in FORBIDDEN]
)
def test_a_function_cannot_do_what_it_has_no_business_doing(world: Cloud, function: str, attempt: Attempt) -> None:
    with pytest.raises(ClientError) as refusal:
        attempt(world, function)

    assert "AccessDenied" in refusal.value.response["Error"]["Code"]


def test_and_it_can_do_what_it_does(world: Cloud) -> None:
    """So that the refusals above are the policies', not a role that may do nothing at all."""
    assert _query(world, "SubscriptionList")["Items"] == []
    assert _secret("ChargebeeWebhookSecret")(world, "ChargebeeWebhook")["SecretString"]


def test_without_a_session_nothing_in_the_account_is_reachable(world: Cloud) -> None:
    """The emulator's own door: a request without valid credentials is refused there too."""
    answer = world.http.post(
        world.stack.aws,
        headers={"x-amz-target": "DynamoDB_20120810.Scan", "content-type": "application/x-amz-json-1.0"},
        content=f'{{"TableName": "{world.stack.table}"}}',
    )

    assert answer.status_code in (400, 403)
