"""The job, in order: an organization appears, subscribes, changes its mind, and the list follows Chargebee."""

import json
import re
from collections.abc import Callable

from tests.stack.api import Member, opened
from tests.stack.chargebee import plan
from tests.stack.waiting import until
from tests.stack.world import Cloud, now

DAY = 86_400


def test_an_organization_of_scalekit_gets_its_customer(world: Cloud, admin: Member) -> None:
    world.scalekit.create_organization(admin.organization_id, "Acme Ltd")

    assert world.mapped(admin.organization_id) == admin.organization_id
    (created,) = world.chargebee.calls(admin.organization_id, "POST", "/customers")
    assert created["params"]["company"] == "Acme Ltd"
    assert created["headers"]["chargebee-idempotency-key"]
    stamp = {"organizationId": admin.organization_id, "customerType": "organization"}
    assert json.loads(created["params"]["meta_data"]) == stamp
    assert world.chargebee.customer(admin.organization_id)["meta_data"] == stamp
    (sent,) = world.scalekit.webhooks(admin.organization_id)
    assert world.dealt_with(sent["id"], "scalekit")["outcome"] == "applied"


def test_subscribing_shows_in_the_list_as_soon_as_the_browser_is_back(world: Cloud, admin: Member) -> None:
    world.scalekit.create_organization(admin.organization_id)
    world.mapped(admin.organization_id)

    page = opened(admin.create(seats=7, addons=[{"itemPriceId": "priority-support"}], successUrl="/billing?done=1"))

    assert page["url"].startswith(str(world.stack.chargebee))
    assert admin.listing().json()["pendingCheckout"]["id"] == page["subscriptionId"]
    assert admin.subscriptions() == []
    stamped = world.chargebee.customer(admin.organization_id)["meta_data"]
    assert stamped == {
        "organizationId": admin.organization_id,
        "customerType": "organization",
        "pendingSubscriptionId": page["subscriptionId"],
        "pendingReferenceId": admin.organization_id,
        "userId": "usr_1",
    }

    world.chargebee.faults(drop=1.0)
    assert world.come_back(world.chargebee.pay(page["id"])) == f"{world.stack.app}/billing?done=1"

    row = admin.subscription()
    assert (row["id"], row["chargebeeSubscriptionId"]) == (page["subscriptionId"],) * 2
    assert (row["status"], row["itemPriceId"], row["plan"], row["seats"]) == ("in_trial", "growth", "Growth", 7)
    assert row["access"] == {"allowed": True, "reason": "in_trial"}
    assert [each["itemPriceId"] for each in row["items"]] == ["growth", "priority-support"]
    assert abs(row["trialEnd"] - (now() + 14 * DAY)) < 120
    assert admin.listing().json()["pendingCheckout"] is None


def test_the_webhooks_change_nothing_that_the_redirect_has_told(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin)
    before = admin.subscription()

    world.caught_up(admin.organization_id)

    assert admin.subscription() == before
    assert before["id"] == subscription_id
    created = [e for e in world.chargebee.events(admin.organization_id) if e["event_type"] == "subscription_created"]
    assert len(created) == 1
    assert world.table.transitions(admin.organization_id) == [
        "customer.created",
        "subscription.created",
        "checkout.completed",
        "subscription.activated",
        "subscription.trial_started",
    ]


def test_the_list_follows_what_is_done_in_chargebee(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin, itemPriceId="starter", seats=2)

    def eventually(**wanted: object) -> None:
        world.caught_up(admin.organization_id)
        row = admin.subscription()
        assert {name: row[name] for name in wanted} == wanted

    eventually(status="active", seats=2)
    world.chargebee.command(subscription_id, "update_for_items", **plan("growth", 9))
    eventually(itemPriceId="growth", seats=9)
    ends = world.chargebee.command(subscription_id, "cancel_for_items", cancel_option="end_of_term")["cancelled_at"]
    eventually(status="non_renewing", cancelAt=ends, access={"allowed": True, "reason": "non_renewing"})
    world.chargebee.command(subscription_id, "remove_scheduled_cancellation")
    eventually(status="active", cancelAt=None)
    world.chargebee.command(subscription_id, "pause")
    eventually(status="paused", access={"allowed": False, "reason": "paused"})
    world.chargebee.command(subscription_id, "resume")
    eventually(status="active", pausedAt=None, access={"allowed": True, "reason": "active"})
    world.chargebee.command(subscription_id, "cancel_for_items", cancel_option="immediately")
    eventually(status="cancelled", access={"allowed": False, "reason": "cancelled"})
    world.chargebee.command(subscription_id, "reactivate")
    eventually(status="active", endedAt=None)
    world.chargebee.command(subscription_id, "delete")
    eventually(status="deleted")
    assert admin.listing().json()["subscriptions"] == []


def test_the_list_follows_the_calendar(world: Cloud, admin: Member, advance: Callable[[int], None]) -> None:
    world.subscribe(admin)
    trial_end = admin.subscription()["trialEnd"]

    advance(15 * DAY)
    world.caught_up(admin.organization_id)
    first = admin.subscription()
    assert (first["status"], first["periodStart"]) == ("active", trial_end)

    advance(31 * DAY)
    world.caught_up(admin.organization_id)
    second = admin.subscription()
    assert second["periodStart"] == first["periodEnd"]
    assert second["id"] == first["id"]

    admin.cancel()
    advance(31 * DAY)
    world.caught_up(admin.organization_id)
    last = admin.subscription()
    assert (last["status"], last["endedAt"]) == ("cancelled", second["periodEnd"])
    assert world.table.transitions(admin.organization_id)[5:] == [
        "subscription.trial_ended",
        "subscription.renewed",
        "subscription.cancellation_scheduled",
        "subscription.cancelled",
    ]


def test_an_admin_changes_the_subscription_on_a_hosted_page(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin, addons=[{"itemPriceId": "priority-support"}])

    page = opened(admin.update(seats=12, successUrl="/done"))
    assert (page["subscriptionId"], admin.subscription()["seats"]) == (subscription_id, 5)
    assert world.come_back(world.chargebee.pay(page["id"])) == f"{world.stack.app}/done"

    row = admin.subscription()
    assert (row["seats"], row["id"]) == (12, subscription_id)
    assert [each["itemPriceId"] for each in row["items"]] == ["growth", "priority-support"]


def test_an_admin_cancels_and_restores(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin)
    trial_end = admin.subscription()["trialEnd"]

    answer = admin.cancel(reasonCode="Too expensive")
    assert (answer.status_code, answer.json()) == (
        200,
        {"id": subscription_id, "status": "in_trial", "cancelAt": trial_end},
    )
    assert admin.subscription()["cancelAt"] == trial_end
    assert admin.cancel().json()["cancelAt"] == trial_end

    answer = admin.restore()
    assert (answer.status_code, answer.json()) == (200, {"id": subscription_id, "status": "in_trial"})
    assert admin.subscription()["cancelAt"] is None
    assert admin.restore().status_code == 409

    assert admin.cancel(at="now").json()["status"] == "cancelled"
    assert admin.subscription()["status"] == "cancelled"
    world.caught_up(admin.organization_id)
    assert world.table.transitions(admin.organization_id)[5:] == [
        "subscription.cancellation_scheduled",
        "subscription.cancellation_removed",
        "subscription.trial_ended",
        "subscription.cancelled",
    ]


def test_what_a_user_does_in_the_portal_shows_in_the_list(world: Cloud, admin: Member) -> None:
    subscription_id = world.subscribe(admin, itemPriceId="starter", seats=2)

    url = admin.portal(returnUrl="/billing").json()["url"]
    with world.browser() as browser:
        home = browser.get(url)
        assert subscription_id in home.text
        (action,) = re.findall(rf'action="([^"]*/{subscription_id}/cancel)"', home.text)
        assert browser.post(action).status_code == 200
    with world.browser() as somebody_else:
        assert somebody_else.get(url).status_code == 401

    row = until(admin.subscription, lambda seen: seen["cancelAt"] is not None)
    assert row["status"] == "non_renewing"


def test_a_cancelled_organization_may_buy_again_and_gets_no_second_trial(world: Cloud, admin: Member) -> None:
    first = world.subscribe(admin)
    admin.cancel(at="now")

    second = world.subscribe(admin)

    assert second != first
    rows = admin.subscriptions()
    assert [(row["id"], row["status"]) for row in rows] == [(second, "active"), (first, "cancelled")]
    assert admin.listing().json()["subscriptions"] == [rows[0]]
