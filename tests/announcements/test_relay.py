from dataclasses import replace
from typing import Any

import pytest

from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import HOOKS, Unrelayable, relay
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.domain.transition import Transition
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import ORG

EVENTS = [replace(announcement, key=f"{ORG}#1#{number}") for number, announcement in enumerate(ANNOUNCEMENTS.values())]
PUBLISHED = [publish(each) for each in EVENTS]
LOW = ANNOUNCEMENTS[Transition.WALLET_LOW]


class Sink:
    """Both the bus and the hooks' queue; `refuses` is the key at which it raises."""

    def __init__(self, refuses: str = "") -> None:
        self.taken: list[PublishedAnnouncement] = []
        self.refuses = refuses

    def publish(self, event: PublishedAnnouncement) -> None:
        if event["key"] == self.refuses:
            raise RuntimeError("not now")
        self.taken.append(event)

    enqueue = publish


class Commands:
    """The queue of our own tasks."""

    def __init__(self) -> None:
        self.given: list[Command] = []

    def send(self, body: str) -> None:
        raise AssertionError("nothing of a vendor's is queued here")

    def command(self, command: Command) -> None:
        self.given.append(command)


def test_the_bus_gets_everything_and_the_hooks_what_has_a_hook() -> None:
    bus, hooks = Sink(), Sink()
    for event in EVENTS:
        relay(event, publish, bus, hooks, Commands())
    assert bus.taken == PUBLISHED
    assert hooks.taken == [event for event in PUBLISHED if event["transition"] in HOOKS]


@pytest.mark.parametrize("bus_refuses", [True, False], ids=["bus", "hooks"])
def test_what_is_not_taken_now_is_told_as_it_was_and_no_hook_hears_of_what_the_bus_did_not(bus_refuses: bool) -> None:
    key = EVENTS[0].key
    bus, hooks = Sink(key if bus_refuses else ""), Sink("" if bus_refuses else key)
    with pytest.raises(RuntimeError, match="not now"):
        relay(EVENTS[0], publish, bus, hooks, Commands())
    assert (bus.taken, hooks.taken) == ([] if bus_refuses else PUBLISHED[:1], [])


@pytest.mark.parametrize("content", [{}, {"autoTopUp": {"enabled": True}}], ids=["of no rule", "of no currency"])
def test_what_cannot_be_read_is_told_to_nobody(content: dict[str, Any]) -> None:
    bus, hooks = Sink(), Sink()
    with pytest.raises(Unrelayable):
        relay(replace(LOW, content=content), publish, bus, hooks, Commands())
    assert (bus.taken, hooks.taken) == ([], [])


def filled_up(rule: dict[str, Any] | None) -> list[Command]:
    """What a low wallet with that rule is done about."""
    commands = Commands()
    relay(replace(LOW, content={**LOW.content, "autoTopUp": rule}), publish, Sink(), Sink(), commands)
    return commands.given


def test_a_low_wallet_with_a_rule_is_also_filled_up() -> None:
    assert filled_up(LOW.content["autoTopUp"]) == [Command(Task.AUTO_TOP_UP, ORG, currency="USD")]


def test_a_low_wallet_without_a_rule_or_with_one_that_is_off_is_left_alone() -> None:
    assert filled_up(None) == []
    assert filled_up({**LOW.content["autoTopUp"], "enabled": False}) == []
