from collections.abc import Sequence
from typing import Any

import pytest

from billing.announcements.relay import HookMessage, Refusal, Relayed, Unrelayable
from billing.announcements.streams import Relay, in_order, outbox_stream
from billing.core.invocation import cause
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transaction import Command, Task
from tests.deployment.gateway import failed
from tests.deployment.lambda_runtime import Context
from tests.subscriptions.examples import NOW, ORG


def records(*numbers: int) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventName": "INSERT",
                "dynamodb": {
                    "SequenceNumber": str(100 + number),
                    "Keys": {"pk": {"S": f"OUTBOX#{ORG}"}, "sk": {"S": f"{number:012}#000"}},
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


class Stream:
    """What was relayed and what was parked; `raises` is what the announcement of that number meets."""

    def __init__(self, raises: dict[int, Exception] | None = None, hooks: dict[int, Exception] | None = None) -> None:
        self.relayed: list[str] = []
        self.told: list[str] = []
        self.done: list[str] = []
        self.caused: list[dict[str, str]] = []
        self.parked: list[tuple[str, str]] = []
        self.content: list[dict[str, Any]] = []
        self.raises = raises or {}
        self.hooks = hooks or {}

    def run(self, event: dict[str, Any]) -> list[str]:
        relay = Relay(self._relay, self._tell, self._command)
        return failed(outbox_stream(lambda: relay, self._park)(event, Context("relay")))

    def _relay(self, announcement: Announcement) -> Relayed:
        if error := self.raises.get(int(announcement.key.split("#")[1])):
            raise error
        self.relayed.append(announcement.key)
        self.content.append(dict(announcement.content))
        return Relayed({"key": announcement.key}, Command(Task.AUTO_TOP_UP, ORG, currency=announcement.key))

    def _command(self, command: Command) -> None:
        self.done.append(command.currency)
        self.caused.append(dict(cause()))

    def _tell(self, messages: Sequence[HookMessage]) -> Refusal | None:
        for place, message in enumerate(messages):
            if error := self.hooks.get(int(message["key"].split("#")[1])):
                return Refusal(place, error)
            self.told.append(message["key"])
        return None

    def _park(self, record: dict[str, Any], error: Unrelayable, function: str) -> None:
        assert function == Context("relay").invoked_function_arn
        if away := self.raises.get(0):
            raise away
        self.parked.append((record["dynamodb"]["Keys"]["sk"]["S"], str(error)))


def mixed(*numbers: int) -> dict[str, Any]:
    """The same as the stream has them: in this order."""
    event = records(*numbers)
    for place, record in enumerate(event["Records"], 1):
        record["dynamodb"]["SequenceNumber"] = str(100 + place)
    return event


def keys(*numbers: int) -> list[str]:
    return [f"{ORG}#{number}#0" for number in numbers]


def malformed(event: dict[str, Any], number: int, **attributes: Any) -> dict[str, Any]:
    event["Records"][number]["dynamodb"]["NewImage"].update(attributes)
    return event


def test_rows_are_relayed_in_their_order() -> None:
    stream = Stream()
    assert stream.run(records(1, 2)) == []
    assert stream.relayed == stream.told == stream.done == keys(1, 2)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_stream_begins_again_with_the_first_row_that_was_not_relayed(number: int) -> None:
    stream = Stream({number: ConnectionError("the bus is away")})
    assert stream.run(records(1, 2, 3)) == [str(100 + number)]
    assert (stream.relayed, stream.parked) == (keys(*range(1, number)), [])
    assert stream.told == stream.done == stream.relayed


def test_a_task_carries_what_began_its_own_announcement() -> None:
    stream, event = Stream(), records(1, 2)
    for record in event["Records"]:
        name = record["dynamodb"]["SequenceNumber"]
        record["dynamodb"]["NewImage"] |= {"request_id": {"S": f"r{name}"}, "event_id": {"S": f"ev_{name}"}}
    stream.run(event)
    assert stream.caused == [{"request_id": f"r{name}", "event_id": f"ev_{name}"} for name in (101, 102)]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_stream_begins_again_with_the_first_row_whose_hook_was_not_told(number: int) -> None:
    stream = Stream(hooks={number: ConnectionError("the queue is away")})
    assert stream.run(records(1, 2, 3)) == [str(100 + number)]
    assert stream.told == stream.done == keys(*range(1, number))


def test_of_a_batch_that_stops_twice_the_first_row_counts() -> None:
    stream = Stream({3: ConnectionError("the bus is away")}, hooks={2: ConnectionError("the queue is away")})
    assert stream.run(records(1, 2, 3, 4)) == ["102"]
    assert (stream.relayed, stream.told, stream.done) == (keys(1, 2), keys(1), keys(1))


def test_the_rows_of_a_transaction_are_relayed_in_their_own_order_whatever_the_streams_is() -> None:
    stream = Stream()
    assert stream.run(mixed(3, 1, 2)) == []
    assert stream.relayed == stream.told == stream.done == keys(1, 2, 3)


@pytest.mark.parametrize(("number", "again"), [(1, "101"), (2, "101"), (3, "101"), (4, "104")])
def test_of_a_mixed_batch_all_comes_again_from_the_first_in_the_stream_that_was_not_relayed(
    number: int, again: str
) -> None:
    stream = Stream({number: ConnectionError("the bus is away")})
    assert stream.run(mixed(3, 1, 2, 4)) == [again]
    assert stream.relayed == stream.told == stream.done == keys(*range(1, number))


def test_only_what_an_organizations_versions_number_is_put_in_order() -> None:
    def row(organization: str, name: str) -> dict[str, Any]:
        return {"dynamodb": {"Keys": {"pk": {"S": f"OUTBOX#{organization}"}, "sk": {"S": name}}}}

    names = [
        ("a", "000000000002#001"),
        ("b", "000000000009#000"),
        ("a", "low#USD#10"),
        ("a", "000000000002#000"),
        ("a", "low#USD#9"),
        ("b", "1790000000000#000"),
        ("a", "000000000001#000"),
    ]
    assert in_order([row(*each) for each in names]) == [
        row("a", "000000000001#000"),
        row("b", "000000000009#000"),
        row("a", "low#USD#10"),
        row("a", "000000000002#000"),
        row("a", "low#USD#9"),
        row("b", "1790000000000#000"),
        row("a", "000000000002#001"),
    ]


def test_what_the_hooks_queue_never_takes_is_parked_and_the_rest_is_told() -> None:
    stream = Stream(hooks={2: Unrelayable("never"), 4: ConnectionError("the queue is away")})
    assert stream.run(records(1, 2, 3, 4)) == ["104"]
    assert (stream.told, stream.parked) == (keys(1, 3), [("000000000002#000", "never")])


@pytest.mark.parametrize(
    "attributes",
    [{"transition": {"S": "customer.danced"}}, {"at": {"S": "soon"}, "version": {"M": {}}, "key": {"NULL": True}}],
    ids=["of an unknown transition", "malformed"],
)
def test_a_row_that_cannot_be_read_is_parked_at_once_and_the_rest_goes_on(
    attributes: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    stream = Stream()
    assert stream.run(malformed(records(1, 2, 3), 1, **attributes)) == []
    assert stream.relayed == keys(1, 3)
    [(row, reason)] = stream.parked
    assert (row, "cannot be read" in reason) == ("000000000002#000", True)
    assert [each.message for each in caplog.records] == ["announcement_parked"]


def test_what_aws_refuses_for_good_is_parked_at_once_and_the_rest_goes_on() -> None:
    stream = Stream({1: Unrelayable("AWS refuses it: ValidationException.")})
    assert stream.run(records(1, 2)) == []
    assert (stream.relayed, len(stream.parked)) == (keys(2), 1)


def test_a_row_that_cannot_be_parked_is_not_skipped() -> None:
    stream = Stream({1: Unrelayable("never"), 0: ConnectionError("the dead letters are away")})
    assert stream.run(records(1, 2)) == ["101"]
    assert stream.relayed == []


def test_what_is_sent_again_and_still_cannot_be_relayed_keeps_its_letter_and_gets_no_second_one() -> None:
    stream = Stream({1: Unrelayable("never")})
    assert stream.run({**records(1), "redelivered": True}) == ["101"]
    assert stream.parked == []


def test_what_is_sent_again_says_so_and_nothing_else_does() -> None:
    stream = Stream()
    stream.run(records(1))
    stream.run({**records(1), "redelivered": True})
    assert stream.content == [{}, {"redelivered": True}]
