import json
from collections.abc import Mapping
from typing import Any

import pytest

from billing.core.chargebee_errors import ChargebeeRateLimited
from billing.core.errors import PayloadTooLarge
from billing.runtime.logs import attributes
from billing.runtime.queues import consumer, message, ordered_consumer
from tests.deployment.gateway import failed, sqs_event


class Consumed:
    """Remembers what it was given; `fails` and `limited` are the ids at which it raises."""

    def __init__(self, fails: set[int] = frozenset(), limited: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        self.ids: list[int] = []
        self.fails, self.limited = fails, limited

    def __call__(self, body: Mapping[str, Any]) -> None:
        self.ids.append(body["id"])
        if body["id"] in self.limited:
            raise ChargebeeRateLimited("Slow down.", 30)
        if body["id"] in self.fails:
            raise RuntimeError("broken")


class Later:
    """The queue that takes what waits: the ids that it was sent, and for how many seconds."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []

    def __call__(self, body: str, seconds: int) -> None:
        self.sent.append((json.loads(body)["id"], seconds))


def batch(*ids: int, group: str | None = None) -> dict[str, Any]:
    return sqs_event(*({"id": each} for each in ids), group=group)


def test_every_message_is_consumed_and_none_is_given_back() -> None:
    consumed = Consumed()
    assert failed(consumer(consumed, Later())(batch(1, 2, 3), None)) == []
    assert consumed.ids == [1, 2, 3]


@pytest.mark.parametrize("poisoned", [1, 5, 10])
def test_one_poisoned_message_of_ten_is_given_back_alone(poisoned: int) -> None:
    consumed = Consumed(fails={poisoned})
    assert failed(consumer(consumed, Later())(batch(*range(1, 11)), None)) == [f"message-{poisoned}"]
    assert consumed.ids == list(range(1, 11))


@pytest.mark.parametrize("body", ["", "{", "NaN,"])
def test_a_message_that_is_not_json_is_poisoned(body: str) -> None:
    assert failed(consumer(Consumed(), Later())(sqs_event(body, {"id": 2}), None)) == ["message-1"]


def test_behind_a_rate_limit_nothing_is_tried_and_all_of_it_is_queued_anew() -> None:
    consumed = Consumed(limited={2})
    later = Later()
    handler = consumer(consumed, later)
    assert failed(handler(batch(1, 2, 3, 4), None)) == []
    assert consumed.ids == [1, 2]
    assert later.sent == [(2, 30), (3, 30), (4, 30)]
    assert failed(handler(batch(1, 3), None)) == []
    assert (consumed.ids, len(later.sent)) == ([1, 2, 1, 3], 3)


class Clock:
    """Lambda's context, and a consumer in which every message takes its own number of seconds."""

    def __init__(self, seconds: int) -> None:
        self.left = seconds
        self.ids: list[int] = []

    def get_remaining_time_in_millis(self) -> int:
        return self.left * 1_000

    def __call__(self, body: Mapping[str, Any]) -> None:
        self.ids.append(body["id"])
        self.left -= body["id"]


def test_what_slow_messages_leave_less_than_half_of_the_time_is_queued_anew_and_spends_no_receive() -> None:
    slow, later = Clock(60), Later()
    assert failed(consumer(slow, later)(batch(20, 9, 3, 1, 2), slow)) == []
    assert slow.ids == [20, 9, 3]
    assert later.sent == [(1, 0), (2, 0)]


def test_the_first_message_of_a_batch_always_has_its_turn() -> None:
    slow, later = Clock(2), Later()
    assert failed(consumer(slow, later)(batch(50, 1), slow)) == []
    assert (slow.ids, later.sent) == ([50], [(1, 0)])


def test_other_failures_use_up_a_receive_and_hold_nobody_up() -> None:
    consumed, later = Consumed(fails={1}), Later()
    assert failed(consumer(consumed, later)(batch(1, 2), None)) == ["message-1"]
    assert (consumed.ids, later.sent) == ([1, 2], [])


def test_a_message_that_cannot_be_queued_anew_is_given_back_and_the_others_stay_done() -> None:
    def broken(body: str, seconds: int) -> None:
        raise RuntimeError("the queue is away")

    assert failed(consumer(Consumed(limited={2}), broken)(batch(1, 2), None)) == ["message-2"]


def ordered(*messages: tuple[int, str]) -> dict[str, Any]:
    event = batch(*(each for each, _ in messages))
    for record, (_, group) in zip(event["Records"], messages, strict=True):
        record["attributes"]["MessageGroupId"] = group
    return event


def test_behind_a_failure_its_group_waits_and_no_other_does() -> None:
    consumed = Consumed(fails={1})
    event = ordered((1, "org_1"), (2, "org_2"), (3, "org_1"), (4, "org_2"))
    assert failed(ordered_consumer(consumed, never)(event, None)) == ["message-1", "message-3"]
    assert consumed.ids == [1, 2, 4]


def never(receipt: str, seconds: int) -> None:
    """The queue does not hear of it, which costs nothing but its own time."""
    raise ConnectionError("the queue is away")


@pytest.mark.parametrize(("receives", "seconds"), [(1, 5), (2, 30), (3, 120), (4, 600), (5, 0), (6, 0)])
def test_what_failed_comes_again_soon_then_ever_later_and_is_parked_at_once_in_the_end(
    receives: int, seconds: int
) -> None:
    told: list[tuple[str, int]] = []
    event = ordered((1, "org_1"), (2, "org_2"), (3, "org_1"))
    for record in event["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = str(receives)
    ordered_consumer(Consumed(fails={1}), lambda receipt, after: told.append((receipt, after)))(event, None)
    assert told == [("receipt-1", seconds)]


def test_an_ordered_batch_that_works_gives_nothing_back() -> None:
    consumed = Consumed()
    assert failed(ordered_consumer(consumed, never)(ordered((1, "org_1"), (2, "org_1")), None)) == []
    assert consumed.ids == [1, 2]


def test_the_largest_message_fits_its_queue_together_with_what_it_carries_beside() -> None:
    """https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_MessageAttributeValue.html"""
    carried = attributes({"request_id": "r" * 36, "event_id": "e" * 100})
    beside = sum(len(name) + sum(map(len, told.values())) for name, told in carried.items())
    longest = 256 * 1024 - beside
    assert all(_taken(length) <= longest for length in range(longest - 2_000, longest + 2_000))


def _taken(length: int) -> int:
    """The bytes of a message of that length, 0 of one that is too large."""
    try:
        return len(message({"id": "x" * (length - len('{"id":""}'))}))
    except PayloadTooLarge:
        return 0
