"""While a deployment is under way two versions share one table, its queues and its stream, and nothing is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from tests.stack.chargebee import plan
from tests.stack.world import Cloud, fresh

ORGANIZATIONS = 3
CHANGES = 4

NEXT = """
from billing.subscriptions.table import store as _store

_rows = {name: getattr(_store, name) for name in ("subscription_item", "organization_item", "outbox_item")}
for _name in _rows:
    setattr(_store, _name, lambda *given, _name=_name: _rows[_name](*given) | {"of_the_next_version": {"S": "told"}})
"""
"""A version that stores an attribute more with each row that it writes."""


def test_a_deployment_under_load_loses_nothing_and_is_taken_back_without_a_loss(world: Cloud) -> None:
    admins = [world.member(fresh("org")) for _ in range(ORGANIZATIONS)]
    subscribed = {admin.organization_id: world.subscribe(admin) for admin in admins}

    def change(organization_id: str) -> None:
        for seats in range(2, 2 + CHANGES):
            world.chargebee.command(subscribed[organization_id], "update_for_items", **plan("growth", seats))

    with ThreadPoolExecutor(ORGANIZATIONS) as pool:
        under_way = [pool.submit(change, admin.organization_id) for admin in admins]
        with ExitStack() as deployed:
            for function in ("ApplyBillingEvent", "SubscriptionSuccess"):
                deployed.enter_context(world.functions.appended(function, NEXT))
            later = world.member(fresh("org"))
            subscribed[later.organization_id] = world.subscribe(later)
            change(later.organization_id)
            world.caught_up(later.organization_id)
        for done in under_way:
            done.result()

    written = []
    for admin in [*admins, later]:
        organization_id = admin.organization_id
        change(organization_id)
        world.caught_up(organization_id)
        world.queues.drained("EventsQueue")
        [live] = world.chargebee.live(organization_id)
        assert admin.subscription()["seats"] == live["subscription_items"][0]["quantity"] == 1 + CHANGES
        assert world.sync(organization_id)["changed"] == 0, "the cache is what Chargebee has"
        announced = world.hooks_ran(organization_id)
        written += [row.get("of_the_next_version") for row in announced]
    assert {"told", None} == set(written), "both versions announced, and both were relayed"
    for name in ("EventsDeadLetters", "HooksDeadLetters", "RelayDeadLetters", "ProvisioningDeadLetters"):
        assert world.queues.depth(name) == 0
