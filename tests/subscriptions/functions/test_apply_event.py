from typing import Any

import pytest

from tests.deployment.gateway import failed, sqs_event
from tests.deployment.lambda_runtime import Context
from tests.deployment.subscriptions import apply, create, work_off
from tests.deployment.world import World
from tests.subscriptions.examples import (
    DAY,
    NOW,
    ORG,
    TERM_END,
    customer_json,
    event_json,
    item_json,
    organization_event_json,
    subscription_json,
)


def told(event_id: str, version: int = 1, event_type: str = "subscription_changed", **fields: Any) -> dict[str, Any]:
    """News of subscription cb1 at a version."""
    content = {"subscription": subscription_json(resource_version=version, **fields), "customer": customer_json()}
    return event_json(event_type, event_id, **content)


def row(world: World, subscription_id: str = "cb1") -> dict[str, Any]:
    return world.item(f"ORG#{ORG}", f"SUB#{subscription_id}")


def outcome(world: World, event_id: str) -> str:
    return str(world.item(f"EVENT#chargebee#{event_id}", "EVENT")["outcome"])


def organization(world: World) -> dict[str, Any]:
    return world.item(f"ORG#{ORG}", "ORG")


CREATED = told("ev_1", 10, "subscription_created")


def test_the_first_news_makes_the_row_the_mapping_the_ledger_entry_and_the_announcements(world: World) -> None:
    apply(world, CREATED)
    assert (row(world)["status"], organization(world)["customer_id"]) == ("active", ORG)
    assert organization(world)["live"] == {"cb1"}
    assert outcome(world, "ev_1") == "applied"
    assert world.announced() == ["customer.created", "subscription.created", "subscription.activated"]
    assert world.chargebee.calls() == []


def test_the_same_event_again_changes_and_announces_nothing(world: World) -> None:
    apply(world, CREATED)
    before = world.items()
    apply(world, CREATED, CREATED)
    assert world.items() == before


def test_an_old_event_does_not_bring_back_what_is_over(world: World) -> None:
    apply(world, told("ev_1", 20, status="cancelled", cancelled_at=NOW), told("ev_2", 10))
    assert (row(world)["status"], outcome(world, "ev_2")) == ("cancelled", "stale")
    apply(world, told("ev_3", 30, "subscription_reactivated"))
    assert (row(world)["status"], organization(world)["live"]) == ("active", {"cb1"})


def test_the_trial_is_announced_once_and_once_over(world: World) -> None:
    trial: dict[str, Any] = {
        "current_term_start": None,
        "current_term_end": None,
        "trial_start": NOW,
        "trial_end": NOW + 14 * DAY,
    }
    apply(world, told("ev_1", 1, status="in_trial", **trial))
    apply(world, told("ev_2", 2, "subscription_activated", trial_start=NOW, trial_end=NOW + 14 * DAY))
    assert [each for each in world.announced() if "trial" in each] == [
        "subscription.trial_started",
        "subscription.trial_ended",
    ]
    assert organization(world)["trial_used_at"] == NOW


def test_seats_and_items_are_replaced_together(world: World) -> None:
    apply(world, CREATED)
    items = [item_json(quantity=8), item_json("priority-support", "addon", 1)]
    apply(world, told("ev_2", 11, subscription_items=items))
    assert [(item["item_price_id"], item["quantity"]) for item in row(world)["items"]] == [
        ("growth", 8),
        ("priority-support", 1),
    ]


def test_an_event_without_items_keeps_them_and_an_operator_hears_of_it(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    apply(world, CREATED, told("ev_2", 11, subscription_items=None, status="paused", pause_date=NOW))
    assert (row(world)["status"], len(row(world)["items"])) == ("paused", 1)
    assert '"subscription_without_items":[1.0]' in capfd.readouterr().out


@pytest.mark.parametrize(
    ("change", "back", "announced"),
    [
        (
            {"status": "non_renewing", "cancelled_at": TERM_END, "next_billing_at": None},
            {},
            ["subscription.cancellation_scheduled", "subscription.cancellation_removed"],
        ),
        ({"status": "paused", "pause_date": NOW}, {}, ["subscription.paused", "subscription.resumed"]),
        ({"due_invoices_count": 1, "due_since": NOW}, {}, ["subscription.past_due", "subscription.recovered"]),
        (
            {"current_term_start": TERM_END, "current_term_end": TERM_END + 30 * DAY},
            {"current_term_start": TERM_END + 30 * DAY},
            ["subscription.renewed", "subscription.renewed"],
        ),
        ({"status": "cancelled", "cancelled_at": NOW}, {}, ["subscription.cancelled", "subscription.activated"]),
        (
            {"status": "cancelled", "cancelled_at": NOW},
            {"deleted": True, "status": "cancelled"},
            ["subscription.cancelled", "subscription.deleted"],
        ),
    ],
    ids=["leaving and staying", "paused and resumed", "unpaid and paid", "renewed twice", "ended and back", "deleted"],
)
def test_a_subscriptions_life_is_announced_once_in_order(
    world: World, change: dict[str, Any], back: dict[str, Any], announced: list[str]
) -> None:
    apply(world, CREATED, told("ev_2", 11, **change), told("ev_2", 11, **change), told("ev_3", 12, **back))
    assert world.announced()[3:] == announced


def test_a_dashboard_subscription_is_found_by_its_customer_alone(world: World) -> None:
    content = {"subscription": subscription_json()}
    apply(world, told("ev_0", 1, id="cb0"), event_json("subscription_created", "ev_1", **content))
    assert organization(world)["live"] == {"cb0", "cb1"}


def test_a_second_live_subscription_is_kept_and_alarmed(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    apply(world, CREATED, told("ev_2", 11, id="cb2"))
    assert organization(world)["live"] == {"cb1", "cb2"}
    assert '"second_live_subscription":[1.0]' in capfd.readouterr().out


def test_a_foreign_customer_is_mapped_by_what_it_says_and_then_found_without_it(world: World) -> None:
    foreign = customer_json(id="cust_1", meta_data={"organizationId": ORG})
    apply(
        world,
        event_json(
            "subscription_created", "ev_1", subscription=subscription_json(customer_id="cust_1"), customer=foreign
        ),
    )
    assert (organization(world)["customer_id"], world.item("CUSTOMER#cust_1", "CUSTOMER")["organization_id"]) == (
        "cust_1",
        ORG,
    )
    later = subscription_json(customer_id="cust_1", resource_version=NOW * 1000 + 1, status="paused")
    apply(world, event_json("subscription_paused", "ev_2", subscription=later))
    assert row(world)["status"] == "paused"


def test_nobodys_subscription_is_parked_and_applied_once_somebody_is_known(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    stranger = event_json(
        "subscription_created",
        "ev_1",
        subscription=subscription_json(customer_id="cust_1"),
        customer=customer_json(id="cust_1", meta_data={}),
    )
    apply(world, stranger)
    assert outcome(world, "ev_1") == "orphan"
    assert '"orphan_subscription":[1.0]' in capfd.readouterr().out
    apply(world, event_json("customer_changed", "ev_2", customer=customer_json(id="cust_1")))
    apply(world, stranger)
    assert (outcome(world, "ev_1"), row(world)["status"]) == ("applied", "active")


def test_equally_new_and_different_news_is_settled_by_asking_chargebee(world: World) -> None:
    opened = create(world)
    world.chargebee.pay(opened.body["id"])
    [event] = [each for each in world.chargebee.events() if each["event_type"] == "subscription_created"]
    apply(world, event)
    twisted = event["content"]["subscription"] | {"status": "paused"}
    apply(world, event | {"id": "ev_twisted", "content": event["content"] | {"subscription": twisted}})
    assert outcome(world, "ev_twisted") == "resync"
    work_off(world)
    assert row(world, opened.body["subscriptionId"])["status"] == "in_trial"


def test_a_deleted_customer_closes_its_subscriptions_and_the_organization_stays(world: World) -> None:
    apply(world, CREATED)
    deleted = event_json("customer_deleted", "ev_2", customer=customer_json(deleted=True), subscriptions=[])
    apply(world, deleted, told("ev_3", 99))
    assert row(world)["status"] == "deleted"
    assert "customer_id" not in organization(world)
    assert "live" not in organization(world)


def test_a_late_subscription_of_a_deleted_organization_is_to_be_cancelled(world: World) -> None:
    world.put(pk=f"ORG#{ORG}", sk="ORG", id=ORG, version=2, deleted_at=NOW, customer_id=ORG)
    apply(world, CREATED)
    assert world.messages("ProvisioningQueue") == [
        {"type": "billing.cancel_orphan", "organizationId": ORG, "subscriptionId": "cb1"}
    ]
    assert [item["sk"] for item in world.items(f"ORG#{ORG}")] == ["ORG"]


@pytest.mark.parametrize("event_type", ["payment_source_added", "card_updated", "an_event_of_next_year"])
def test_other_news_of_a_known_customer_changes_nothing(world: World, event_type: str) -> None:
    apply(world, CREATED)
    before = [item for item in world.items() if not item["pk"].startswith("EVENT#")]
    apply(world, event_json(event_type, "ev_2", customer=customer_json()))
    assert [item for item in world.items() if not item["pk"].startswith("EVENT#")] == before
    assert outcome(world, "ev_2") == "ignored"


def test_a_poisoned_message_among_ten_takes_nobody_with_it(world: World) -> None:
    good: list[Any] = [told(f"ev_{number}", 1, id=f"cb{number}") for number in range(1, 10)]
    for poison in ("{", "null", "[]", {"id": "ev_x"}):
        response = world.invoke("subscriptions/apply_event", sqs_event(*good[:4], poison, *good[4:]))
        assert failed(response) == ["message-5"]
    assert organization(world)["live"] == {f"cb{number}" for number in range(1, 10)}


def test_a_table_that_does_not_answer_gives_every_message_back(world: World) -> None:
    world.values["Table"] = "no such table"
    assert failed(world.invoke("subscriptions/apply_event", sqs_event(CREATED, told("ev_2")))) == [
        "message-1",
        "message-2",
    ]


def test_what_is_queued_for_chargebee_is_queued_before_the_event_counts_as_dealt_with(world: World) -> None:
    apply(world, CREATED)
    world.lose("ProvisioningQueue")
    undecided = told("ev_2", 10, status="paused")
    assert failed(world.invoke("subscriptions/apply_event", sqs_event(undecided))) == ["message-1"]
    assert world.items("EVENT#chargebee#ev_2") == []


def test_an_organizations_event_in_this_queue_is_no_event_of_chargebees(world: World) -> None:
    assert failed(world.invoke("subscriptions/apply_event", sqs_event(organization_event_json()))) == ["message-1"]


@pytest.mark.parametrize(
    "fields", [{}, {"status": "half_active"}, {"customer_id": 7}], ids=["good", "strange", "unreadable"]
)
def test_people_and_cards_in_an_event_stay_out_of_the_logs(world: World, fields: dict[str, Any]) -> None:
    person = {"first_name": "Ada Lovelace", "email": "ada@example.com", "meta_data": {"card": "4111111111111111"}}
    content = {"subscription": subscription_json(**fields), "customer": customer_json(**person)}
    event = event_json("payment_failed", "ev_1") | {"content": content | {"card": {"number": "4111111111111111"}}}
    response = world.invoke("subscriptions/apply_event", sqs_event(event))
    assert failed(response) == []


def test_events_behind_slow_ones_are_queued_again_as_they_are(world: World) -> None:
    left = iter([30_000, 30_000, 9_000])
    world.environment.setattr(Context, "get_remaining_time_in_millis", lambda self: next(left))
    later = told("ev_2", 11)
    assert failed(world.invoke("subscriptions/apply_event", sqs_event(CREATED, later))) == []
    assert outcome(world, "ev_1") == "applied"
    assert world.items("EVENT#chargebee#ev_2") == []
    assert world.messages("EventsQueue") == [later]
