"""Every interleaving, at the granularity of port calls, of what admins, vendors and operators do at once."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from billing.core.chargebee_errors import ChargebeeDuplicate
from billing.organizations.domain.organization_event import CREATED, DELETED
from billing.plans.plan import Plan
from billing.subscriptions.services.end_subscription import cancel_now
from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.resync_organization import resync_organization
from tests.model.queue import provision
from tests.model.site import Document
from tests.model.world import DATA, GROWTH, LINES, STARTER, ModelWorld, apply, checkout, scalekit_event
from tests.property.deliveries import Deliveries
from tests.property.invariants import check_always, check_purchase, check_quiet
from tests.property.stepping import Actor, explore
from tests.property.worlds import NEIGHBOUR, moved_to_a_neighbour

ORG = "org_1"


def creating(name: str, plan: Plan, seats: int, ready: Callable[[ModelWorld], bool] = lambda world: True) -> Actor:
    return Actor(name, lambda world, ports: checkout(ports, ORG, plan, seats, name), ready)


def creating_beside(name: str, plan: Plan, seats: int) -> Actor:
    """From a catalog of several lines."""
    return Actor(name, lambda world, ports: checkout(ports, ORG, plan, seats, name, catalog=LINES))


def paying(number: int) -> Actor:
    """The browser on the page that was opened as the `number`th pays as soon as it can."""

    def pay(world: ModelWorld, ports: Ports) -> None:
        try:
            world.chargebee.pay(f"page_{number}")
        except ChargebeeDuplicate:
            world.chargebee.leave(f"page_{number}")

    return Actor(f"payer {number}", pay, lambda world: f"page_{number}" in world.chargebee.payable())


def delivering(*types: str) -> Actor:
    """The webhooks of the first event of each type, late: once all have happened, one after the other."""

    def events(world: ModelWorld) -> list[Document]:
        first = {each["event_type"]: each for each in reversed(world.site.events)}
        return [first[each] for each in types if each in first]

    def deliver(world: ModelWorld, ports: Ports) -> None:
        for event in events(world):
            apply(event, ports)

    return Actor(" ".join(types), deliver, lambda world: len(events(world)) == len(types))


def receiving(event: Document, name: str) -> Actor:
    return Actor(name, lambda world, ports: apply(event, ports))


def bills(world: ModelWorld) -> bool:
    return bool(world.site.live(ORG))


def cancelling_in_the_dashboard() -> Actor:
    def cancel(world: ModelWorld, ports: Ports) -> None:
        for subscription_id in world.site.live(ORG):
            world.site.cancel(subscription_id)

    return Actor("operator", cancel, bills)


def cancelling_here() -> Actor:
    return Actor("admin", lambda world, ports: cancel_now(ORG, None, "", ports), bills)


def provisioning(kind: str, number: int) -> Actor:
    return Actor(f"{kind} {number}", lambda world, ports: provision(scalekit_event(kind, ORG, number), ports))


def provisioned() -> ModelWorld:
    world = ModelWorld()
    Deliveries(world, world.ports()).provision(scalekit_event(CREATED, ORG, 1))
    apply(world.site.events[0], world.ports())
    return world


def end(world: ModelWorld) -> str:
    """Whatever is left is delivered, and nothing is left to be desired. Tells how much was sold, and what there is."""
    sold = len(world.chargebee.sold)
    Deliveries(world, world.ports()).settle(Random(0))
    check_always(world)
    check_quiet(world, ORG)
    check_purchase(world, ORG)
    return f"{sold} sold, {sum(not each['deleted'] for each in world.site.customers.values())} customers"


def held_by(world: ModelWorld) -> str:
    """Who has what is live."""
    return " ".join(sorted(owner for (owner, _), row in world.store.rows.items() if row.live))


def all_is_known(world: ModelWorld) -> str:
    """Nothing is delivered once more."""
    check_quiet(world, ORG)
    return "known"


@pytest.mark.parametrize("late", ["subscription_created", "subscription_cancelled"])
def test_two_creates_a_late_webhook_and_a_cancel_never_bill_twice(late: str) -> None:
    """The webhook overlaps everything; `test_no_update_is_lost...` has those that overlap each other."""
    admins = [creating("a", GROWTH, 5), creating("b", STARTER, 2)]
    actors = [*admins, paying(1), paying(2), cancelling_in_the_dashboard(), delivering(late)]
    found = explore(provisioned(), actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers", "2 sold, 1 customers"}, found


def test_two_creates_and_a_cancel_of_ours_never_bill_twice() -> None:
    admins = [creating("a", GROWTH, 5), creating("b", STARTER, 2)]
    actors = [*admins, paying(1), paying(2), cancelling_here(), delivering("subscription_created")]
    found = explore(provisioned(), actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers", "2 sold, 1 customers"}, found


def test_two_creates_of_two_lines_sell_no_more_than_one_of_each() -> None:
    admins = [creating_beside("a", GROWTH, 5), creating_beside("b", DATA, 1)]
    actors = [*admins, paying(1), paying(2), delivering("subscription_created")]
    found = explore(provisioned(), actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers", "2 sold, 1 customers"}, found


def test_beside_another_lines_subscription_two_creates_sell_one() -> None:
    world = provisioned()
    world.chargebee.pay(checkout(world.ports(), ORG).page.id)
    Deliveries(world, world.ports()).settle(Random(0))
    actors = [creating_beside("a", DATA, 1), creating_beside("b", DATA, 2), paying(2), paying(3)]
    found = explore(world, actors, check_always, end)
    assert set(found.ends) == {"2 sold, 1 customers"}, found


def test_three_creates_of_one_selection_are_one_page() -> None:
    first = creating("a", GROWTH, 5)
    second = replace(creating("b", GROWTH, 5), twin=first)
    third = replace(creating("c", GROWTH, 5), twin=second)
    found = explore(provisioned(), [first, second, third, paying(1), paying(2)], check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers"}, found


def test_a_create_while_the_subscription_is_being_activated_never_sells_a_second() -> None:
    world = provisioned()
    checkout(world.ports(), ORG)
    actors = [creating("a", STARTER, 2), paying(1), paying(2), delivering("subscription_created")]
    found = explore(world, actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers"}, found


def test_a_create_while_the_subscription_is_cancelled_through_us_sells_one_after_the_other() -> None:
    world = provisioned()
    world.chargebee.pay(checkout(world.ports(), ORG).page.id)
    Deliveries(world, world.ports()).settle(Random(0))
    actors = [creating("a", STARTER, 2), cancelling_here(), delivering("subscription_cancelled"), paying(2)]
    found = explore(world, actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers", "2 sold, 1 customers"}, found


def test_a_create_while_the_organization_is_deleted_leaves_nothing_that_bills() -> None:
    actors = [
        creating("a", GROWTH, 5),
        paying(1),
        provisioning(DELETED, 2),
        delivering("subscription_created"),
        delivering("subscription_cancelled"),
    ]
    found = explore(provisioned(), actors, check_always, end)
    assert set(found.ends) == {"0 sold, 1 customers", "1 sold, 1 customers"}, found


def test_a_create_before_the_organization_is_heard_of_makes_one_customer() -> None:
    actors = [
        creating("a", GROWTH, 5),
        provisioning(CREATED, 1),
        delivering("customer_created"),
    ]
    found = explore(ModelWorld(), actors, check_always, end)
    assert set(found.ends) == {"0 sold, 1 customers"}, found


def across_a_deletion() -> list[Actor]:
    """The customer is deleted, its webhook comes late, and somebody creates anew once that is known."""
    deleting = Actor("operator", lambda world, ports: world.site.delete_customer(ORG))
    after = creating("b", STARTER, 2, lambda world: bool(world.store.organizations[ORG].retired_customers))
    return [deleting, delivering("customer_deleted"), after]


def test_a_create_across_the_deletion_of_the_customer_leaves_one_customer() -> None:
    found = explore(provisioned(), [creating("a", GROWTH, 5), *across_a_deletion()], check_always, end)
    assert set(found.ends) == {"0 sold, 1 customers"}, found


def test_a_page_from_before_the_deletion_of_the_customer_and_one_after_it_share_one_subscription_id() -> None:
    world = provisioned()
    checkout(world.ports(), ORG)
    found = explore(world, [*across_a_deletion(), paying(1), paying(2)], check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers", "2 sold, 1 customers"}, found


def test_a_subscription_that_comes_and_goes_in_the_dashboard_leaves_an_open_page_its_id() -> None:
    world = provisioned()
    checkout(world.ports(), ORG)
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    world.site.cancel("dashboard")
    actors = [
        delivering("subscription_created"),
        delivering("subscription_cancelled"),
        creating("a", STARTER, 2),
        paying(1),
        paying(2),
    ]
    found = explore(world, actors, check_always, end)
    assert set(found.ends) == {"1 sold, 1 customers"}, found


def test_a_subscription_that_moves_to_and_fro_has_one_holder_in_whatever_order_the_news_come() -> None:
    """Whatever is delivered meanwhile; and in the end it is whose it is."""
    world = moved_to_a_neighbour()
    (subscription_id,) = world.chargebee.sold
    there, back = world.site.events[-2], world.site.events[-3]
    world.site.move(subscription_id, ORG)
    home = world.site.events[-2]
    found = explore(world, [receiving(event, event["id"]) for event in (there, back, home)], check_always, all_is_known)
    assert found.ends["known"] >= 1, found


def test_a_sync_and_the_news_of_a_move_race_for_nothing() -> None:
    world = moved_to_a_neighbour()
    actors = [
        receiving(world.site.events[-1], "moved in"),
        Actor("sync here", lambda world, ports: resync_organization(ORG, ports)),
        Actor("sync there", lambda world, ports: resync_organization(NEIGHBOUR, ports)),
    ]
    found = explore(world, actors, check_always, held_by)
    assert set(found.ends) == {"org_2"}, found


def test_no_update_is_lost_when_deliveries_of_one_organization_race() -> None:
    world = provisioned()
    opened = checkout(world.ports(), ORG)
    world.chargebee.pay(opened.page.id)
    world.site.change_items(opened.subscription_id, (("growth", "plan", 9),))
    world.site.subscribe(ORG, "dashboard", (("starter", "plan", 1),))
    last = world.site.events[-3:]
    found = explore(world, [receiving(event, event["id"]) for event in last], check_always, all_is_known)
    assert found.ends["known"] > 1, found
