"""A crash of the relay, or of a hook: what is told twice has the key that it had."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import cast

import pytest

from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import HOOKS, HookMessage, relay, run_hook
from billing.subscriptions.domain.announcement import Announcement
from tests.announcements.examples import publish
from tests.model.world import Intercepted, ModelWorld, straight
from tests.property.crashing import Crash, Crashing
from tests.property.worlds import cancelling

BEFORE_RECORDING = 3
"""Of the places that a hook's run passes: its ledger was read, it ran, and nothing was written yet."""


def test_a_relay_that_crashes_anywhere_sends_every_announcement_in_order_under_the_key_that_it_had() -> None:
    events = announced(cancelling())
    published = [publish(each) for each in events]
    places = relayed(events, 0, sent := Sent())
    assert (sent.bus, sent.hooks) == (published, [each for each in published if each["transition"] in HOOKS])
    for place in range(1, places + 1):
        relayed(events, place, again := Sent())
        relayed(events, 0, again)
        assert list(dict.fromkeys(each["key"] for each in again.bus)) == [each.key for each in events]
        assert list(dict.fromkeys(each["key"] for each in again.hooks)) == [each["key"] for each in sent.hooks]


@pytest.mark.parametrize("place", range(5))
def test_a_hook_that_crashes_anywhere_runs_again_until_it_ran_and_then_never(place: int) -> None:
    heard: list[PublishedAnnouncement] = []
    world = cancelling()
    event = next(publish(each) for each in announced(world) if each.transition in HOOKS)
    crashing = Crashing(place)
    for intercept in (crashing, straight, straight):
        ports = world.ports(intercept)
        try:
            run_hook(event, lambda name: heard.append, ports.store, ports.clock)
        except Crash:
            assert intercept is crashing
    assert heard == [event] * (2 if place == BEFORE_RECORDING else 1)


@dataclass(slots=True)
class Sent:
    """The bus and the hooks' queue."""

    bus: list[PublishedAnnouncement] = field(default_factory=list)
    hooks: list[PublishedAnnouncement] = field(default_factory=list)

    def publish(self, announcement: PublishedAnnouncement) -> None:
        self.bus.append(announcement)

    def message(self, announcement: PublishedAnnouncement) -> HookMessage:
        return dict(announcement)

    def enqueue(self, messages: Sequence[HookMessage]) -> None:
        self.hooks.extend(cast("Sequence[PublishedAnnouncement]", messages))


def relayed(events: list[Announcement], place: int, sent: Sent) -> int:
    """One reading of the stream that may crash; whoever reads it next begins at the start again."""
    crashing = Crashing(place)
    port = cast("Sent", Intercepted(sent, crashing))
    try:
        for batch in batched(events, 2, strict=False):
            told = [relay(event, publish, port, port, HOOKS.values()).told for event in batch]
            for message in filter(None, told):
                port.enqueue([message])
    except Crash:
        assert place, "nobody asked for it"
    return crashing.passed


def announced(world: ModelWorld) -> list[Announcement]:
    """The outbox as the stream shows it."""
    return list(world.store.outbox)
