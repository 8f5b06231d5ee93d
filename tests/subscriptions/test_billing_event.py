import json
from typing import Any

import pytest

from billing.chargebee.read_event import read_customer, read_event, read_subscription
from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.access import Policy, access
from billing.subscriptions.domain.subscription import Item, Status
from tests.subscriptions.examples import (
    DAY,
    GROWTH,
    NOW,
    ORG,
    SUPPORT,
    TERM_END,
    TERM_START,
    a_subscription,
    customer_json,
    event_json,
    item_json,
    subscription_json,
)

TRIAL = {
    "status": "in_trial",
    "trial_start": NOW,
    "trial_end": NOW + 14 * DAY,
    "current_term_start": None,
    "current_term_end": None,
}


def test_every_field_of_a_subscription_is_read_in_its_unit() -> None:
    row = read_subscription(
        subscription_json(
            subscription_items=[item_json(), item_json("priority-support", "addon", 1) | {"unit_price": 9900}],
            billing_period=1,
            billing_period_unit="year",
            trial_start=TERM_START - 14 * DAY,
            trial_end=TERM_START,
            cancelled_at=TERM_END,
            cancel_schedule_created_at=NOW - 5,
            cancel_reason_code="too_expensive",
            pause_date=NOW + 1,
            resume_date=NOW + 2,
            due_invoices_count=2,
            due_since=NOW - 3,
            total_dues=49_00,
            has_scheduled_changes=True,
            changes_scheduled_at=NOW + 3,
            contract_term={"id": "ct_1", "status": "active"},
        ),
        NOW,
    )
    assert row == a_subscription(
        checkout_id="",
        items=(GROWTH, Item("priority-support", "addon", 1, 9900, 4900)),
        billing_months=12,
        trial_start=TERM_START - 14 * DAY,
        trial_end=TERM_START,
        cancelled_at=TERM_END,
        cancel_reason="too_expensive",
        pause_date=NOW + 1,
        resume_date=NOW + 2,
        due_invoices=2,
        due_since=NOW - 3,
        total_dues=4900,
        has_scheduled_changes=True,
        changes_scheduled_at=NOW + 3,
        contract_term={"id": "ct_1", "status": "active"},
    )


@pytest.mark.parametrize(
    ("fields", "moment"),
    [
        ({"has_scheduled_changes": True}, TERM_END),
        ({"has_scheduled_changes": True, "status": "in_trial", "trial_end": NOW + 9}, NOW + 9),
        ({"has_scheduled_changes": False}, None),
    ],
)
def test_a_change_without_a_date_is_made_when_the_term_or_the_trial_ends(
    fields: dict[str, Any], moment: int | None
) -> None:
    assert read_subscription(subscription_json(**fields), NOW).changes_scheduled_at == moment


@pytest.mark.parametrize(
    ("period", "unit", "months"),
    [(3, "month", 3), (2, "year", 24), (4, "week", 0), (30, "day", 0), (1, "not_supported", None), (None, None, None)],
)
def test_the_months_of_a_regular_term_are_read_whatever_their_unit(period: Any, unit: Any, months: int | None) -> None:
    row = read_subscription(subscription_json(billing_period=period, billing_period_unit=unit), NOW)
    assert row.billing_months == months


@pytest.mark.parametrize(
    ("event_type", "fields", "expected"),
    [
        (
            "subscription_created",
            {"status": "future", "start_date": NOW + DAY, "current_term_start": None, "current_term_end": None},
            {"status": Status.FUTURE, "term_start": None, "term_end": None},
        ),
        (
            "subscription_created",
            TRIAL,
            {"status": Status.IN_TRIAL, "term_start": None, "trial_start": NOW, "trial_end": NOW + 14 * DAY},
        ),
        ("subscription_started", TRIAL, {"status": Status.IN_TRIAL}),
        (
            "subscription_activated",
            {"trial_start": NOW - DAY, "trial_end": NOW},
            {"status": Status.ACTIVE, "trial_start": NOW - DAY, "trial_end": NOW},
        ),
        (
            "subscription_changed",
            {"subscription_items": [item_json(quantity=8), item_json("priority-support", "addon", 1)]},
            {"seats": 8},
        ),
        (
            "subscription_renewed",
            {"current_term_start": TERM_END, "current_term_end": TERM_END + 30 * DAY},
            {"term_start": TERM_END, "term_end": TERM_END + 30 * DAY},
        ),
        (
            "subscription_cancellation_scheduled",
            {
                "status": "non_renewing",
                "cancelled_at": TERM_END,
                "cancel_schedule_created_at": NOW,
                "remaining_billing_cycles": 0,
                "next_billing_at": None,
            },
            {"status": Status.NON_RENEWING, "cancel_at": TERM_END, "next_billing_at": None},
        ),
        (
            "subscription_cancelled",
            {"status": "cancelled", "cancelled_at": NOW, "cancel_reason": "not_paid", "cancel_schedule_created_at": 1},
            {"status": Status.CANCELLED, "cancel_at": None, "cancelled_at": NOW, "cancel_reason": "not_paid"},
        ),
        ("subscription_paused", {"status": "paused", "pause_date": NOW, "mrr": 0}, {"status": Status.PAUSED}),
        ("subscription_resumed", {"next_billing_at": TERM_END}, {"status": Status.ACTIVE}),
        ("subscription_deleted", {"deleted": True}, {"status": Status.DELETED}),
        (
            "payment_failed",
            {"due_invoices_count": 1, "due_since": NOW - 60, "total_dues": 24_500},
            {"status": Status.ACTIVE, "past_due": True, "due_since": NOW - 60, "total_dues": 24_500},
        ),
        ("payment_succeeded", {}, {"past_due": False, "due_since": None}),
        ("an_event_of_next_year", {"status": "non_renewing"}, {"status": Status.NON_RENEWING}),
    ],
)
def test_whatever_the_event_is_called_its_subscription_is_read(
    event_type: str, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    content: dict[str, Any] = {
        "subscription": subscription_json(**fields),
        "customer": customer_json(),
        "invoice": {"status": "payment_due"},
    }
    event = read_event(event_json(event_type, **content))
    assert (event.id, event.type, event.occurred_at, event.customer_id) == ("ev_1", event_type, NOW, ORG)
    assert event.subscription is not None
    assert {name: getattr(event.subscription, name) for name in expected} == expected


@pytest.mark.parametrize("content", [{"invoice": {"id": "inv_1"}}, {"item_price": {"id": "growth"}}, {}])
def test_an_event_without_customer_and_subscription_is_about_nobody(content: dict[str, Any]) -> None:
    event = read_event(event_json("invoice_generated", **content))
    assert (event.customer_id, event.subscription, event.customer) == (None, None, None)


def test_a_payment_source_event_is_about_its_customer_alone() -> None:
    event = read_event(event_json("payment_source_added", customer=customer_json(), payment_source={"id": "pm_1"}))
    assert (event.customer_id, event.subscription) == (ORG, None)


def test_a_deleted_customer_says_so() -> None:
    event = read_event(
        event_json("customer_deleted", customer=customer_json(deleted=True), subscriptions=[subscription_json()])
    )
    assert event.customer is not None
    assert event.customer.deleted
    assert event.subscription is None


def test_product_catalog_1_names_the_plan_on_the_subscription_itself() -> None:
    row = read_subscription(subscription_json(subscription_items=None, plan_id="growth", plan_quantity=3), NOW)
    assert row.items == (Item("growth", "plan", 3),)


@pytest.mark.parametrize("items", [None, [], "growth", {}])
def test_a_snapshot_without_items_says_so_instead_of_claiming_there_are_none(items: object) -> None:
    assert read_subscription(subscription_json(subscription_items=items), NOW).items is None


def test_an_item_without_a_type_is_the_plan() -> None:
    row = read_subscription(subscription_json(subscription_items=[{"item_price_id": "growth"}]), NOW)
    assert row.plan == Item("growth", "plan")


@pytest.mark.parametrize(
    "meta_data", [{"organizationId": ORG, "pendingSubscriptionId": "sub_1"}, f'{{"organizationId": "{ORG}"}}']
)
def test_meta_data_is_read_as_an_object_or_as_its_text(meta_data: object) -> None:
    assert read_customer(customer_json(meta_data=meta_data)).organization_id == ORG


@pytest.mark.parametrize("meta_data", ["{'organizationId': 'org_1'}", "[1]", "null", "", 7, [ORG], {}])
def test_meta_data_that_is_no_object_names_nobody(meta_data: object) -> None:
    customer = read_customer(customer_json(meta_data=meta_data))
    assert (customer.organization_id, customer.pending_subscription_id) == (None, None)


@pytest.mark.parametrize("value", [None, "", 7, ["org_2"]])
def test_an_organization_id_that_is_not_text_names_nobody(value: object) -> None:
    assert read_customer(customer_json(meta_data={"organizationId": value})).organization_id is None


def test_the_subscriptions_own_meta_data_names_the_checkout_that_it_fulfils() -> None:
    meta_data = json.dumps({"subscriptionId": "sub_L"})
    assert read_event(event_json(subscription=subscription_json(meta_data=meta_data))).promised_id == "sub_L"


def test_a_reason_code_of_the_team_beats_chargebees_own_reason() -> None:
    row = read_subscription(subscription_json(cancel_reason="not_paid", cancel_reason_code="too_expensive"), NOW)
    assert row.cancel_reason == "too_expensive"


@pytest.mark.parametrize(
    "fields",
    [
        {"resource_version": "1", "due_invoices_count": True, "trial_end": 1.5, "total_dues": "100"},
        {"resource_version": None, "due_invoices_count": None, "trial_end": None, "total_dues": None},
    ],
)
def test_a_number_that_is_no_integer_counts_as_absent(fields: dict[str, Any]) -> None:
    row = read_subscription(subscription_json(**fields), NOW)
    assert (row.resource_version, row.due_invoices, row.trial_end, row.total_dues) == (None, 0, None, None)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "event",
        7,
        {},
        {"id": "ev_1"},
        {"event_type": "subscription_created"},
        {"id": 7, "event_type": "subscription_created"},
        {"id": "", "event_type": "subscription_created"},
    ],
)
def test_what_is_not_a_chargebee_event_is_refused(document: object) -> None:
    with pytest.raises(InvalidRequest):
        read_event(document)


@pytest.mark.parametrize(
    ("content", "unreadable"),
    [
        ({"subscription": {}}, ("subscription",)),
        ({"subscription": "cb1"}, ("subscription",)),
        ({"subscription": subscription_json(id=7)}, ("subscription",)),
        ({"subscription": subscription_json(id="x" * 2_000)}, ("subscription",)),
        ({"subscription": subscription_json(id="half a \ud83d")}, ("subscription",)),
        ({"subscription": subscription_json(customer_id="")}, ("subscription",)),
        ({"customer": {"email": "nobody@example.com"}}, ("customer",)),
        ({"customer": customer_json(), "subscriptions": [subscription_json(), 7, {}]}, ("subscriptions",) * 2),
    ],
)
def test_what_lacks_what_it_cannot_be_without_is_left_out_and_named(
    content: dict[str, Any], unreadable: tuple[str, ...]
) -> None:
    read = read_event(event_json(**content))
    assert (read.subscription, read.unreadable) == (None, unreadable)
    assert len(read.closed) == ("subscriptions" in content)


@pytest.mark.parametrize("status", ["half_active", 7, None, ["active"]])
def test_a_status_that_nobody_knows_may_bill_and_grants_nothing(status: object) -> None:
    row = read_subscription(subscription_json() | {"status": status}, NOW)
    assert (row.status, row.live) == (Status.UNKNOWN, True)
    assert not access(row, Policy(past_due_grace=0), NOW).allowed


@pytest.mark.parametrize("items", [["growth"], [{"item_type": "plan"}], [{"item_price_id": 7}], "growth", {"a": 1}, []])
def test_items_that_cannot_be_read_are_items_that_are_not_there(items: object) -> None:
    assert read_subscription(subscription_json() | {"subscription_items": items}, NOW).items is None


def test_a_line_keeps_what_is_agreed_for_it_and_not_what_follows_from_the_rest() -> None:
    line = item_json() | {
        "quantity_in_decimal": "2.5",
        "unit_price_in_decimal": "49.005",
        "amount_in_decimal": "122.51",
        "billing_cycles": 3,
        "charge_once": True,
        "a_field_of_next_year": {"of": "any shape"},
    }
    row = read_subscription(subscription_json(subscription_items=[line]), NOW)
    assert row.items is not None
    [item] = row.items
    assert (item.quantity_in_decimal, item.unit_price_in_decimal) == ("2.5", "49.005")
    assert item.agreed == (
        ("a_field_of_next_year", '{"of": "any shape"}'),
        ("billing_cycles", 3),
        ("charge_once", True),
    )


def test_a_line_that_is_priced_in_tiers_has_its_tiers_and_no_unit_price() -> None:
    tier = {"item_price_id": "growth", "starting_unit": 1, "price": 4900, "index": 0, "object": "item_tier"}
    row = read_subscription(subscription_json(item_tiers=[tier]), NOW)
    assert row.items is not None
    assert (row.items[0].unit_price, row.items[0].agreed) == (
        None,
        (("item_tiers", '[{"price": 4900, "starting_unit": 1}]'),),
    )


def test_contents_of_the_first_version_of_the_api_are_read_too() -> None:
    subscription = subscription_json(
        customer_id=None,
        subscription_items=None,
        plan_id="growth",
        plan_quantity=5,
        addons=[{"id": "support", "quantity": 2, "object": "addon"}],
    )
    read = read_event(event_json(subscription=subscription, customer=customer_json()) | {"api_version": "v1"})
    assert read.subscription is not None
    assert (read.subscription.customer_id, read.unreadable) == (ORG, ())
    assert read.subscription.items == (Item("growth", "plan", 5), Item("support", "addon", 2))


@pytest.mark.parametrize("content", [None, "text", [], 7])
def test_an_event_without_content_is_about_nobody(content: object) -> None:
    assert read_event(event_json() | {"content": content}).customer_id is None


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DELETED])
def test_every_status_of_chargebees_is_known(status: Status) -> None:
    assert read_subscription(subscription_json(status=str(status)), NOW).status is status


def test_support_is_never_mistaken_for_seats() -> None:
    row = a_subscription(items=(SUPPORT, GROWTH))
    assert (row.plan, row.seats) == (GROWTH, 5)
