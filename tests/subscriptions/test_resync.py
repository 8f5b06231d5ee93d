"""What a sync closes, after asking for each by its id, and what it leaves alone."""

from dataclasses import replace

import pytest

from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.access import NEWS_ALLOWANCE
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.services.ports import Listing, Ports
from billing.subscriptions.services.resync_organization import resync_organization
from tests.model.world import ModelWorld
from tests.property.worlds import ORG, subscribed


def forgotten(world: ModelWorld) -> str:
    """Chargebee has no such subscription any more, not even as a deleted one."""
    (subscription_id,) = world.chargebee.sold
    del world.site.subscriptions[subscription_id]
    return subscription_id


def test_what_chargebee_neither_lists_nor_finds_is_closed() -> None:
    world = subscribed()
    forgotten(world)
    world.time.now += NEWS_ALLOWANCE
    resync_organization(ORG, world.ports())
    [row] = world.store.load(ORG).subscriptions
    assert (row.status, world.store.organizations[ORG].live) == (Status.DELETED, frozenset())
    assert [str(each.transition) for each in world.store.outbox][-2:] == [
        "subscription.cancelled",
        "subscription.deleted",
    ]


def test_news_of_the_last_hour_may_be_ahead_of_what_can_be_read() -> None:
    world = subscribed()
    subscription_id = forgotten(world)
    world.time.now += NEWS_ALLOWANCE - 1
    assert resync_organization(ORG, world.ports()) == ()
    assert world.store.organizations[ORG].live == {subscription_id}


def test_what_is_found_by_its_id_although_it_is_not_listed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    world = subscribed()
    ports = replace(world.ports(), chargebee=_Forgetful(world.ports()))  # type: ignore[arg-type]
    world.time.now += NEWS_ALLOWANCE
    resync_organization(ORG, ports)
    assert world.store.organizations[ORG].live == set(world.chargebee.sold)


class _Forgetful:
    """Lists nothing, and finds everything."""

    def __init__(self, ports: Ports) -> None:
        self.subscription = ports.chargebee.subscription

    def listing(self, customer_id: str) -> Listing:
        return Listing(())


class _Unaskable(_Forgetful):
    """Lists nothing, and takes no such id."""

    def __init__(self, ports: Ports) -> None:
        self.subscription = self._refuse

    def _refuse(self, subscription_id: str) -> Subscription:
        raise InvalidRequest(f"{subscription_id!r} is not an id that Chargebee could have.")


def test_an_id_that_no_call_can_carry_stops_no_sync() -> None:
    world = subscribed()
    ports = replace(world.ports(), chargebee=_Unaskable(world.ports()))  # type: ignore[arg-type]
    assert resync_organization(ORG, ports) == ()
    assert world.store.organizations[ORG].live == set(world.chargebee.sold)
