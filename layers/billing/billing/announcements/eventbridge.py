"""The event bus and the hooks' queue: where announcements go."""

import hashlib
import json
from typing import Any

from billing.announcements.announcement import HookEvent
from billing.subscriptions.table.rows import known_values, subscription_values

SOURCE = "billing"
MAX_DEDUPLICATION_ID = 128


class EventBridgeBus:
    """`Bus` on one EventBridge bus: the transition is the `detail-type`, and `detail` is JSON in camelCase."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def publish(self, event: HookEvent) -> None:
        """Raises RuntimeError when the bus refuses the event, botocore's errors when it cannot be reached."""
        entry = {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": str(event.transition),
            "Detail": json.dumps(_detail(event)),
        }
        answer = self._client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"The bus refused {event.key}: {answer['Entries'][0].get('ErrorCode')}")


class SqsHookQueue:
    """`HookQueue` on one FIFO queue: the organization is the group, the key deduplicates."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def enqueue(self, event: HookEvent) -> None:
        """Raises botocore's errors when the queue did not take the event."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(hook_values(event)),
            MessageGroupId=event.organization_id,
            MessageDeduplicationId=_short(event.key),
        )


def _short(key: str) -> str:
    """A deduplication id has 128 characters at most; a longer key, of a long feature's name, is known by its digest."""
    return key if len(key) <= MAX_DEDUPLICATION_ID else hashlib.sha256(key.encode()).hexdigest()


def hook_values(event: HookEvent) -> dict[str, Any]:
    """A hook event as plain values, as the outbox row has them."""
    subscription = event.subscription
    return {
        "key": event.key,
        "transition": str(event.transition),
        "organization_id": event.organization_id,
        "customer_id": event.customer_id,
        "at": event.at,
        "subscription": known_values(subscription) if subscription else None,
        **({"details": dict(event.details)} if event.details else {}),
    }


def _detail(event: HookEvent) -> dict[str, Any]:
    subscription = event.subscription
    return {
        "key": event.key,
        "organizationId": event.organization_id,
        "customerId": event.customer_id,
        "at": event.at,
        "subscription": _camel(subscription_values(subscription)) if subscription else None,
        **({"details": _camel(dict(event.details))} if event.details else {}),
    }


def _camel(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel_name(name): _camel(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_camel(each) for each in value]
    return value


def _camel_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
