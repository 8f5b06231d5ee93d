import json
from typing import Any

import pytest

from billing.announcements.destinations import EventBridgeBus
from billing.announcements.relay import Unrelayable
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish

EVENT = publish(ANNOUNCEMENTS[Transition.PAST_DUE])


class Client:
    """Stands in for boto3, which has no other way of refusing one entry of several."""

    def __init__(self, answer: dict[str, Any] | None = None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.answer = answer or {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}

    def put_events(self, **arguments: Any) -> dict[str, Any]:
        self.sent.append(arguments)
        return self.answer


def test_the_bus_gets_the_transition_as_its_type_and_the_published_announcement_as_its_detail() -> None:
    client = Client()
    EventBridgeBus(client, "billing").publish(EVENT)
    [entry] = client.sent[0]["Entries"]
    assert json.loads(entry.pop("Detail")) == EVENT
    assert entry == {"EventBusName": "billing", "Source": "billing", "DetailType": "subscription.past_due"}


def test_an_event_that_the_bus_refuses_raises() -> None:
    client = Client({"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]})
    with pytest.raises(RuntimeError, match="ThrottlingException"):
        EventBridgeBus(client, "billing").publish(EVENT)


@pytest.mark.parametrize("code", ["MalformedDetail", "InvalidArgument"])
def test_an_event_that_the_bus_refuses_for_good_says_so(code: str) -> None:
    client = Client({"FailedEntryCount": 1, "Entries": [{"ErrorCode": code}]})
    with pytest.raises(Unrelayable, match=code):
        EventBridgeBus(client, "billing").publish(EVENT)
