"""Worlds in which something is about to happen to one organization."""

from random import Random

from billing.organizations.domain.organization_event import CREATED, DELETED
from billing.subscriptions.services.end_subscription import cancel_at_term_end
from tests.model.queue import provision
from tests.model.world import ModelWorld, checkout, scalekit_event
from tests.property.deliveries import Deliveries

ORG = "org_1"
NEIGHBOUR = "org_2"
DAY = 86_400


def provisioned() -> ModelWorld:
    world = ModelWorld()
    Deliveries(world, world.ports()).provision(scalekit_event(CREATED, ORG, 1))
    return world


def bought() -> ModelWorld:
    world = provisioned()
    world.chargebee.pay(checkout(world.ports(), ORG).page.id)
    return world


def subscribed() -> ModelWorld:
    world = bought()
    Deliveries(world, world.ports()).settle(Random(0))
    return world


def cancelling() -> ModelWorld:
    world = subscribed()
    cancel_at_term_end(ORG, None, "", world.ports())
    return world


def left() -> ModelWorld:
    world = provisioned()
    world.chargebee.leave(checkout(world.ports(), ORG).page.id)
    world.time.now += 1
    return world


def without_its_customer() -> ModelWorld:
    world = provisioned()
    world.site.delete_customer(ORG)
    return world


def paused() -> ModelWorld:
    world = subscribed()
    world.site.advance(14 * DAY)
    world.site.pause(world.chargebee.sold[0])
    return world


def open_when_its_customer_went() -> ModelWorld:
    world = provisioned()
    checkout(world.ports(), ORG)
    world.site.delete_customer(ORG)
    Deliveries(world, world.ports()).deliver(Random(0))
    return world


def known_to_chargebee_alone() -> ModelWorld:
    """An operator was first: the customer and its subscription are there, and nobody told us."""
    world = ModelWorld()
    world.site.put_customer(ORG, "customer_created")
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    return world


def named_by_chargebee_alone() -> ModelWorld:
    """The customer says whose it is."""
    world = ModelWorld()
    world.site.put_customer(ORG, "customer_created", meta_data={"organizationId": ORG})
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    return world


def with_a_neighbour() -> ModelWorld:
    """Another organization is there, with a customer of its own."""
    world = subscribed()
    Deliveries(world, world.ports()).provision(scalekit_event(CREATED, NEIGHBOUR, 9))
    return world


def moved_to_a_neighbour() -> ModelWorld:
    world = with_a_neighbour()
    world.site.move(world.chargebee.sold[0], NEIGHBOUR)
    return world


def merged_into_a_neighbour() -> ModelWorld:
    """Nobody is told."""
    world = with_a_neighbour()
    world.site.merge(ORG, NEIGHBOUR)
    return world


def changed_within_a_millisecond() -> ModelWorld:
    """Two snapshots of one version: which is the newer, only Chargebee can say."""
    world = subscribed()
    (subscription_id,) = world.chargebee.sold
    version = world.site.subscriptions[subscription_id]["resource_version"]
    world.site.change_items(subscription_id, (("starter", "plan", 1),))
    changed = {**world.site.subscriptions[subscription_id], "resource_version": version}
    world.site.subscriptions[subscription_id] = changed
    world.site.events[-1] = {**world.site.events[-1], "content": {"subscription": changed}}
    return world


def deleted_while_paying() -> ModelWorld:
    world = provisioned()
    page = checkout(world.ports(), ORG).page
    provision(scalekit_event(DELETED, ORG, 2), world.ports())
    world.chargebee.pay(page.id)
    return world


def with_a_history() -> ModelWorld:
    """Two subscriptions that ended, and one that is alive."""
    world = subscribed()
    for number in (1, 2):
        world.site.subscribe(ORG, f"past_{number}", (("growth", "plan", 1),))
        world.site.cancel(f"past_{number}")
    Deliveries(world, world.ports()).settle(Random(0))
    return world


def with_a_history_and_without_its_customer() -> ModelWorld:
    world = with_a_history()
    world.site.delete_customer(ORG)
    return world


def back_from_the_dead() -> ModelWorld:
    """The subscription of a deleted organization was cancelled, and an operator has reactivated it."""
    world = deleted_while_paying()
    Deliveries(world, world.ports()).deliver(Random(0))
    world.site.reactivate(world.chargebee.sold[0])
    return world
