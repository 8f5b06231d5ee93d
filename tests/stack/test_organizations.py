"""Scalekit's organizations, and how a subscription ends: nothing is forgotten here that still bills there."""

import time

from tests.stack.account import DAY, Account, unmapped
from tests.stack.api import refused
from tests.stack.chargebee import plan
from tests.stack.scalekit import organization_event, signed
from tests.stack.waiting import until
from tests.stack.world import World, fresh, now


def test_only_a_valid_fresh_signature_is_2xx(world: World) -> None:
    body = organization_event("organization.created", fresh("evt"), fresh("org"))
    secret = world.stack.scalekit_webhook_secret

    assert world.deliver_scalekit(body, signed(body, secret, "msg_1")).status_code == 200
    wrong = signed(body, "whsec_" + "c29tZWJvZHkgZWxzZQ==", "msg_1")
    old = signed(body, secret, "msg_1", time.time() - 360)
    for headers in (wrong, old, {}):
        refused(world.deliver_scalekit(body, headers), 401, "unauthenticated")


def test_an_organization_created_twice_is_one_customer(world: World) -> None:
    account = unmapped(world)
    body = organization_event("organization.created", fresh("evt"), account.organization_id)
    again = organization_event("organization.created", fresh("evt"), account.organization_id)

    for each in (body, body, again):
        assert world.deliver_scalekit(each).status_code == 200
    world.mapped(account.organization_id)
    world.queues.drained("ProvisioningQueue")

    born = [e for e in world.chargebee.events(account.organization_id) if e["event_type"] == "customer_created"]
    assert len(born) == 1
    assert world.table.transitions(account.organization_id) == ["customer.created"]


def test_a_customer_that_cannot_be_created_now_is_created_later(world: World) -> None:
    account = unmapped(world)
    body = organization_event("organization.created", fresh("evt"), account.organization_id)

    with world.queues.impatient("ProvisioningQueue"):
        world.chargebee.faults({"path": "/customers", "status": 503})
        assert world.deliver_scalekit(body).status_code == 200
        until(lambda: world.chargebee.requests(account.organization_id))
        assert world.table.organization(account.organization_id) is None
        world.chargebee.faults()

        assert world.mapped(account.organization_id) == account.organization_id
    world.queues.drained("ProvisioningQueue")


def test_a_deleted_organizations_rows_stay_until_chargebee_has_cancelled_them_all(account: Account) -> None:
    world = account.world
    world.chargebee.set_card(account.customer_id, "ok")
    for number in (1, 2):
        world.chargebee.post(
            f"/customers/{account.customer_id}/subscription_for_items",
            id=f"{account.subscription_id}-{number}",
            **plan("starter", 1),
        )
    world.caught_up(account.customer_id)
    assert len(account.admin.subscriptions()) == 2
    body = organization_event("organization.deleted", fresh("evt"), account.organization_id)

    with world.queues.impatient("ProvisioningQueue"):
        world.chargebee.faults({"path": "/subscriptions/*/cancel_for_items", "status": 503})
        assert world.deliver_scalekit(body).status_code == 200
        until(lambda: [r for r in world.chargebee.requests(account.subscription_id) if "cancel_for" in r["path"]])
        assert len(world.table.subscriptions(account.organization_id)) == 2
        refused(account.admin.create(), 410, "organization_deleted")
        world.chargebee.faults()

        until(lambda: world.table.subscriptions(account.organization_id), lambda rows: rows == [])
    world.queues.drained("ProvisioningQueue")

    assert world.chargebee.live(account.customer_id) == []
    asked = [r for r in world.chargebee.requests(account.subscription_id) if "cancel_for" in r["path"]]
    assert {request["params"]["cancel_option"] for request in asked} == {"immediately"}
    assert account.transitions().count("subscription.cancelled") == 2


def test_a_deleted_customer_closes_its_subscriptions_and_the_organization_stays(account: Account) -> None:
    account.told("subscription_created", 10)

    account.world.apply(account.event("customer_deleted", None, customer=account.customer(deleted=True)))

    row = account.admin.subscription()
    assert (row["status"], row["access"]["allowed"]) == ("deleted", False)
    organization = account.world.table.organization(account.organization_id)
    assert organization is not None
    assert "customer_id" not in organization
    assert "deleted_at" not in organization
    assert account.transitions()[2:] == ["subscription.cancelled", "subscription.deleted"]


def test_cancelling_what_chargebee_does_not_have_is_404_and_keeps_the_history(account: Account) -> None:
    account.told("subscription_created", 10)

    refused(account.admin.cancel(), 404, "subscription_not_found")

    assert account.admin.subscription()["id"] == account.subscription_id


def test_cancelling_what_chargebee_has_ended_is_409_and_learns_it(account: Account) -> None:
    world = account.world
    world.chargebee.set_card(account.customer_id, "ok")
    world.chargebee.post(
        f"/customers/{account.customer_id}/subscription_for_items", id=account.subscription_id, **plan("starter", 1)
    )
    world.caught_up(account.customer_id)
    world.chargebee.faults(drop=1.0)
    world.chargebee.command(account.subscription_id, "cancel_for_items", cancel_option="immediately")

    refused(account.admin.cancel(), 409, "invalid_state")

    row = account.admin.subscription()
    assert (row["status"], row["id"]) == ("cancelled", account.subscription_id)
    refused(account.admin.cancel(), 404, "subscription_not_found")


def test_a_foreign_subscription_id_is_404_and_falls_back_to_nothing(account: Account) -> None:
    account.told("subscription_created", 10, current_term_end=now() + DAY)

    refused(account.admin.cancel(subscriptionId=fresh("cb2")), 404, "subscription_not_found")

    assert account.world.chargebee.requests(account.subscription_id) == []
    assert account.admin.subscription()["cancelAt"] is None
