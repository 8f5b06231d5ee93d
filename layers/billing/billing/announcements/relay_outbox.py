"""From the table's stream to the bus and to the hooks' queue."""

from collections.abc import Iterable
from typing import Protocol

from billing.announcements.announcement import HOOKS, HookEvent
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.services.ports import Queue


class Bus(Protocol):
    """The event bus, for any consumer in the account."""

    def publish(self, event: HookEvent) -> None:
        """Raises when the bus did not take the event."""


class HookQueue(Protocol):
    """The FIFO queue of the hooks: in order within an organization, the same key only once."""

    def enqueue(self, event: HookEvent) -> None:
        """Raises when the queue did not take the event."""


def relay_outbox(events: Iterable[HookEvent], bus: Bus, hooks: HookQueue, commands: Queue) -> None:
    """Relay in order; the first failure stops, so that nothing overtakes. What was relayed before it may come again.

    A low wallet with a rule for it is also filled up.

    Raises RelayFailed with the key of the event to begin again with.
    """
    for event in events:
        try:
            bus.publish(event)
            if event.transition in HOOKS:
                hooks.enqueue(event)
            if event.transition is Transition.WALLET_LOW and event.details["auto_top_up"]:
                commands.command(Command(Task.AUTO_TOP_UP, event.organization_id, currency=event.details["currency"]))
        except Exception as error:
            raise RelayFailed(event.key) from error


class RelayFailed(Exception):
    """`key` is the first event that was not relayed whole."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
