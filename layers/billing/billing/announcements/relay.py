"""Whoever listens is told of an announcement: the bus from the table's stream, a hook from its queue."""

from __future__ import annotations

import symtable
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Protocol

from billing.core.errors import AlreadyProcessed
from billing.runtime.logs import learned, logger
from billing.subscriptions.domain.transaction import Command, Outcome, ProcessedEvent, Task
from billing.subscriptions.domain.transition import Transition

if TYPE_CHECKING:
    from billing.announcements.published import Publish, PublishedAnnouncement
    from billing.core.clock import Clock
    from billing.subscriptions.domain.announcement import Announcement
    from billing.subscriptions.services.ports import Store

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
    Transition.ENTITLEMENT_ALERT: "on_entitlement_alert",
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


Hook = Callable[[Any], None]
"""Its argument is the kind of announcement that its transition has, in `billing.published`."""

HookMessage = Mapping[str, Any]
"""An announcement on its way to its hook, with what began it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first message that the queue did not take, by its place among those that it was given, and why."""

    place: int
    error: Exception


class HookQueue(Protocol):
    """The FIFO queue of the hooks: in order within an organization, the same key only once."""

    def message(self, announcement: PublishedAnnouncement) -> HookMessage:
        """How the announcement travels."""

    def enqueue(self, messages: Sequence[HookMessage]) -> Refusal | None:
        """None when all are durable. Of an organization no message is taken behind one that was refused, for good with
        Unrelayable, or for now with any other error.
        """


@dataclass(frozen=True, slots=True)
class Relayed:
    """What is left to do about an announcement that the bus has: to tell its hook, and then a task of ours."""

    told: HookMessage | None = None
    task: Command | None = None


def relay(announcement: Announcement, publish: Publish, bus: Bus, hooks: HookQueue, written: Container[str]) -> Relayed:
    """Tell the bus of one announcement. A hook is told if it is `written`; a low wallet with a rule is also filled up.

    Raises Unrelayable, and whatever the bus raises: it may have it then, and gets it again.
    """
    try:
        published, task = publish(announcement), _filling_up(announcement)
    except Exception as error:
        raise Unrelayable(f"It cannot be read: {error!r}") from error
    bus.publish(published)
    logger().info("relayed")
    has_hook = HOOKS.get(announcement.transition) in written
    return Relayed(hooks.message(published) if has_hook else None, task)


def _filling_up(announcement: Announcement) -> Command | None:
    """The task of a low wallet whose rule would fill it."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content["autoTopUp"]
    if not rule or not rule["enabled"]:
        return None
    return Command(Task.AUTO_TOP_UP, announcement.organization_id, currency=str(rule["currency"]))


def written_hooks(source: str) -> frozenset[str]:
    """Which hooks a `hooks.py` has: the names that it binds. Raises SyntaxError.

    Whoever relays may not run it: it is the team's own code, and may import what only its own function has.
    """
    names = symtable.symtable(source, "hooks.py", "exec").get_symbols()
    return frozenset(each.get_name() for each in names if each.is_assigned() or each.is_imported())


def run_hook(
    event: PublishedAnnouncement, hook_named: Callable[[str], Hook | None], store: Store, clock: Clock
) -> bool:
    """Call the hook of this transition unless the ledger says that it ran; True when it was called. One that the team
    has not written, or not any more, is None.

    The ledger is written after the hook: a crash in between calls it again with the same key, and never not at all.
    Raises whatever the hook raises, which may do with the event what it likes, and TypeError for one that is async.
    """
    key, transition = event["key"], event["transition"]
    name = HOOKS.get(Transition(transition))
    learned(key=key, hook=name)
    hook = hook_named(name) if name else None
    if hook is None or not store.unrecorded("hook", [key]):
        return False
    if iscoroutinefunction(hook):
        raise TypeError(f"Nothing awaits {name}: make it a plain function.")
    hook(event)
    logger().info("hook_called")
    try:
        store.record(ProcessedEvent("hook", key, transition, Outcome.APPLIED, clock()))
    except AlreadyProcessed:
        return True
    return True
