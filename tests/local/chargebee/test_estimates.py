"""An estimate says what the invoice will say, and nothing is done for it."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import DAY, Vendor


def estimate(world: Vendor, subscription_id: str = "sub_1", **params: Any) -> Any:
    asked = {"subscription": {"id": subscription_id}, **params}
    return world.sdk.Estimate.update_subscription_for_items(asked).estimate


def estimate_new(world: Vendor, customer: str | None, params: dict[str, Any]) -> Any:
    if customer is None:
        return world.sdk.Estimate.create_sub_item_estimate(params).estimate
    return world.sdk.Estimate.create_sub_item_for_customer_estimate(customer, params).estimate


def items(item_price_id: str = "growth", quantity: int = 4) -> dict[str, Any]:
    return {"subscription_items": [{"item_price_id": item_price_id, "quantity": quantity}]}


def test_a_change_costs_what_was_estimated(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.advance(10 * DAY)
    told = estimate(world, **items())
    assert world.subscription().subscription_items[0].quantity == 2
    billed = world.sdk.Subscription.update_for_items("sub_1", items()).invoice
    assert 0 < told.invoice_estimate.amount_due == billed.total
    assert told.next_invoice_estimate.total == 4 * 4900
    assert told.subscription_estimate.next_billing_at == world.subscription().next_billing_at


def test_less_costs_nothing_now(world: Vendor) -> None:
    world.subscribe("sub_1")
    told = estimate(world, **items(quantity=1))
    assert (told.invoice_estimate, told.next_invoice_estimate.total) == (None, 4900)


def test_a_change_at_the_end_of_the_term_costs_nothing_before(world: Vendor) -> None:
    world.subscribe("sub_1")
    told = estimate(world, **items(), change_option="end_of_term")
    assert (told.invoice_estimate, told.next_invoice_estimate.total) == (None, 4 * 4900)


def test_another_period_begins_a_term_now(world: Vendor) -> None:
    world.subscribe("sub_1")
    told = estimate(world, **items("growth-yearly", 2))
    assert (told.invoice_estimate.total, told.next_invoice_estimate) == (2 * 49_000, None)


def test_credits_are_taken_off(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.PromotionalCredit.add({"customer_id": "sub_1-owner", "amount": 900, "description": "sorry"})
    told = estimate(world, **items()).next_invoice_estimate
    assert (told.total, told.credits_applied, told.amount_due) == (19_600, 900, 18_700)


def test_the_upcoming_invoices_are_those_of_what_renews(world: Vendor) -> None:
    world.subscribe("sub_1")
    other = {"id": "sub_2", "subscription_items": [{"item_price_id": "starter", "quantity": 3}]}
    world.sdk.Subscription.create_with_items("sub_1-owner", other)
    world.sdk.Subscription.create_with_items("sub_1-owner", other | {"id": "sub_3"})
    world.sdk.Subscription.cancel_for_items("sub_3", {"cancel_option": "end_of_term"})
    world.sdk.Subscription.update_for_items("sub_2", items("scale", 1) | {"change_option": "end_of_term"})
    told = world.sdk.Estimate.upcoming_invoices_estimate("sub_1-owner").estimate.invoice_estimates
    assert {each.line_items[0].subscription_id: each.total for each in told} == {"sub_1": 9800, "sub_2": 9900}


@pytest.mark.parametrize("customer", [None, "new-owner"])
def test_a_new_subscription_costs_what_was_estimated(world: Vendor, customer: str | None) -> None:
    world.subscribe("new")
    told = estimate_new(world, customer, items("growth-yearly", 3))
    made = world.sdk.Subscription.create_with_items("new-owner", items("growth-yearly", 3))
    assert (told.invoice_estimate.total, told.next_invoice_estimate) == (made.invoice.total, None)
    assert told.invoice_estimate.line_items[0].date_to == told.subscription_estimate.next_billing_at
    assert told.subscription_estimate.status == "active"
    assert 0 <= made.subscription.next_billing_at - told.subscription_estimate.next_billing_at <= 60


@pytest.mark.parametrize(("name", "status"), [("trial_end", "in_trial"), ("start_date", "future")])
def test_what_begins_to_pay_later_is_told_with_its_first_invoice(world: Vendor, name: str, status: str) -> None:
    begins = world.now() + 10 * DAY
    told = estimate_new(world, None, items() | {"subscription": {name: begins}})
    assert (told.invoice_estimate, told.next_invoice_estimate.total) == (None, 4 * 4900)
    assert (told.subscription_estimate.status, told.subscription_estimate.next_billing_at) == (status, begins)


def test_only_a_customer_that_is_there_has_credits(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.PromotionalCredit.add({"customer_id": "sub_1-owner", "amount": 900, "description": "sorry"})
    told = [estimate_new(world, customer, items()).invoice_estimate for customer in ("sub_1-owner", None)]
    assert [each.credits_applied for each in told] == [900, 0]
    with pytest.raises(InvalidRequestError):
        estimate_new(world, "nobody", items())


def test_usage_is_in_no_estimate(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.update_for_items("sub_1", {"subscription_items": [{"item_price_id": "api-calls"}]})
    [told] = world.sdk.Estimate.upcoming_invoices_estimate("sub_1-owner").estimate.invoice_estimates
    assert [each.entity_id for each in told.line_items] == ["growth"]


@pytest.mark.parametrize("asked", [{}, {"subscription": {"id": "nothing"}}])
def test_an_estimate_is_of_a_subscription_that_is_there(world: Vendor, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError):
        world.sdk.Estimate.update_subscription_for_items(asked | items())


def test_a_cancelled_subscription_is_not_estimated(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})
    with pytest.raises(InvalidRequestError):
        estimate(world, **items())


# --- downloads ------------------------------------------------------------------------------------


def test_an_invoice_is_a_pdf_for_an_hour(world: Vendor) -> None:
    world.subscribe("sub_1")
    [entry] = world.sdk.Invoice.list({"customer_id": {"is": "sub_1-owner"}}).list
    download = world.sdk.Invoice.pdf(entry.invoice.id).download
    assert download.valid_till == world.now() + 3600
    answer = world.http.get(download.download_url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-") and b"Invoice 1" in answer.content
    world.advance(3600)
    assert world.http.get(download.download_url).status_code == 404


def test_there_is_no_pdf_of_no_invoice(world: Vendor) -> None:
    with pytest.raises(InvalidRequestError):
        world.sdk.Invoice.pdf("nothing")
