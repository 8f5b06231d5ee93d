"""Estimates of every kind, as Chargebee documents them, in our own terms."""

from typing import Any

import pytest

from billing.chargebee.read_estimate import read_change_estimate, read_invoice_estimate
from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.estimate import (
    ChangeEstimate,
    CreditEstimate,
    EstimatedDiscount,
    EstimatedLine,
    InvoiceEstimate,
)

LINE = {
    "description": "Growth",
    "amount": 1000,
    "quantity": 2,
    "entity_id": "growth",
    "entity_type": "plan_item_price",
    "date_from": 100,
    "date_to": 200,
    "object": "line_item",
}
READ = EstimatedLine("Growth", 1000, 2, "growth", 100, 200)


def invoice(**fields: Any) -> dict[str, Any]:
    return {"recurring": True, "price_type": "tax_exclusive", "currency_code": "EUR", "sub_total": 1000, **fields}


def test_an_invoice_with_all_that_there_may_be() -> None:
    taxes = [{"name": "VAT", "amount": 171}]
    coupon = {"amount": 70, "description": "Half", "entity_type": "document_level_coupon", "entity_id": "HALF"}
    discounts = [coupon, {"amount": 30, "entity_type": "promotional_credits"}]
    source = invoice(
        total=1071, credits_applied=71, amount_due=1000, taxes=taxes, discounts=discounts, line_items=[LINE]
    )
    taken_off = (EstimatedDiscount("Half", 70, "HALF"), EstimatedDiscount("", 30))
    assert read_invoice_estimate(source) == InvoiceEstimate("EUR", 1000, taken_off, 171, 1071, 71, 1000, (READ,))


@pytest.mark.parametrize(("entity_type", "sub_total"), [("item_level_coupon", 700), ("document_level_coupon", 1000)])
def test_the_total_is_the_subtotal_less_every_discount_whatever_it_is_taken_off(
    entity_type: str, sub_total: int
) -> None:
    discounts = [{"amount": 300, "entity_type": entity_type, "entity_id": "THIRD"}]
    source = invoice(total=833, taxes=[{"name": "VAT", "amount": 133}], discounts=discounts, line_items=[LINE])
    read = read_invoice_estimate(source | {"sub_total": sub_total})
    assert (read.subtotal, read.tax, read.total) == (1000, 133, 833)


def test_what_is_due_follows_from_the_rest_where_it_is_not_said() -> None:
    assert read_invoice_estimate(invoice(total=1000, credits_applied=300, amount_paid=200)).amount_due == 500


def test_a_change_that_gives_something_back() -> None:
    note = {"type": "refundable", "currency_code": "EUR", "total": 400, "line_items": [LINE]}
    source = {
        "subscription_estimate": {"id": "sub_1", "currency_code": "EUR", "next_billing_at": 300},
        "credit_note_estimates": [note],
        "unbilled_charge_estimates": [LINE | {"currency_code": "EUR"}],
        "next_invoice_estimate": invoice(total=1000),
    }
    assert read_change_estimate(source) == ChangeEstimate(
        now=None,
        credits=(CreditEstimate("refundable", "EUR", 400, (READ,)),),
        unbilled=(READ,),
        next=InvoiceEstimate("EUR", 1000, (), 0, 1000, 0, 1000),
        next_billing_at=300,
    )


def test_a_change_that_costs_nothing_at_all() -> None:
    assert read_change_estimate({"created_at": 1}) == ChangeEstimate(None, (), (), None, None)


@pytest.mark.parametrize(
    "source",
    [
        {"invoice_estimate": {"total": 5}},
        {"invoice_estimate": "much"},
        {"credit_note_estimates": [{"total": 5}]},
        {"unbilled_charge_estimates": ["much"]},
        {"subscription_estimate": []} | {"next_invoice_estimate": []},
    ],
)
def test_what_is_no_estimate_is_refused(source: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        read_change_estimate(source)
