"""Chargebee's estimates, read into our own terms.

https://apidocs.chargebee.com/docs/api/estimates: amounts are minor units of the invoice's currency.
"""

from collections.abc import Mapping
from typing import Any

from billing.chargebee.fields import integer, json_object, required
from billing.subscriptions.domain.billing_event import JsonObject, text_or_none
from billing.subscriptions.domain.estimate import (
    ChangeEstimate,
    CreditEstimate,
    EstimatedDiscount,
    EstimatedLine,
    InvoiceEstimate,
)


def read_change_estimate(source: JsonObject) -> ChangeEstimate:
    """Read the `estimate` of a change. Raises InvalidRequest for one of which a part cannot be understood."""
    subscription = json_object(source.get("subscription_estimate") or {}, "the subscription's estimate")
    return ChangeEstimate(
        now=_invoice(source, "invoice_estimate"),
        credits=tuple(_credit(each) for each in objects(source, "credit_note_estimates")),
        unbilled=tuple(_line(each) for each in objects(source, "unbilled_charge_estimates")),
        next=_invoice(source, "next_invoice_estimate"),
        next_billing_at=integer(subscription.get("next_billing_at")),
    )


def _invoice(source: JsonObject, name: str) -> InvoiceEstimate | None:
    found = source.get(name)
    return None if found is None else read_invoice_estimate(json_object(found, name))


def _credit(source: JsonObject) -> CreditEstimate:
    return CreditEstimate(
        kind=required(source, "type"),
        currency=required(source, "currency_code"),
        total=amount(source, "total"),
        lines=tuple(_line(each) for each in objects(source, "line_items")),
    )


def read_invoice_estimate(source: JsonObject) -> InvoiceEstimate:
    """Read an `invoice_estimate`, whose own `sub_total` is after the discounts of single lines.

    Raises InvalidRequest for one without a currency.
    """
    total = amount(source, "total")
    discounts = tuple(_discount(each) for each in objects(source, "discounts"))
    tax = sum(amount(each, "amount") for each in objects(source, "taxes"))
    credits_applied, paid = amount(source, "credits_applied"), amount(source, "amount_paid")
    due = integer(source.get("amount_due"))
    return InvoiceEstimate(
        currency=required(source, "currency_code"),
        subtotal=total - tax + sum(each.amount for each in discounts),
        discounts=discounts,
        tax=tax,
        total=total,
        credits=credits_applied,
        amount_due=total - credits_applied - paid if due is None else due,
        lines=tuple(_line(each) for each in objects(source, "line_items")),
    )


def _discount(source: JsonObject) -> EstimatedDiscount:
    of_coupon = str(source.get("entity_type")).endswith("_coupon")
    return EstimatedDiscount(
        description=text_or_none(source.get("description")) or "",
        amount=amount(source, "amount"),
        coupon_id=text_or_none(source.get("entity_id")) if of_coupon else None,
    )


def _line(source: JsonObject) -> EstimatedLine:
    return EstimatedLine(
        description=text_or_none(source.get("description")) or "",
        amount=amount(source, "amount"),
        quantity=integer(source.get("quantity")),
        item_price_id=text_or_none(source.get("entity_id")),
        start=integer(source.get("date_from")),
        end=integer(source.get("date_to")),
    )


def amount(source: JsonObject, name: str) -> int:
    """What is not said is nothing."""
    return integer(source.get(name)) or 0


def objects(source: Mapping[str, Any], name: str) -> list[JsonObject]:
    """The list of that name, empty where there is none. Raises InvalidRequest for anything else in it."""
    listed = source.get(name)
    return [json_object(each, name) for each in listed] if isinstance(listed, list) else []
