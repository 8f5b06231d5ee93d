"""A crash at any port call, before its effect or after: what is delivered again ends as if nothing had happened.

Every place is tried, and after each every place of the second delivery too.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from billing.core.errors import Conflict, InvalidState, SubscriptionExists, SubscriptionNotFound
from billing.organizations.domain.organization_event import CREATED, DELETED, UPDATED
from billing.subscriptions.services.end_subscription import cancel_at_term_end, cancel_now, restore
from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.resync_organization import resync_organization
from tests.model.queue import provision
from tests.model.world import ModelWorld, apply, checkout, scalekit_event
from tests.property import worlds
from tests.property.crashing import Crash, Crashing
from tests.property.deliveries import Deliveries
from tests.property.invariants import check_always, check_purchase, check_quiet
from tests.property.worlds import ORG

Flow = Callable[[ModelWorld, Ports], object]


def delivering(event_type: str) -> Flow:
    def deliver(world: ModelWorld, ports: Ports) -> None:
        apply(next(each for each in world.site.events if each["event_type"] == event_type), ports)

    return deliver


def provisioning(kind: str, number: int) -> Flow:
    return lambda world, ports: provision(scalekit_event(kind, ORG, number), ports)


def cancel_it_now(world: ModelWorld, ports: Ports) -> None:
    cancel_now(ORG, None, "", ports)


def restore_it(world: ModelWorld, ports: Ports) -> None:
    restore(ORG, None, ports)


def create_it(world: ModelWorld, ports: Ports) -> None:
    checkout(ports, ORG)


ASKED_TWICE = (cancel_it_now, restore_it, create_it)
"""What an admin asked for and got may be refused when it is asked for again."""

FLOWS: dict[str, tuple[Callable[[], ModelWorld], Flow]] = {
    "apply": (worlds.bought, delivering("subscription_created")),
    "apply for a deleted organization": (worlds.deleted_while_paying, delivering("subscription_created")),
    "apply for a deleted organization again": (worlds.back_from_the_dead, delivering("subscription_reactivated")),
    "apply what may be older": (worlds.changed_within_a_millisecond, delivering("subscription_changed")),
    "apply a move": (worlds.moved_to_a_neighbour, delivering("subscription_moved_in")),
    "resync what a merge has taken": (
        worlds.merged_into_a_neighbour,
        lambda world, ports: resync_organization(ORG, ports),
    ),
    "apply a customer's deletion": (worlds.without_its_customer, delivering("customer_deleted")),
    "apply for an unheard-of organization": (worlds.named_by_chargebee_alone, delivering("subscription_created")),
    "provision": (ModelWorld, provisioning(CREATED, 1)),
    "provision what Chargebee knows": (worlds.known_to_chargebee_alone, provisioning(CREATED, 1)),
    "rename": (worlds.subscribed, provisioning(UPDATED, 2)),
    "retire": (worlds.subscribed, provisioning(DELETED, 2)),
    "retire what is paused": (worlds.paused, provisioning(DELETED, 2)),
    "retire before anything was delivered": (worlds.bought, provisioning(DELETED, 2)),
    "create": (worlds.provisioned, lambda world, ports: checkout(ports, ORG)),
    "create first of all": (ModelWorld, lambda world, ports: checkout(ports, ORG)),
    "create again after leaving the page": (worlds.left, lambda world, ports: checkout(ports, ORG)),
    "create after the customer is gone": (worlds.without_its_customer, lambda world, ports: checkout(ports, ORG)),
    "create for the next customer": (worlds.open_when_its_customer_went, lambda world, ports: checkout(ports, ORG)),
    "create what was bought": (worlds.bought, create_it),
    "cancel now": (worlds.subscribed, cancel_it_now),
    "cancel at the end": (worlds.subscribed, lambda world, ports: cancel_at_term_end(ORG, None, "", ports)),
    "restore": (worlds.cancelling, restore_it),
    "resync": (worlds.bought, lambda world, ports: resync_organization(ORG, ports)),
}


@pytest.mark.parametrize("name", FLOWS)
def test_whatever_crashes_wherever_converges_when_it_is_delivered_again(name: str) -> None:
    prepare, flow = FLOWS[name]
    undisturbed, calls = run(prepare(), flow, 0)
    expected = quiet(undisturbed, flow)
    assert calls >= 2, "the flow calls no port"
    for first in range(1, calls + 1):
        crashed, _ = run(prepare(), flow, first)
        _, again = run(crashed.copy(), flow, 0)
        for second in range(again + 1):
            twice, _ = run(crashed.copy(), flow, second)
            assert quiet(twice, flow) == expected, f"crashed at {first}, then at {second}"


IN_PARTS: dict[str, tuple[Callable[[], ModelWorld], Flow]] = {
    "retire": (worlds.with_a_history, provisioning(DELETED, 2)),
    "apply a customer's deletion": (
        worlds.with_a_history_and_without_its_customer,
        delivering("customer_deleted"),
    ),
}


@pytest.mark.parametrize("name", IN_PARTS)
@pytest.mark.parametrize("at_once", [1, 2])
def test_what_needs_several_transactions_is_true_after_each_and_goes_on_where_it_crashed(
    name: str, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, flow = IN_PARTS[name]
    whole, _ = run(prepare(), flow, 0)
    expected = quiet(whole, flow)
    monkeypatch.setattr("billing.subscriptions.domain.decision.AT_ONCE", at_once)
    monkeypatch.setattr("billing.organizations.services.retire_organization.AT_ONCE", at_once)
    undisturbed, calls = run(prepare(), flow, 0)
    commits = undisturbed.store.organizations[ORG].version - whole.store.organizations[ORG].version
    assert commits == (2 if at_once == 1 else 1)
    for place in range(calls + 1):
        world, _ = run(prepare(), flow, place)
        check_always(world)
        assert quiet(world, flow) == expected, f"crashed at {place}"


@pytest.mark.parametrize("prepare", [worlds.bought, worlds.subscribed, worlds.paused])
def test_nothing_is_erased_while_it_still_bills(prepare: Callable[[], ModelWorld]) -> None:
    retire = provisioning(DELETED, 2)
    retired, calls = run(prepare(), retire, 0)
    assert not retired.store.rows
    for place in range(calls + 1):
        world, _ = run(prepare(), retire, place)
        kept = bool(world.store.rows) or ("scalekit", f"evt_{ORG}_2") not in world.store.ledger
        assert kept or not world.site.live(ORG), f"crashed at {place}"


def test_nothing_is_erased_before_chargebee_says_that_it_ended() -> None:
    world = worlds.subscribed()
    (subscription_id,) = world.chargebee.sold

    def accepted_but_not_done(name: str, effect: Callable[[], Any]) -> Any:
        return world.chargebee.subscription(subscription_id) if name == "cancel_now" else effect()

    with pytest.raises(InvalidState, match=subscription_id):
        provisioning(DELETED, 2)(world, world.ports(accepted_but_not_done))
    assert world.site.live(ORG) == {subscription_id}
    assert world.store.rows


def test_a_claim_that_meets_a_transaction_is_made_again() -> None:
    world = worlds.provisioned()
    met: list[str] = []

    def meeting_a_transaction_once(name: str, effect: Callable[[], Any]) -> Any:
        if name == "claim_checkout" and not met:
            met.append(name)
            raise Conflict("Somebody else is writing right now.")
        return effect()

    opened = checkout(world.ports(meeting_a_transaction_once), ORG)
    assert met
    assert opened.page.id in world.chargebee.payable()


def run(world: ModelWorld, flow: Flow, place: int) -> tuple[ModelWorld, int]:
    """One delivery that may crash, and how many places it passed."""
    crashing = Crashing(place)
    try:
        flow(world, world.ports(crashing))
    except Crash:
        assert place, "nobody asked for it"
    except (SubscriptionNotFound, SubscriptionExists, InvalidState):
        assert flow in ASKED_TWICE, "a delivery was refused"
    return world, crashing.passed


def quiet(world: ModelWorld, flow: Flow) -> object:
    """Deliver it again, whole, and everything else too; tell what there is, but for ids and versions."""
    run(world, flow, 0)
    assert len({page.request.subscription_id for page in world.chargebee.pages.values()}) <= 1, "two payable ids"
    Deliveries(world, world.ports()).deliver(Random(0))
    check_always(world)
    check_quiet(world, ORG)
    check_purchase(world, ORG)
    organization = world.store.organizations[ORG]
    return (
        [(row.customer_id, row.status, row.items, row.cancel_at) for row in world.store.rows.values()],
        [(customer["id"], customer["deleted"]) for customer in world.site.customers.values()],
        [each.transition for each in world.store.outbox],
        [key for key in world.store.ledger if key[0] == "scalekit"],
        (organization.customer_id, organization.checkout is None, organization.deleted_at, organization.trial_used_at),
    )
