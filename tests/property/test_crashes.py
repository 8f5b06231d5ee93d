"""A crash at any port call, before its effect or after: what is delivered again ends as if nothing had happened.

Every place is tried, and after each every place of the second delivery too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

import pytest

from billing.domain.announced import HOOKS, HookEvent
from billing.domain.errors import Conflict, InvalidState, SubscriptionExists, SubscriptionNotFound
from billing.domain.organization_event import CREATED, DELETED, UPDATED
from billing.services.end_subscription import cancel_at_term_end, cancel_now, restore
from billing.services.ports import Ports
from billing.services.relay_outbox import relay_outbox
from billing.services.resync_organization import resync_organization
from billing.services.run_hook import run_hook
from tests.model.queue import MemoryQueue, provision
from tests.model.world import Intercepted, World, apply, checkout, scalekit_event, straight
from tests.property.deliveries import Deliveries
from tests.property.invariants import check_always, check_purchase, check_quiet

ORG = "org_1"
Flow = Callable[[World, Ports], object]

DAY = 86_400
BEFORE_RECORDING = 3
"""Of the places that a hook's run passes: its ledger was read, it ran, and nothing was written yet."""


class Crash(BaseException):
    """The function is gone, with everything that it had in memory."""


@dataclass(slots=True)
class Crashing:
    """Crashes at the `place`th half call: odd before the effect, even after it. `place` 0 never does."""

    place: int
    passed: int = 0

    def __call__(self, name: str, effect: Callable[[], Any]) -> Any:
        self._pass()
        answer = effect()
        self._pass()
        return answer

    def _pass(self) -> None:
        self.passed += 1
        if self.passed == self.place:
            raise Crash


def provisioned() -> World:
    world = World()
    Deliveries(world, world.ports()).provision(scalekit_event(CREATED, ORG, 1))
    return world


def bought() -> World:
    world = provisioned()
    world.chargebee.pay(checkout(world.ports(), ORG).page.id)
    return world


def subscribed() -> World:
    world = bought()
    Deliveries(world, world.ports()).settle(Random(0))
    return world


def cancelling() -> World:
    world = subscribed()
    cancel_at_term_end(ORG, None, "", world.ports())
    return world


def left() -> World:
    world = provisioned()
    world.chargebee.leave(checkout(world.ports(), ORG).page.id)
    world.time.now += 1
    return world


def without_its_customer() -> World:
    world = provisioned()
    world.site.delete_customer(ORG)
    return world


def paused() -> World:
    world = subscribed()
    world.site.advance(14 * DAY)
    world.site.pause(world.chargebee.sold[0])
    return world


def open_when_its_customer_went() -> World:
    world = provisioned()
    checkout(world.ports(), ORG)
    world.site.delete_customer(ORG)
    Deliveries(world, world.ports()).deliver(Random(0))
    return world


def known_to_chargebee_alone() -> World:
    """An operator was first: the customer and its subscription are there, and nobody told us."""
    world = World()
    world.site.put_customer(ORG, "customer_created")
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    return world


def named_by_chargebee_alone() -> World:
    """The customer says whose it is."""
    world = World()
    world.site.put_customer(ORG, "customer_created", meta_data={"organizationId": ORG})
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    return world


def changed_within_a_millisecond() -> World:
    """Two snapshots of one version: which is the newer, only Chargebee can say."""
    world = subscribed()
    (subscription_id,) = world.chargebee.sold
    version = world.site.subscriptions[subscription_id]["resource_version"]
    world.site.change_items(subscription_id, (("starter", "plan", 1),))
    changed = {**world.site.subscriptions[subscription_id], "resource_version": version}
    world.site.subscriptions[subscription_id] = changed
    world.site.events[-1] = {**world.site.events[-1], "content": {"subscription": changed}}
    return world


def deleted_while_paying() -> World:
    world = provisioned()
    page = checkout(world.ports(), ORG).page
    provision(scalekit_event(DELETED, ORG, 2), world.ports())
    world.chargebee.pay(page.id)
    return world


def back_from_the_dead() -> World:
    """The subscription of a deleted organization was cancelled, and an operator has reactivated it."""
    world = deleted_while_paying()
    Deliveries(world, world.ports()).deliver(Random(0))
    world.site.reactivate(world.chargebee.sold[0])
    return world


def delivering(event_type: str) -> Flow:
    def deliver(world: World, ports: Ports) -> None:
        apply(next(each for each in world.site.events if each["event_type"] == event_type), ports)

    return deliver


def provisioning(kind: str, number: int) -> Flow:
    return lambda world, ports: provision(scalekit_event(kind, ORG, number), ports)


def cancel_it_now(world: World, ports: Ports) -> None:
    cancel_now(ORG, None, "", ports)


def restore_it(world: World, ports: Ports) -> None:
    restore(ORG, None, ports)


def create_it(world: World, ports: Ports) -> None:
    checkout(ports, ORG)


ASKED_TWICE = (cancel_it_now, restore_it, create_it)
"""What an admin asked for and got may be refused when it is asked for again."""

FLOWS: dict[str, tuple[Callable[[], World], Flow]] = {
    "apply": (bought, delivering("subscription_created")),
    "apply for a deleted organization": (deleted_while_paying, delivering("subscription_created")),
    "apply for a deleted organization again": (back_from_the_dead, delivering("subscription_reactivated")),
    "apply what may be older": (changed_within_a_millisecond, delivering("subscription_changed")),
    "apply a customer's deletion": (without_its_customer, delivering("customer_deleted")),
    "apply for an unheard-of organization": (named_by_chargebee_alone, delivering("subscription_created")),
    "provision": (World, provisioning(CREATED, 1)),
    "provision what Chargebee knows": (known_to_chargebee_alone, provisioning(CREATED, 1)),
    "rename": (subscribed, provisioning(UPDATED, 2)),
    "retire": (subscribed, provisioning(DELETED, 2)),
    "retire what is paused": (paused, provisioning(DELETED, 2)),
    "retire before anything was delivered": (bought, provisioning(DELETED, 2)),
    "create": (provisioned, lambda world, ports: checkout(ports, ORG)),
    "create first of all": (World, lambda world, ports: checkout(ports, ORG)),
    "create again after leaving the page": (left, lambda world, ports: checkout(ports, ORG)),
    "create after the customer is gone": (without_its_customer, lambda world, ports: checkout(ports, ORG)),
    "create for the next customer": (open_when_its_customer_went, lambda world, ports: checkout(ports, ORG)),
    "create what was bought": (bought, create_it),
    "cancel now": (subscribed, cancel_it_now),
    "cancel at the end": (subscribed, lambda world, ports: cancel_at_term_end(ORG, None, "", ports)),
    "restore": (cancelling, restore_it),
    "resync": (bought, lambda world, ports: resync_organization(ORG, ports)),
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


@pytest.mark.parametrize("prepare", [bought, subscribed, paused])
def test_nothing_is_erased_while_it_still_bills(prepare: Callable[[], World]) -> None:
    retire = provisioning(DELETED, 2)
    retired, calls = run(prepare(), retire, 0)
    assert not retired.store.rows
    for place in range(calls + 1):
        world, _ = run(prepare(), retire, place)
        kept = bool(world.store.rows) or ("scalekit", f"evt_{ORG}_2") not in world.store.ledger
        assert kept or not world.site.live(ORG), f"crashed at {place}"


def test_a_claim_that_meets_a_transaction_is_made_again() -> None:
    world = provisioned()
    met: list[str] = []

    def meeting_a_transaction_once(name: str, effect: Callable[[], Any]) -> Any:
        if name == "claim_checkout" and not met:
            met.append(name)
            raise Conflict("Somebody else is writing right now.")
        return effect()

    opened = checkout(world.ports(meeting_a_transaction_once), ORG)
    assert met
    assert opened.page.id in world.chargebee.payable()


def test_a_relay_that_crashes_anywhere_sends_every_announcement_in_order_under_the_key_that_it_had() -> None:
    events = announced(cancelling())
    places = relay(events, 0, sent := Sent())
    assert (sent.bus, sent.hooks) == (events, [each for each in events if each.transition in HOOKS])
    for place in range(1, places + 1):
        relay(events, place, again := Sent())
        relay(events, 0, again)
        assert list(dict.fromkeys(each.key for each in again.bus)) == [each.key for each in events]
        assert list(dict.fromkeys(each.key for each in again.hooks)) == [each.key for each in sent.hooks]


@pytest.mark.parametrize("place", range(5))
def test_a_hook_that_crashes_anywhere_runs_again_until_it_ran_and_then_never(place: int) -> None:
    heard: list[HookEvent] = []
    world = cancelling()
    event = next(each for each in announced(world) if each.transition in HOOKS)
    crashing = Crashing(place)
    for intercept in (crashing, straight, straight):
        ports = world.ports(intercept)
        try:
            run_hook(event, lambda name: heard.append, ports.store, ports.clock)
        except Crash:
            assert intercept is crashing
    assert heard == [event] * (2 if place == BEFORE_RECORDING else 1)


@dataclass(slots=True)
class Sent:
    """The bus and the hooks' queue."""

    bus: list[HookEvent] = field(default_factory=list)
    hooks: list[HookEvent] = field(default_factory=list)
    publish: Callable[[HookEvent], None] = field(init=False)
    enqueue: Callable[[HookEvent], None] = field(init=False)

    def __post_init__(self) -> None:
        self.publish, self.enqueue = self.bus.append, self.hooks.append


def relay(events: list[HookEvent], place: int, sent: Sent) -> int:
    """One reading of the stream that may crash; whoever reads it next begins at the start again."""
    crashing = Crashing(place)
    port = cast("Sent", Intercepted(sent, crashing))
    try:
        relay_outbox(events, port, port, MemoryQueue())
    except Crash:
        assert place, "nobody asked for it"
    return crashing.passed


def announced(world: World) -> list[HookEvent]:
    """The outbox as the stream shows it."""
    return [
        HookEvent(row.key, row.announcement.transition, ORG, ORG, row.announcement.at, row.announcement.subscription)
        for row in world.store.outbox
    ]


def run(world: World, flow: Flow, place: int) -> tuple[World, int]:
    """One delivery that may crash, and how many places it passed."""
    crashing = Crashing(place)
    try:
        flow(world, world.ports(crashing))
    except Crash:
        assert place, "nobody asked for it"
    except (SubscriptionNotFound, SubscriptionExists, InvalidState):
        assert flow in ASKED_TWICE, "a delivery was refused"
    return world, crashing.passed


def quiet(world: World, flow: Flow) -> object:
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
        [row.announcement.transition for row in world.store.outbox],
        [key for key in world.store.ledger if key[0] == "scalekit"],
        (organization.customer_id, organization.checkout is None, organization.deleted_at, organization.trial_used_at),
    )
