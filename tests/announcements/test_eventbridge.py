import json
from dataclasses import replace
from typing import Any

import pytest

from billing.announcements.announcement import HookEvent
from billing.announcements.eventbridge import EventBridgeBus, SqsHookQueue
from billing.announcements.outbox_rows import read_hook_event
from billing.subscriptions.domain.transition import Transition
from tests.subscriptions.examples import NOW, ORG, a_subscription

EVENT = HookEvent(f"{ORG}#4#0", Transition.PAST_DUE, ORG, ORG, NOW, a_subscription(due_invoices=1, due_since=NOW))


class Client:
    """Stands in for boto3, which has no other way of refusing one entry of several."""

    def __init__(self, answer: dict[str, Any] | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answer = answer or {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}

    def put_events(self, **arguments: Any) -> dict[str, Any]:
        self.sent.append(arguments)
        return self.answer

    def send_message(self, **arguments: Any) -> None:
        self.sent.append(arguments)


def test_the_bus_gets_the_transition_as_its_type_and_camel_case_as_its_detail() -> None:
    client = Client()
    EventBridgeBus(client, "billing").publish(EVENT)
    [entry] = client.sent[0]["Entries"]
    detail = json.loads(entry.pop("Detail"))
    assert entry == {"EventBusName": "billing", "Source": "billing", "DetailType": "subscription.past_due"}
    subscription = detail.pop("subscription")
    assert detail == {"key": f"{ORG}#4#0", "organizationId": ORG, "customerId": ORG, "at": NOW}
    assert (subscription["status"], subscription["dueSince"], subscription["termStart"]) == (
        "active",
        NOW,
        a_subscription().term_start,
    )
    assert subscription["items"] == [
        {"itemPriceId": "growth", "itemType": "plan", "quantity": 5, "unitPrice": 4900, "amount": 24500}
    ]


def test_an_event_that_the_bus_refuses_raises() -> None:
    client = Client({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})
    with pytest.raises(RuntimeError, match="ThrottlingException"):
        EventBridgeBus(client, "billing").publish(EVENT)


@pytest.mark.parametrize(
    "event", [EVENT, replace(EVENT, subscription=None, transition=Transition.CUSTOMER_CREATED, customer_id=None)]
)
def test_a_hook_event_survives_its_queue_in_its_organizations_group(event: HookEvent) -> None:
    client = Client()
    SqsHookQueue(client, "https://queue").enqueue(event)
    [sent] = client.sent
    assert (sent["MessageGroupId"], sent["MessageDeduplicationId"]) == (ORG, event.key)
    assert read_hook_event(json.loads(sent["MessageBody"])) == event
