"""Chargebee's invoices, read for those who pay them."""

from billing.chargebee.fields import integer, required
from billing.chargebee.read_estimate import amount, objects, read_invoice_estimate
from billing.payments.domain.billed_invoice import BilledInvoice, CreditNote, UpcomingInvoice
from billing.subscriptions.domain.billing_event import JsonObject, text_or_none


def read_billed_invoice(source: JsonObject) -> BilledInvoice:
    """Read an `invoice` resource. Raises InvalidRequest for one that says not whose it is."""
    notes = (*objects(source, "adjustment_credit_notes"), *objects(source, "issued_credit_notes"))
    return BilledInvoice(
        id=required(source, "id"),
        customer_id=required(source, "customer_id"),
        status=required(source, "status"),
        currency=required(source, "currency_code"),
        total=amount(source, "total"),
        tax=amount(source, "tax"),
        amount_due=amount(source, "amount_due"),
        amount_paid=amount(source, "amount_paid"),
        date=integer(source.get("date")),
        due_date=integer(source.get("due_date")),
        paid_at=integer(source.get("paid_at")),
        subscription_id=text_or_none(source.get("subscription_id")),
        credit_notes=tuple(_credit_note(each) for each in notes),
    )


def _credit_note(source: JsonObject) -> CreditNote:
    return CreditNote(
        id=required(source, "cn_id"),
        status=required(source, "cn_status"),
        total=amount(source, "cn_total"),
        date=integer(source.get("cn_date")),
        reason=text_or_none(source.get("cn_reason_code")),
    )


def read_upcoming(estimate: JsonObject) -> tuple[UpcomingInvoice, ...]:
    """Read an `estimate` of upcoming invoices, the next one first. Each is dated by the subscription of its lines."""
    dates = {
        each.get("id"): integer(each.get("next_billing_at")) for each in objects(estimate, "subscription_estimates")
    }
    upcoming = [_upcoming(each, dates) for each in objects(estimate, "invoice_estimates")]
    return tuple(sorted(upcoming, key=lambda each: (each.billed_at is None, each.billed_at or 0)))


def _upcoming(source: JsonObject, dates: dict[object, int | None]) -> UpcomingInvoice:
    named = (text_or_none(each.get("subscription_id")) for each in objects(source, "line_items"))
    subscription_id = next((each for each in named if each), None)
    return UpcomingInvoice(subscription_id, dates.get(subscription_id), read_invoice_estimate(source))
