"""From the table's stream to the bus and to the hooks' queue."""

from collections.abc import Iterable
from typing import Protocol

from billing.announcements.hook_names import HOOKS
from billing.announcements.published import Publish, PublishedAnnouncement
from billing.runtime.failures import log_failure
from billing.runtime.logs import logger
from billing.runtime.trace import about
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.services.ports import Queue


class Bus(Protocol):
    """The event bus, for any consumer in the account."""

    def publish(self, announcement: PublishedAnnouncement) -> None:
        """Raises when the bus did not take the announcement."""


class HookQueue(Protocol):
    """The FIFO queue of the hooks: in order within an organization, the same key only once."""

    def enqueue(self, announcement: PublishedAnnouncement) -> None:
        """Raises when the queue did not take the announcement."""


def relay(announcements: Iterable[Announcement], publish: Publish, bus: Bus, hooks: HookQueue, commands: Queue) -> None:
    """Relay in order; the first failure stops, so that nothing overtakes. What was relayed before it may come again.

    A low wallet with a rule for it is also filled up.

    Raises RelayFailed with the key of the announcement to begin again with.
    """
    for announcement in announcements:
        with about(**_ids(announcement)):
            try:
                published = publish(announcement)
                bus.publish(published)
                if announcement.transition in HOOKS:
                    hooks.enqueue(published)
                if currency := _to_fill_up(announcement):
                    commands.command(Command(Task.AUTO_TOP_UP, announcement.organization_id, currency=currency))
            except Exception as error:
                log_failure("relay_failed", error)
                raise RelayFailed(announcement.key) from error
            logger().info("relayed")


def _ids(announcement: Announcement) -> dict[str, str | None]:
    return {
        "organization_id": announcement.organization_id,
        "key": announcement.key,
        "transition": str(announcement.transition),
        "request_id": announcement.request_id,
        "event_id": announcement.event_id,
    }


def _to_fill_up(announcement: Announcement) -> str | None:
    """The currency of a low wallet whose rule would fill it."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content["autoTopUp"]
    return str(rule["currency"]) if rule and rule["enabled"] else None


class RelayFailed(Exception):
    """`key` is the first announcement that was not relayed whole."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
