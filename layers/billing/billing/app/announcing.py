"""What the relay and the hooks need of the world."""

from collections.abc import Callable
from functools import cache, partial

from billing.announcements.bus import EventBridgeBus
from billing.announcements.hook_queue import SqsHookQueue
from billing.announcements.published import Publish, catalog_or_none, published
from billing.app import wiring
from billing.plans.plan import Catalog
from billing.runtime.settings import settings


@cache
def bus() -> EventBridgeBus:
    """The event bus of the announcements."""
    return EventBridgeBus(wiring.client("events"), settings()["BUS_NAME"])


@cache
def hook_queue() -> SqsHookQueue:
    """The FIFO queue of the hooks."""
    return SqsHookQueue(wiring.client("sqs"), settings()["HOOKS_QUEUE_URL"])


def publish() -> Publish:
    """How the announcements of one batch are published: all with the catalog in force, which is read once."""
    return _publish(_catalog_in_force)


def publish_as_shipped() -> Publish:
    """How they are published without a look at the table."""
    return _publish(wiring.shipped_catalog)


def _catalog_in_force() -> Catalog:
    return wiring.catalog()()


def _publish(catalog: Callable[[], Catalog]) -> Publish:
    return partial(published, catalog=cache(partial(catalog_or_none, catalog)), policy=wiring.policy())
