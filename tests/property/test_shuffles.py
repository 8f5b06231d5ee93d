"""One subscription, one history, any order of delivery: the row is the newest snapshot."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from billing.organizations.domain.organization_event import CREATED
from tests.model.site import ALLOWED, Document
from tests.model.world import ModelWorld, apply, checkout, drain, scalekit_event
from tests.property.deliveries import Deliveries
from tests.property.invariants import check_always, check_quiet

ORG = "org_1"
ITEMS = ((("growth", "plan", 7),), (("starter", "plan", 2), ("support", "addon", 1)))

Step = tuple[str, int, int]
"""An action, the items that it may need, and the seconds that pass before it."""

lapses = st.sampled_from([0, 0, 1, 86_400])
histories = st.lists(st.tuples(st.sampled_from(sorted(ALLOWED)), st.integers(0, 1), lapses), max_size=8)


def exact(document: Document, occurred_at: int) -> Document:
    """Every change has a version of its own, as Chargebee's milliseconds nearly promise."""
    return document


def coarse(document: Document, occurred_at: int) -> Document:
    """Changes of one second share a version: only Chargebee knows which was last."""
    return {**document, "resource_version": occurred_at * 1000}


def absent(document: Document, occurred_at: int) -> Document:
    """No versions at all: the events' seconds must do."""
    return {name: value for name, value in document.items() if name != "resource_version"}


Versions = Callable[[Document, int], Document]


@given(history=histories, versions=st.sampled_from([exact, coarse, absent]), data=st.data())
def test_the_newest_snapshot_wins_in_whatever_order_and_number_they_come(
    history: list[Step], versions: Versions, data: st.DataObject
) -> None:
    world = lived(history)
    events = seen_with(versions, world)
    deliveries = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=4))))
    for event in deliveries:
        apply(event, world.ports())
    drain(world, world.ports())
    check_always(world)
    check_quiet(world, ORG)


@given(history=histories, data=st.data())
def test_events_that_lack_what_did_not_change_take_nothing_away(history: list[Step], data: st.DataObject) -> None:
    """Items are left out of events of every type but the two that set them."""
    world = lived(history)
    events = [_without_items(event) for event in world.site.events if _of_subscription(event)]
    first = next(event for event in events if event["event_type"] == "subscription_created")
    changed = any(event["event_type"] == "subscription_changed" for event in events)
    for event in [first, *(data.draw(st.permutations(events)) if not changed else events)]:
        apply(event, world.ports())
    drain(world, world.ports())
    check_always(world)
    check_quiet(world, ORG)


@given(data=st.data())
def test_what_a_subscription_owes_is_known_however_it_is_told_that_an_invoice_was_voided(data: st.DataObject) -> None:
    """The subscription is no newer for it: only a look at Chargebee tells."""
    world = lived([("fail_payment", 0, 20 * 86_400)])
    before = seen_with(exact, world)
    assert before[-1]["event_type"] == "payment_failed"
    known = data.draw(st.integers(0, len(before)))
    for event in before[:known]:
        apply(event, world.ports())
    drain(world, world.ports())
    [subscription_id] = world.chargebee.sold
    world.site.void(subscription_id)
    rest = world.site.events[-1:] + before[known:]
    for event in data.draw(st.permutations([*rest, *before])):
        apply(event, world.ports())
        drain(world, world.ports())
    check_quiet(world, ORG)


def lived(history: list[Step]) -> ModelWorld:
    """A world in which one subscription was bought and had this history, none of which has been delivered."""
    world = ModelWorld()
    Deliveries(world, world.ports()).provision(scalekit_event(CREATED, ORG, 1))
    opened = checkout(world.ports(), ORG)
    world.chargebee.pay(opened.page.id)
    for action, items, seconds in history:
        world.site.advance(seconds)
        if world.site.may(action, opened.subscription_id):
            arguments: tuple[Any, ...] = (ITEMS[items],) if action == "change_items" else ()
            getattr(world.site, action)(opened.subscription_id, *arguments)
    return world


def seen_with(versions: Versions, world: ModelWorld) -> list[Document]:
    """The events of the subscription, and with them Chargebee's own record, under other versions."""
    for subscription_id, document in world.site.subscriptions.items():
        world.site.subscriptions[subscription_id] = versions(document, document["updated_at"])
    return [_with_version(versions, event) for event in world.site.events if _of_subscription(event)]


def _of_subscription(event: Document) -> bool:
    """It shows the subscription, or an invoice of it alone."""
    return not event["content"].keys().isdisjoint({"subscription", "invoice"})


def _with_version(versions: Versions, event: Document) -> Document:
    subscription = event["content"].get("subscription")
    if subscription is None:
        return event
    return {**event, "content": {**event["content"], "subscription": versions(subscription, event["occurred_at"])}}


def _without_items(event: Document) -> Document:
    if event["event_type"] in ("subscription_created", "subscription_changed") or "invoice" in event["content"]:
        return event
    subscription = {
        name: each for name, each in event["content"]["subscription"].items() if name != "subscription_items"
    }
    return {**event, "content": {**event["content"], "subscription": subscription}}
