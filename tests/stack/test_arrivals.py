"""News of a purchase comes by redirect, by webhook, by both in any order, late, twice or never: it is one row."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.stack.api import Member, opened
from tests.stack.chargebee import plan
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now

type Arrival = Callable[[Cloud, Member, str], None]

BOUGHT = [
    "customer.created",
    "subscription.created",
    "checkout.completed",
    "subscription.activated",
    "subscription.trial_started",
]


def _webhook_first(world: Cloud, admin: Member, back: str) -> None:
    _webhooks(world, admin)
    world.come_back(back)


def _redirect_first(world: Cloud, admin: Member, back: str) -> None:
    world.come_back(back)
    _webhooks(world, admin)


def _redirect_alone(world: Cloud, admin: Member, back: str) -> None:
    world.come_back(back)


def _webhook_alone(world: Cloud, admin: Member, back: str) -> None:
    _webhooks(world, admin)


def _twice_each(world: Cloud, admin: Member, back: str) -> None:
    for _ in range(2):
        world.come_back(back)
        _webhooks(world, admin)
    world.queues.drained("EventsQueue")


def _newest_first(world: Cloud, admin: Member, back: str) -> None:
    for event in reversed(world.chargebee.events(admin.organization_id)):
        world.apply(event)


def _neither(world: Cloud, admin: Member, back: str) -> None:
    assert admin.subscriptions() == []
    assert world.sync(admin.organization_id)["changed"] == 1


def _replay(world: Cloud, admin: Member, back: str) -> None:
    result = world.functions.reconcile(task="replay", since=now() - 600, organizationId=admin.organization_id)
    assert result["events"]["queued"] >= 1
    world.queues.drained("EventsQueue")


@pytest.mark.parametrize(
    "arrive",
    [
        _webhook_first,
        _redirect_first,
        _redirect_alone,
        _webhook_alone,
        _twice_each,
        _newest_first,
        _neither,
        _replay,
    ],
)
def test_however_the_news_arrives_it_is_the_promised_row_once(world: Cloud, admin: Member, arrive: Arrival) -> None:
    page = opened(admin.create())
    world.chargebee.told()
    world.chargebee.faults(drop=1.0)
    back = world.chargebee.pay(page["id"])
    world.chargebee.faults()

    arrive(world, admin, back)

    row = admin.subscription()
    assert (row["id"], row["chargebeeSubscriptionId"]) == (page["subscriptionId"],) * 2
    assert row["status"] == "in_trial"
    assert admin.listing().json()["pendingCheckout"] is None
    assert world.table.transitions(admin.organization_id) == BOUGHT
    world.hooks_ran(admin.organization_id)


def test_a_subscription_made_in_the_dashboard_while_a_checkout_is_open_fulfils_it(world: Cloud, admin: Member) -> None:
    """Found by the pending id that was stamped on the customer; the page that is still open is then useless."""
    page = opened(admin.create(itemPriceId="starter", seats=2))
    world.chargebee.set_card(admin.organization_id, "ok")
    made = fresh("dashboard")
    world.chargebee.post(f"/customers/{admin.organization_id}/subscription_for_items", id=made, **plan("starter", 2))
    world.caught_up(admin.organization_id)

    row = admin.subscription()
    assert (row["id"], row["chargebeeSubscriptionId"]) == (page["subscriptionId"], made)

    later = fresh("dashboard")
    world.chargebee.post(f"/customers/{admin.organization_id}/subscription_for_items", id=later, **plan("starter", 2))
    world.caught_up(admin.organization_id)
    assert {each["chargebeeSubscriptionId"]: each["id"] for each in admin.subscriptions()} == {
        made: page["subscriptionId"],
        later: later,
    }
    until(lambda: world.logged("ApplyBillingEvent", "second_live_subscription", admin.organization_id))


def test_what_nobody_told_is_found_by_reconciling(world: Cloud, admin: Member) -> None:
    organization_id = admin.organization_id
    world.scalekit.faults(drop=1.0)
    world.scalekit.create_organization(organization_id, "Unheard Ltd")
    assert world.table.organization(organization_id) is None

    with world.functions.reconfigured("Reconcile", PROVISION_EXISTING="true"):
        found = world.functions.reconcile(task="reconcile", window=1_800, inFlight=0)

    assert found["organizations"]["queued"] >= 1
    assert world.mapped(organization_id) == organization_id
    assert world.chargebee.customer(organization_id)["company"] == "Unheard Ltd"


def test_events_and_changes_that_got_lost_are_found_by_reconciling(
    world: Cloud, admin: Member, advance: Callable[[int], None]
) -> None:
    """Chargebee's clock goes on while its webhooks get lost; the window reaches back behind them."""
    subscription_id = world.subscribe(admin)
    world.caught_up(admin.organization_id)
    world.chargebee.faults(drop=1.0)
    world.chargebee.command(subscription_id, "update_for_items", **plan("growth", 11))
    assert admin.subscription()["seats"] == 5

    found = _reconciled_as_of(world, later=600)

    assert found["events"]["queued"] >= 1
    world.queues.drained("EventsQueue")
    assert admin.subscription()["seats"] == 11
    again = _reconciled_as_of(world, later=600)
    assert again["events"]["queued"] == 0


def _reconciled_as_of(world: Cloud, later: int) -> Any:
    """Reconcile as the schedule will `later` seconds from now, when nothing told today is in flight any more."""
    ahead = f"\nimport billing.app.parts as _clock\n_clock.utc_now = lambda: {now() + later}\n"
    with world.functions.appended("Reconcile", ahead):
        return world.functions.reconcile(task="reconcile", window=1_800 + later)


def _webhooks(world: Cloud, admin: Member) -> None:
    for event in world.chargebee.events(admin.organization_id):
        assert world.deliver(event).status_code == 200
    for event in world.chargebee.events(admin.organization_id):
        world.dealt_with(event["id"])
