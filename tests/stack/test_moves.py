"""What sales and support do to subscriptions in Chargebee: they move, have prices and meters, and plans for later."""

from typing import Any

import pytest

from tests.stack.api import Member, answered, opened, refused
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]

PLAN = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}


def provisioned(world: Cloud, admin: Member) -> None:
    """The organization has its customer, as opening the portal gives it one."""
    answered(admin.portal())
    world.caught_up(admin.organization_id)


def sold(world: Cloud, admin: Member, **fields: str) -> str:
    """Sales has made a subscription in the dashboard, and the list has it."""
    organization_id = admin.organization_id
    provisioned(world, admin)
    made = world.chargebee.post(
        f"/customers/{organization_id}/subscription_for_items", id=fresh("sub"), auto_collection="off", **PLAN, **fields
    )
    subscription_id: str = made["subscription"]["id"]
    until(lambda: [each for each in admin.subscriptions() if each["id"] == subscription_id])
    return subscription_id


def items(world: Cloud, subscription_id: str) -> dict[str, Json]:
    held = world.chargebee.subscription(subscription_id)
    return {each["item_price_id"]: each for each in held["subscription_items"]}


def confirm(world: Cloud, admin: Member, **body: Any) -> None:
    page = opened(admin.update(**body))
    world.chargebee.pay(page["id"])
    world.caught_up(admin.organization_id)


@pytest.fixture
def neighbour(world: Cloud) -> Member:
    """The billing admin of another organization, whose customer is there."""
    member = world.member(fresh("org"))
    provisioned(world, member)
    return member


def gone(admin: Member, subscription_id: str) -> None:
    """What was the organization's is not any more, and it may buy again."""
    until(lambda: not admin.allowed())
    assert [(each["id"], each["status"]) for each in admin.subscriptions()] == [(subscription_id, "transferred")]
    opened(admin.create())


def test_a_subscription_that_moves_is_lost_here_and_there_at_once(
    world: Cloud, admin: Member, neighbour: Member
) -> None:
    subscription_id = sold(world, admin, trial_end=str(now() + 86_400))

    world.chargebee.command(subscription_id, "move", to_customer_id=neighbour.organization_id)

    until(neighbour.allowed)
    gone(admin, subscription_id)
    refused(neighbour.create(), 400, "subscription_exists")
    transitions = [row["transition"] for row in world.hooks_ran(admin.organization_id)]
    assert transitions.count("subscription.cancelled") == 1


def test_a_merge_that_nobody_tells_of_is_seen_by_a_sync(world: Cloud, admin: Member, neighbour: Member) -> None:
    subscription_id = sold(world, admin)
    here, there = admin.organization_id, neighbour.organization_id
    world.chargebee.post("/customers/merge", from_customer_id=here, to_customer_id=there)

    world.sync(here)

    gone(admin, subscription_id)
    assert neighbour.allowed()


def test_a_metered_line_and_an_agreed_price_survive_more_seats(world: Cloud, admin: Member) -> None:
    metered = {"subscription_items[item_price_id][1]": "api-calls"}
    subscription_id = sold(world, admin, **{"subscription_items[unit_price][0]": "3000"}, **metered)

    confirm(world, admin, seats=8)

    after = items(world, subscription_id)
    assert (after["growth"]["quantity"], after["growth"]["unit_price"]) == (8, 3000)
    assert "quantity" not in after["api-calls"]


def test_what_sales_have_scheduled_is_dropped_only_by_whoever_says_so(world: Cloud, admin: Member) -> None:
    subscription_id = sold(world, admin)
    later = {"subscription_items[item_price_id][0]": "starter", "subscription_items[quantity][0]": "3"}
    world.chargebee.command(subscription_id, "update_for_items", change_option="end_of_term", **later)
    until(lambda: admin.subscription()["hasScheduledChanges"])

    refused(admin.update(seats=6), 409, "changes_scheduled")
    assert world.chargebee.subscription(subscription_id)["has_scheduled_changes"]

    confirm(world, admin, seats=6, dropScheduledChanges=True)
    until(lambda: admin.subscription()["seats"] == 6)
    assert not admin.subscription()["hasScheduledChanges"]
