from typing import Any

import httpx
import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import DAY, Vendor


def test_a_paid_checkout_makes_exactly_the_subscription_that_was_asked_for(world: Vendor) -> None:
    world.customer("org_1")
    page = world.open_checkout(subscription={"id": "sub_1"}, pass_thru_content="ref")
    assert page.url.endswith(f"/pages/v4/{page.id}/") and page.state == "created"
    assert page.expires_at - page.created_at == 3 * 3600
    answer = world.pay(page.id)
    assert answer["redirect_url"] == f"https://app.example/success?state=abc&id={page.id}&state=succeeded"
    subscription = world.subscription("sub_1")
    assert (subscription.status, subscription.customer_id) == ("active", "org_1")
    assert [(i.item_price_id, i.quantity, i.amount) for i in subscription.subscription_items] == [("growth", 2, 9800)]
    assert subscription.next_billing_at == subscription.current_term_end
    assert world.event_types() == [
        "customer_created",
        "payment_source_added",
        "subscription_created",
        "invoice_generated",
        "payment_succeeded",
    ]
    found = world.sdk.HostedPage.retrieve(page.id).hosted_page
    assert found.state == "succeeded" and found.pass_thru_content == "ref"
    assert found.content["subscription"]["id"] == "sub_1"
    assert found.content["invoice"]["status"] == "paid"
    assert world.sdk.HostedPage.acknowledge(page.id).hosted_page.state == "acknowledged"
    listed = world.sdk.HostedPage.list({"state": {"is": "acknowledged"}}).list
    assert [entry.hosted_page.id for entry in listed] == [page.id]


def test_a_customer_that_is_unknown_or_deleted_is_made_under_an_id_of_the_sites_own(world: Vendor) -> None:
    world.sdk.Customer.delete(world.customer("org_1"))
    for customer_id in ("org_1", "org_2"):
        content = world.pay(world.open_checkout(customer_id).id)["hosted_page"]["content"]
        made = content["customer"]["id"]
        assert made not in ("org_1", "org_2") and content["subscription"]["customer_id"] == made
        assert world.sdk.Customer.retrieve(made).customer.deleted is False


def test_a_trial_checkout_charges_nothing_and_has_no_term(world: Vendor) -> None:
    trial_end = world.now() + 14 * DAY
    page = world.open_checkout(subscription={"id": "sub_1", "trial_end": trial_end})
    world.pay(page.id, "none")
    subscription = world.subscription("sub_1")
    assert (subscription.status, subscription.trial_end) == ("in_trial", trial_end)
    assert subscription.current_term_start is None and subscription.current_term_end is None
    assert world.event_types() == ["customer_created", "subscription_created"]


def test_a_declined_card_changes_nothing_and_leaves_the_page_payable(world: Vendor) -> None:
    world.customer("org_1")
    page = world.open_checkout(subscription={"id": "sub_1"})
    with pytest.raises(httpx.HTTPStatusError) as refusal:
        world.pay(page.id, "declined")
    assert refusal.value.response.json()["api_error_code"] == "payment_processing_failed"
    assert world.sdk.Subscription.list({}).list == [] and world.event_types() == ["customer_created"]
    world.pay(page.id)
    assert world.subscription("sub_1").status == "active"


def test_a_taken_subscription_id_is_refused_at_creation_and_at_completion(world: Vendor) -> None:
    world.customer("org_1")
    first, second = (world.open_checkout(subscription={"id": "sub_1"}) for _ in range(2))
    world.pay(first.id)
    with pytest.raises(httpx.HTTPStatusError) as at_completion:
        world.pay(second.id)
    assert at_completion.value.response.json()["api_error_code"] == "duplicate_entry"
    with pytest.raises(InvalidRequestError) as at_creation:
        world.open_checkout(subscription={"id": "sub_1"})
    assert at_creation.value.api_error_code == "duplicate_entry"
    assert at_creation.value.param == "subscription[id]"


def test_a_page_is_paid_once_and_never_after_it_expired(world: Vendor) -> None:
    world.customer("org_1")
    paid, late = world.open_checkout(), world.open_checkout()
    world.pay(paid.id)
    world.advance(3 * 3600)
    for page in (paid, late):
        with pytest.raises(httpx.HTTPStatusError) as refusal:
            world.pay(page.id)
        assert refusal.value.response.json()["api_error_code"] == "invalid_state_for_request"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        (
            {"subscription_items": [{"item_price_id": "nope"}]},
            "resource_not_found",
            "subscription_items[item_price_id][0]",
        ),
        (
            {"subscription_items": [{"item_price_id": "growth", "quantity": 0}]},
            "param_wrong_value",
            "subscription_items[quantity][0]",
        ),
        ({"subscription_items": []}, "param_wrong_value", "subscription_items[item_price_id][0]"),
        (
            {"subscription_items": [{"item_price_id": "priority-support"}, {"item_price_id": "growth"}]},
            "param_wrong_value",
            "subscription_items[item_price_id][0]",
        ),
        ({"subscription": {"trial_end": 1000}}, "param_wrong_value", "subscription[trial_end]"),
        ({"redirect_url": "https://app.example/" + "x" * 250}, "param_wrong_value", "redirect_url"),
    ],
)
def test_a_checkout_that_cannot_be_is_refused(world: Vendor, params: dict[str, Any], code: str, param: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        world.open_checkout(**params)
    assert (refusal.value.api_error_code, refusal.value.param) == (code, param)


def test_an_existing_subscription_changes_seats_and_plan_at_checkout(world: Vendor) -> None:
    world.subscribe("sub_1", seats=2)
    asked: dict[str, Any] = {
        "subscription": {"id": "sub_1"},
        "subscription_items": [{"item_price_id": "scale", "quantity": 3}, {"item_price_id": "priority-support"}],
        "replace_items_list": True,
        "redirect_url": "https://app.example/done",
    }
    page = world.sdk.HostedPage.checkout_existing_for_items(asked).hosted_page
    answer = world.pay(page.id)
    assert answer["redirect_url"] == f"https://app.example/done?id={page.id}&state=succeeded"
    items = world.subscription().subscription_items
    assert [(i.item_price_id, i.quantity) for i in items] == [("scale", 3), ("priority-support", 1)]
    assert "subscription_changed" in world.event_types()


def test_a_page_that_does_not_begin_with_the_plan_is_refused(world: Vendor) -> None:
    world.subscribe("sub_1")
    asked: dict[str, Any] = {
        "subscription": {"id": "sub_1"},
        "subscription_items": [{"item_price_id": "priority-support"}],
    }
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.HostedPage.checkout_existing_for_items(asked)
    assert refusal.value.param == "subscription_items[item_price_id][0]"


def test_a_cancelled_subscription_needs_reactivate_to_be_checked_out_again(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})
    asked: dict[str, Any] = {
        "subscription": {"id": "sub_1"},
        "subscription_items": [{"item_price_id": "growth", "quantity": 1}],
    }
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.HostedPage.checkout_existing_for_items(asked)
    assert refusal.value.http_status_code == 409
    page = world.sdk.HostedPage.checkout_existing_for_items(asked | {"reactivate": True}).hosted_page
    world.pay(page.id)
    assert world.subscription().status == "active"


def test_a_one_time_checkout_is_invoiced(world: Vendor) -> None:
    world.customer("org_1")
    page = world.sdk.HostedPage.checkout_one_time_for_items(
        {
            "customer": {"id": "org_1"},
            "item_prices": [{"item_price_id": "onboarding"}],
            "charges": [{"amount": 1500, "description": "Migration"}],
            "currency_code": "USD",
        }
    ).hosted_page
    world.pay(page.id)
    (invoice,) = [entry.invoice for entry in world.sdk.Invoice.list({"customer_id": {"is": "org_1"}}).list]
    assert (invoice.total, invoice.status, invoice.recurring) == (51500, "paid", False)
    assert world.sdk.Invoice.retrieve(invoice.id).invoice.line_items[1].description == "Migration"


def test_a_card_is_saved_on_its_own_page(world: Vendor) -> None:
    world.customer("org_1")
    page = world.sdk.HostedPage.manage_payment_sources({"customer": {"id": "org_1"}}).hosted_page
    assert page.expires_at - page.created_at == 5 * DAY
    assert world.pay(page.id)["redirect_url"] is None
    assert world.sdk.Customer.retrieve("org_1").customer.card_status == "valid"


def test_what_is_owed_is_paid_on_the_collection_page(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(31 * DAY)
    assert world.subscription().due_invoices_count == 1
    page = world.sdk.HostedPage.collect_now({"customer": {"id": "sub_1-owner"}}).hosted_page
    world.pay(page.id)
    subscription = world.subscription()
    assert (subscription.due_invoices_count, subscription.total_dues) == (0, None)
