"""A message that can never be handled takes nobody with it, and is kept for an operator."""

import json
from typing import Any

from tests.stack.api import Member
from tests.stack.scalekit import organization_event
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]


def test_one_poisoned_event_of_ten_reaches_the_dead_letters_and_nine_are_applied(world: Cloud, admin: Member) -> None:
    events = [_event(fresh("org")) for _ in range(9)]
    poison = _event(admin.organization_id)
    del poison["event_type"]
    batch = [*events[:5], poison, *events[5:]]

    with world.queues.impatient("EventsQueue"):
        world.queues.send_all("EventsQueue", [json.dumps(each) for each in batch])
        for event in events:
            assert world.dealt_with(event["id"])["outcome"] == "applied"
        (kept,) = until(lambda: world.queues.take("EventsDeadLetters"))

    assert json.loads(kept) == poison
    assert world.table.ledger(poison["id"]) is None
    assert world.table.organization(admin.organization_id) is None


def test_what_is_redriven_from_the_dead_letters_is_applied_once(world: Cloud, admin: Member) -> None:
    event = _event(admin.organization_id)
    for _ in range(2):
        world.queues.send("EventsQueue", json.dumps(event))
        world.dealt_with(event["id"])
    world.queues.drained("EventsQueue")

    assert world.table.transitions(admin.organization_id) == ["customer.created"]


def test_an_event_of_a_kind_that_does_not_exist_yet_is_taken_for_what_it_carries(world: Cloud, admin: Member) -> None:
    event = _event(admin.organization_id) | {"event_type": "subscription_moved_to_the_moon"}
    event["content"]["subscription"] = {
        "id": fresh("sub"),
        "customer_id": admin.organization_id,
        "status": "active",
        "resource_version": 1,
        "subscription_items": [{"item_price_id": "growth", "item_type": "plan", "quantity": 3}],
        "a_field_that_does_not_exist_yet": {"nested": [1.5, None]},
    }

    assert world.apply(event)["outcome"] == "applied"
    assert admin.subscription()["seats"] == 3


def test_a_scalekit_event_that_names_no_organization_is_kept_too(world: Cloud) -> None:
    poison = json.dumps({"id": fresh("evt"), "type": "organization.created", "data": {}})
    neighbour = fresh("org")

    with world.queues.impatient("ProvisioningQueue"):
        assert world.deliver_scalekit(poison.encode()).status_code == 200
        event = organization_event("organization.created", fresh("evt"), neighbour)
        assert world.deliver_scalekit(event).status_code == 200
        assert world.mapped(neighbour) == neighbour
        (kept,) = until(lambda: world.queues.take("ProvisioningDeadLetters"))
        assert json.loads(kept) == json.loads(poison)


def test_scalekit_events_that_nobody_here_needs_are_acknowledged_and_forgotten(world: Cloud, admin: Member) -> None:
    body = organization_event("user.organization_membership_created", fresh("evt"), admin.organization_id)

    assert world.deliver_scalekit(body).status_code == 200

    world.queues.drained("ProvisioningQueue")
    assert world.queues.depth("ProvisioningDeadLetters") == 0


def test_nothing_that_anybody_sent_is_in_the_logs(world: Cloud, admin: Member) -> None:
    secret = fresh("4111-1111-1111-1111")
    event = _event(admin.organization_id)
    event["content"]["customer"] |= {"email": f"{secret}@example.com", "first_name": secret}
    event["content"]["card"] = {"number": secret}
    world.apply(event)
    body = organization_event("organization.created", fresh("evt"), admin.organization_id, secret)
    assert world.deliver_scalekit(body).status_code == 200
    world.queues.drained("ProvisioningQueue")

    for function in ("ChargebeeWebhook", "ScalekitWebhook", "ApplyBillingEvent", "ProvisionOrganization"):
        assert world.logged(function, secret) == []


def _event(organization_id: str) -> Json:
    customer = {"id": organization_id, "meta_data": {"organizationId": organization_id}}
    return {
        "id": fresh("ev"),
        "occurred_at": now(),
        "event_type": "customer_created",
        "content": {"customer": customer},
    }
