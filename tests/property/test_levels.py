"""Every interleaving of reads of Chargebee's levels, with what changes there and here meanwhile."""

from typing import cast

from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.read_levels import Entitlements, read_levels
from tests.model.site import Document
from tests.model.world import ModelWorld, apply, drain
from tests.property.invariants import check_always
from tests.property.stepping import Actor, explore
from tests.property.worlds import ORG, bought, subscribed

STARTER = (("starter", "plan", 1),)


def read(ports: Ports) -> None:
    read_levels(ORG, ["calls"], cast("Entitlements", ports.chargebee), ports)


def told(world: ModelWorld, event_type: str) -> list[Document]:
    return [each for each in world.site.events if each["event_type"] == event_type]


def overriding(*values: str) -> list[Actor]:
    """Sales overrides the level to each of the values, one after the other."""

    def after(number: int) -> Actor:
        def override(world: ModelWorld, ports: Ports) -> None:
            world.site.override(world.chargebee.sold[0], values[number])

        ready = f"override to {values[number]}"
        return Actor(ready, override, lambda world: len(told(world, "entitlement_overrides_updated")) == number)

    return [after(number) for number in range(len(values))]


def reading(number: int) -> Actor:
    """The worker that takes the event of the `number`th override, as soon as there is one."""
    return Actor(
        f"worker {number}",
        lambda world, ports: read(ports),
        lambda world: len(told(world, "entitlement_overrides_updated")) >= number,
    )


def changing() -> list[Actor]:
    """An operator changes the plan, and the webhook of it comes when it will."""

    def deliver(world: ModelWorld, ports: Ports) -> None:
        apply(told(world, "subscription_changed")[0], ports)

    return [
        Actor("operator", lambda world, ports: world.site.change_items(world.chargebee.sold[0], STARTER)),
        Actor("webhook", deliver, lambda world: bool(told(world, "subscription_changed"))),
    ]


def level(world: ModelWorld) -> str:
    """The level that is kept when every task is done, which is Chargebee's."""
    drain(world, world.ports())
    [row] = world.store.load(ORG).live
    assert row.levels is not None
    assert not row.levels.outdated
    [kept] = row.levels.found
    assert kept.value == world.site.level(row.id), "the level of before is kept"
    return str(kept.value)


def test_of_two_workers_that_read_at_once_the_newer_level_stays() -> None:
    world = subscribed()
    read(world.ports())
    found = explore(world, [*overriding("50", "7"), reading(0), reading(1), reading(2)], check_always, level)
    assert set(found.ends) == {"7"}, found
    assert found.states > 100, "they met nowhere"


def test_a_read_from_before_the_items_changed_is_never_taken_for_one_of_after() -> None:
    world = subscribed()
    read(world.ports())
    found = explore(world, [*changing(), *overriding("50"), reading(0)], check_always, level)
    assert set(found.ends) == {"50"}, found


def test_other_items_alone_have_their_levels_read() -> None:
    world = subscribed()
    read(world.ports())
    found = explore(world, [*changing(), reading(0)], check_always, level)
    assert set(found.ends) == {str(len("starter"))}, found


def test_a_subscription_that_nobody_told_of_yet_is_read_first() -> None:
    world = bought()
    (subscription_id,) = world.chargebee.sold
    assert world.store.rows == {}
    world.provisioning.send(f'{{"type": "billing.read_levels", "subscriptionId": "{subscription_id}"}}')
    assert level(world) == str(len("growth"))


def test_a_subscription_of_nobodys_here_is_left_alone() -> None:
    world = ModelWorld()
    world.site.put_customer("stranger", "customer_created")
    world.site.subscribe("stranger", "theirs", STARTER)
    for each in ("theirs", "unheard_of"):
        world.provisioning.send(f'{{"type": "billing.read_levels", "subscriptionId": "{each}"}}')
    drain(world, world.ports())
    assert (world.store.rows, world.store.organizations) == ({}, {})
