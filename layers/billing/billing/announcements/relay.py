"""From the table's stream to the bus and to the hooks' queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from billing.runtime.logs import logger
from billing.subscriptions.domain.transition import Transition

if TYPE_CHECKING:
    from billing.announcements.published import Publish, PublishedAnnouncement
    from billing.subscriptions.domain.announcement import Announcement
    from billing.subscriptions.services.ports import Queue

HOOKS = {
    Transition.CUSTOMER_CREATED: "on_customer_create",
    Transition.CREATED: "on_subscription_created",
    Transition.ACTIVATED: "on_subscription_complete",
    Transition.TRIAL_STARTED: "on_trial_start",
    Transition.TRIAL_ENDED: "on_trial_end",
    Transition.RENEWED: "on_subscription_updated",
    Transition.UPDATED: "on_subscription_updated",
    Transition.CANCELLATION_SCHEDULED: "on_subscription_cancel",
    Transition.CANCELLATION_REMOVED: "on_subscription_updated",
    Transition.PAUSED: "on_subscription_updated",
    Transition.RESUMED: "on_subscription_updated",
    Transition.PAST_DUE: "on_past_due",
    Transition.RECOVERED: "on_subscription_updated",
    Transition.CANCELLED: "on_subscription_deleted",
    Transition.PAYMENT_METHOD_ATTACHED: "on_payment_method_change",
    Transition.PAYMENT_METHOD_DETACHED: "on_payment_method_change",
    Transition.CHARGE_SUCCEEDED: "on_charge",
    Transition.CHARGE_FAILED: "on_charge",
    Transition.CHARGE_REFUNDED: "on_charge",
    Transition.CHECKOUT_COMPLETED: "on_checkout_complete",
    Transition.ENTITLEMENT_EXHAUSTED: "on_entitlement_exhausted",
    Transition.WALLET_CREDITED: "on_wallet_change",
    Transition.WALLET_LOW: "on_wallet_change",
}
"""`deleted` has none: the end was announced when it came. Nor have grants: who makes them is on your side."""


class Unrelayable(Exception):
    """The announcement cannot be read, or AWS refuses it for good: a retry cannot succeed."""


class Bus(Protocol):
    """The event bus, for any consumer in the account."""

    def publish(self, announcement: PublishedAnnouncement) -> None:
        """Raises Unrelayable for what the bus never takes, and anything else when it did not take it now."""


class HookQueue(Protocol):
    """The FIFO queue of the hooks: in order within an organization, the same key only once."""

    def enqueue(self, announcement: PublishedAnnouncement) -> None:
        """Raises Unrelayable for what the queue never takes, and anything else when it did not take it now."""


def relay(announcement: Announcement, publish: Publish, bus: Bus, hooks: HookQueue, commands: Queue) -> None:
    """Relay one announcement. A low wallet with a rule for it is also filled up.

    Raises Unrelayable, and whatever bus and queues raise: they may have it in part then, and get it again whole.
    """
    try:
        published, currency = publish(announcement), _to_fill_up(announcement)
    except Exception as error:
        raise Unrelayable(f"It cannot be read: {error!r}") from error
    bus.publish(published)
    if announcement.transition in HOOKS:
        hooks.enqueue(published)
    if currency:
        from billing.subscriptions.domain.transaction import Command, Task  # noqa: PLC0415 - for a low wallet only

        commands.command(Command(Task.AUTO_TOP_UP, announcement.organization_id, currency=currency))
    logger().info("relayed")


def _to_fill_up(announcement: Announcement) -> str | None:
    """The currency of a low wallet whose rule would fill it."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content["autoTopUp"]
    return str(rule["currency"]) if rule and rule["enabled"] else None
