"""Where announcements go, and how they look there."""

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from billing.app import clients, wiring
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from collections.abc import Container

    from billing.announcements.dead_letters import SqsDeadLetters
    from billing.announcements.destinations import EventBridgeBus, SqsHookQueue
    from billing.announcements.published import Publish
    from billing.announcements.relay import Unrelayable
    from billing.announcements.streams import Record, Relay
    from billing.plans.plan import Catalog


def publish() -> "Publish":
    """How the announcements of one batch are published: all with the catalog in force, which is read once."""
    return _publish(wiring.catalog)


def publish_as_shipped() -> "Publish":
    """How they are published without a look at the table."""
    return _publish(wiring.shipped_catalog)


def _publish(source: "Callable[[], Catalog]") -> "Publish":
    from billing.announcements.published import catalog_or_none, published  # noqa: PLC0415

    catalog = cache(partial(catalog_or_none, source))
    return partial(published, catalog=catalog, policy=wiring.policy(catalog))


@cache
def bus() -> "EventBridgeBus":
    """The event bus of the announcements."""
    from billing.announcements.destinations import EventBridgeBus  # noqa: PLC0415

    return EventBridgeBus(clients.client("events"), settings()["BUS_NAME"])


@cache
def hook_queue() -> "SqsHookQueue":
    """The FIFO queue of the hooks."""
    from billing.announcements.destinations import SqsHookQueue  # noqa: PLC0415

    return SqsHookQueue(clients.client("sqs"), settings()["HOOKS_QUEUE_URL"])


def put_off(receipt: str, seconds: int) -> None:
    """Let a hook's message come again after some seconds."""
    hook_queue().put_off(receipt, seconds)


def relay() -> "Relay":
    """What relays the announcements of one batch."""
    from billing.announcements.relay import relay  # noqa: PLC0415
    from billing.announcements.streams import Relay  # noqa: PLC0415

    hooks = hook_queue()
    tell = partial(relay, publish=publish(), bus=bus(), hooks=hooks, written=_hooks())
    return Relay(tell, hooks.enqueue, wiring.provisioning_queue().command)


@cache
def _hooks() -> "Container[str]":
    """Those that the team has written."""
    from billing.announcements.relay import written_hooks  # noqa: PLC0415

    return written_hooks(wiring.CATALOG_FILE.with_name("hooks.py").read_text())


def park(record: "Record", error: "Unrelayable", function: str) -> None:
    """Keep what will never be relayed among the relay's dead letters."""
    _dead_letters()(record, error, function)


@cache
def _dead_letters() -> "SqsDeadLetters":
    from billing.announcements.dead_letters import SqsDeadLetters  # noqa: PLC0415

    return SqsDeadLetters(clients.client("sqs"), settings()["RELAY_DEAD_LETTERS_URL"])
