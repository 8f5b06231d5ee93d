from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import HOOKS, Refusal, Relayed, Unrelayable, relay
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import ORG

EVENTS = [replace(announcement, key=f"{ORG}#1#{number}") for number, announcement in enumerate(ANNOUNCEMENTS.values())]
PUBLISHED = [publish(each) for each in EVENTS]
LOW = ANNOUNCEMENTS[Transition.WALLET_LOW]


class Sink:
    """The bus; `refuses` is the key at which it raises."""

    def __init__(self, refuses: str = "") -> None:
        self.taken: list[PublishedAnnouncement] = []
        self.refuses = refuses

    def publish(self, event: PublishedAnnouncement) -> None:
        if event["key"] == self.refuses:
            raise RuntimeError("not now")
        self.taken.append(event)


class Queue:
    """The hooks' queue, of which relaying asks nothing but how a message looks."""

    def message(self, event: PublishedAnnouncement) -> dict[str, Any]:
        return {"event": event}

    def enqueue(self, messages: Sequence[Mapping[str, Any]]) -> Refusal | None:
        raise AssertionError("a batch is queued when it is whole")


def relayed(event: Announcement, bus: Sink, written: Container[str] = frozenset(HOOKS.values())) -> Relayed:
    return relay(event, publish, bus, Queue(), written)


def test_the_bus_gets_everything_and_the_hooks_what_has_a_hook() -> None:
    bus = Sink()
    left = [relayed(event, bus).told for event in EVENTS]
    assert bus.taken == PUBLISHED
    assert [each["event"] for each in left if each] == [event for event in PUBLISHED if event["transition"] in HOOKS]


def test_a_hook_that_nobody_wrote_is_told_nothing() -> None:
    bus = Sink()
    left = [relayed(event, bus, {"on_charge"}).told for event in EVENTS]
    assert bus.taken == PUBLISHED
    told = {each["event"]["transition"] for each in left if each}
    assert told == {"charge.succeeded", "charge.failed", "charge.refunded"}


def test_what_the_bus_does_not_take_now_is_told_as_it_was_and_no_hook_hears_of_it() -> None:
    with pytest.raises(RuntimeError, match="not now"):
        relayed(EVENTS[0], Sink(EVENTS[0].key))


@pytest.mark.parametrize("content", [{}, {"autoTopUp": {"enabled": True}}], ids=["of no rule", "of no currency"])
def test_what_cannot_be_read_is_told_to_nobody(content: dict[str, Any]) -> None:
    bus = Sink()
    with pytest.raises(Unrelayable):
        relayed(replace(LOW, content=content), bus)
    assert bus.taken == []


def filled_up(rule: dict[str, Any] | None) -> Command | None:
    """What is done about a low wallet with that rule."""
    return relayed(replace(LOW, content={**LOW.content, "autoTopUp": rule}), Sink()).task


def test_a_low_wallet_with_a_rule_is_also_filled_up() -> None:
    assert filled_up(LOW.content["autoTopUp"]) == Command(Task.AUTO_TOP_UP, ORG, currency="USD")


def test_a_low_wallet_without_a_rule_or_with_one_that_is_off_is_left_alone() -> None:
    assert filled_up(None) is None
    assert filled_up({**LOW.content["autoTopUp"], "enabled": False}) is None
