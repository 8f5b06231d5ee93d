"""Events that contradict each other, the table, or common sense: nothing is guessed and nothing changes hands."""

import json
from typing import Any

from tests.stack.api import Member, opened, refused
from tests.stack.chargebee import plan
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]


def test_two_snapshots_of_one_version_that_differ_are_settled_by_chargebee(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin, itemPriceId="starter", seats=3)
    world.caught_up(admin.organization_id)
    truth = world.chargebee.subscription(subscription_id)
    lie = truth | {"subscription_items": [{"item_price_id": "starter", "item_type": "plan", "quantity": 4}]}
    world.chargebee.forget_requests()

    assert world.apply(_event(subscription=lie))["outcome"] == "resync"

    until(lambda: world.chargebee.calls(admin.organization_id, "GET", "/subscriptions"))
    world.queues.drained("ProvisioningQueue")
    assert admin.subscription()["seats"] == 3


def test_a_missed_change_that_only_a_tie_reveals_is_learnt(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin, itemPriceId="starter", seats=3)
    world.caught_up(admin.organization_id)
    known = world.chargebee.subscription(subscription_id)
    world.chargebee.faults(drop=1.0)
    world.chargebee.command(subscription_id, "update_for_items", **plan("starter", 5))
    world.chargebee.faults()

    world.apply(_event(subscription=known | {"status": "paused"}))

    until(admin.subscription, lambda row: row["seats"] == 5)


def test_a_customer_that_is_mapped_does_not_change_hands(world: Cloud, admin: Member) -> None:
    thief = world.member(fresh("org"))
    world.subscribe(admin)
    customer_id = world.mapped(admin.organization_id)

    world.chargebee.post(f"/customers/{customer_id}", meta_data=json.dumps({"organizationId": thief.organization_id}))
    world.caught_up(customer_id)

    assert thief.subscriptions() == []
    assert admin.subscription()["chargebeeSubscriptionId"]
    stolen = world.table.organization(thief.organization_id)
    assert stolen is None or stolen.get("customer_id") != customer_id


def test_a_second_customer_that_names_a_mapped_organization_is_nobodys(world: Cloud, admin: Member) -> None:
    world.subscribe(admin)
    before = world.mapped(admin.organization_id)
    impostor = fresh("cust")
    world.chargebee.create_customer(impostor, organizationId=admin.organization_id)
    world.chargebee.set_card(impostor, "ok")
    world.chargebee.post(f"/customers/{impostor}/subscription_for_items", **plan("starter", 1))
    world.caught_up(impostor)

    assert world.mapped(admin.organization_id) == before
    assert len(admin.subscriptions()) == 1


def test_a_customer_id_that_belongs_to_another_organization_is_refused(world: Cloud, admin: Member) -> None:
    world.chargebee.faults(drop=1.0)
    world.chargebee.create_customer(admin.organization_id, organizationId=fresh("org"))
    world.chargebee.faults()

    refused(admin.create(), 409, "customer_of_another_organization")

    assert admin.subscriptions() == []


def test_a_customer_that_somebody_made_by_hand_under_the_organizations_id_is_taken_with_what_it_has(
    world: Cloud, admin: Member
) -> None:
    """The dashboard was first: its subscription counts, so a second one is refused."""
    world.chargebee.faults(drop=1.0)
    world.chargebee.create_customer(admin.organization_id, note="made by hand")
    world.chargebee.set_card(admin.organization_id, "ok")
    made = fresh("sub")
    world.chargebee.post(f"/customers/{admin.organization_id}/subscription_for_items", id=made, **plan("starter", 1))
    world.chargebee.faults()

    world.scalekit.create_organization(admin.organization_id)
    world.mapped(admin.organization_id)

    row = until(admin.subscriptions)[0]
    assert row["chargebeeSubscriptionId"] == made
    refused(admin.create(), 400, "subscription_exists")
    meta_data = world.chargebee.customer(admin.organization_id)["meta_data"]
    assert meta_data["note"] == "made by hand"


def test_late_news_of_a_deleted_customer_brings_nothing_back(world: Cloud, admin: Member) -> None:
    world.subscribe(admin)
    world.caught_up(admin.organization_id)
    known = world.chargebee.events(admin.organization_id)[-1]["content"]["subscription"]
    world.chargebee.post(f"/customers/{admin.organization_id}/delete")
    world.caught_up(admin.organization_id)

    announced = world.table.transitions(admin.organization_id)
    world.apply(_event(subscription=known | {"resource_version": int(known["resource_version"]) + 1}))

    assert admin.subscription()["status"] == "deleted"
    assert world.table.transitions(admin.organization_id) == announced
    assert admin.allowed() is False


def test_a_page_for_another_plan_is_useless_once_one_was_paid_in_another_tab(world: Cloud, admin: Member) -> None:
    """Both tabs hold a page; after the first is paid the second create, too, learns that it is over."""
    first = opened(admin.create(itemPriceId="starter", seats=1))
    world.chargebee.faults(drop=1.0)
    world.chargebee.pay(first["id"])

    refused(admin.create(itemPriceId="growth"), 400, "subscription_exists")

    assert admin.subscription()["itemPriceId"] == "starter"
    assert admin.listing().json()["pendingCheckout"] is None


def test_a_subscription_whose_owner_is_missing_is_left_out_and_poisons_nothing(world: Cloud) -> None:
    ownerless = _event(subscription={"id": fresh("sub"), "status": "active", "resource_version": 1})

    assert world.deliver(ownerless).status_code == 200
    entry = until(lambda: world.table.ledger(ownerless["id"]))

    assert entry is not None
    assert entry["outcome"] in ("orphan", "ignored")
    assert world.queues.depth("EventsDeadLetters") == 0


def _event(**content: Json) -> Json:
    return {"id": fresh("ev"), "occurred_at": now(), "event_type": "subscription_changed", "content": content}
