from collections.abc import Iterable
from typing import Any

import pytest

from billing.announcements.relay import RelayFailed
from billing.announcements.streams import outbox_stream
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from tests.deployment.gateway import failed
from tests.subscriptions.examples import NOW, ORG


def records(*numbers: int) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(100 + number),
                    "NewImage": {
                        "pk": {"S": f"OUTBOX#{ORG}"},
                        "sk": {"S": f"{number:012}#000"},
                        "key": {"S": f"{ORG}#{number}#0"},
                        "transition": {"S": "customer.created"},
                        "organization_id": {"S": ORG},
                        "at": {"N": str(NOW)},
                        "expires_at": {"N": str(NOW)},
                    },
                },
            }
            for number in numbers
        ]
    }


def test_rows_are_relayed_in_their_order() -> None:
    relayed: list[Announcement] = []

    def relay(events: Iterable[Announcement]) -> None:
        relayed.extend(events)

    assert failed(outbox_stream(relay)(records(1, 2), None)) == []
    assert relayed == [
        Announcement(f"{ORG}#{number}#0", Transition.CUSTOMER_CREATED, ORG, None, NOW) for number in (1, 2)
    ]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_stream_begins_again_with_the_first_row_that_was_not_relayed(number: int) -> None:
    def relay(events: Iterable[Announcement]) -> None:
        raise RelayFailed(f"{ORG}#{number}#0")

    assert failed(outbox_stream(relay)(records(1, 2, 3), None)) == [str(100 + number)]


def test_a_row_that_cannot_be_read_is_not_skipped() -> None:
    def relay(events: Iterable[Announcement]) -> None:
        list(events)

    event = records(1)
    event["Records"][0]["dynamodb"]["NewImage"]["transition"] = {"S": "customer.danced"}
    with pytest.raises(ValueError, match=r"customer\.danced"):
        outbox_stream(relay)(event, None)
