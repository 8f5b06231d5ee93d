"""Chargebee's events about payments, read once into our own terms.

https://apidocs.chargebee.com/docs/api/events: `payment_succeeded`, `payment_failed` and `payment_refunded` carry the
invoice and the transaction, `payment_source_added` and `payment_source_deleted` the payment source. Every other event
that carries an invoice shows what it is now, whatever its type.
https://apidocs.chargebee.com/docs/api/invoices: amounts are minor units of the invoice's currency.
"""

from collections.abc import Mapping
from typing import Any

from billing.chargebee.read_owner import of_subscription
from billing.payments.domain.charge import names_charge
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.domain.receipt import Refund
from billing.subscriptions.domain.transition import Transition

_METHODS = {
    "payment_source_added": Transition.PAYMENT_METHOD_ATTACHED,
    "payment_source_deleted": Transition.PAYMENT_METHOD_DETACHED,
    "payment_source_locally_deleted": Transition.PAYMENT_METHOD_DETACHED,
}
_PAYMENTS = {
    "payment_succeeded": Transition.CHARGE_SUCCEEDED,
    "payment_failed": Transition.CHARGE_FAILED,
    "payment_refunded": Transition.CHARGE_REFUNDED,
}
_INVOICE_NEEDS = frozenset({"id", "customer_id", "status", "currency_code"})
_METHOD_NEEDS = frozenset({"id", "customer_id"})
MILLISECONDS = 1_000


def read_payment_event(document: Mapping[str, Any]) -> PaymentEvent | None:
    """Read one event that `read_event` has read; None when it says nothing about a payment."""
    content = document.get("content")
    if not isinstance(content, Mapping):
        return None
    kind, occurred_at = str(document["event_type"]), int(document.get("occurred_at") or 0)
    found = _whole(content, "invoice", _INVOICE_NEEDS)
    invoice = read_invoice(found, occurred_at) if found else None
    if invoice is not None and kind not in _PAYMENTS and not names_charge(invoice.order_number):
        invoice = None
    method = _whole(content, "payment_source", _METHOD_NEEDS) if kind in _METHODS else None
    if invoice is None and method is None:
        return None
    transaction = _whole(content, "transaction", frozenset()) or {}
    refund = _refund(transaction, invoice) if kind == "payment_refunded" else None
    return PaymentEvent(
        id=str(document["id"]),
        type=kind,
        occurred_at=occurred_at,
        transition=_METHODS.get(kind) or _PAYMENTS.get(kind),
        invoice=invoice,
        amount=int(transaction.get("amount") or 0) if refund is None else refund.amount,
        refund=refund,
        method=read_payment_method(method) if method else None,
    )


def _refund(transaction: Mapping[str, Any], invoice: Invoice | None) -> Refund | None:
    """https://apidocs.chargebee.com/docs/api/transactions: a chargeback is a refund by that `payment_method`.

    A payment of several invoices goes back as one transaction, with a credit note for each: of it counts what is the
    invoice's own.
    """
    if not transaction.get("id"):
        return None
    name, amount = str(transaction["id"]), int(transaction.get("amount") or 0)
    kind = "chargeback" if transaction.get("payment_method") == "chargeback" else "refund"
    notes = [each for each in transaction.get("linked_credit_notes") or () if isinstance(each, Mapping)]
    own = [each for each in notes if invoice is not None and each.get("cn_reference_invoice_id") == invoice.id]
    if invoice is None or len(own) in (0, len(notes)):
        return Refund(name, amount, kind)
    return Refund(f"{name}:{invoice.id}", sum(int(each.get("applied_amount") or 0) for each in own), kind)


def _whole(content: Mapping[str, Any], name: str, needs: frozenset[str]) -> Mapping[str, Any] | None:
    """The resource, unless it lacks what is needed to say whose it is: then it says nothing, and poisons nothing."""
    found = content.get(name)
    return found if isinstance(found, Mapping) and all(found.get(each) for each in needs) else None


def read_invoice(source: Mapping[str, Any], occurred_at: int = 0) -> Invoice:
    """Read an `invoice` resource. Promotional credits are money; every other discount is not.

    The `total` is after all of them. `sub_total` is after some: "the sum of all the line item amounts minus the sum of
    all line item discounts". One without a version is as new as the event that carries it, `occurred_at` (UTC seconds).
    """
    total, discounts = int(source.get("total") or 0), source.get("discounts") or ()
    credits_used = sum(each["amount"] for each in discounts if each.get("entity_type") == "promotional_credits")
    on_top = 0 if source.get("price_type") == "tax_inclusive" else int(source.get("tax") or 0)
    notes = [each for each in source.get("issued_credit_notes") or () if each.get("cn_status") != "voided"]
    newest: Mapping[str, Any] = max(notes, key=lambda each: int(each.get("cn_date") or 0), default={})
    forgone = sum(int(source.get(name) or 0) for name in ("amount_adjusted", "write_off_amount"))
    return Invoice(
        id=str(source["id"]),
        customer_id=str(source["customer_id"]),
        status=_status(source, total, forgone),
        currency=str(source["currency_code"]),
        total=total,
        worth=total - on_top + credits_used - forgone,
        order_number=None if of_subscription(source) else source.get("po_number") or None,
        subscription_id=source.get("subscription_id") or None,
        tax=on_top,
        version=int(source.get("resource_version") or occurred_at * MILLISECONDS),
        collecting=any(each.get("txn_status") == "in_progress" for each in source.get("linked_payments") or ()),
        noted=sum(int(each.get("cn_total") or 0) for each in notes),
        note_kind="chargeback" if newest.get("cn_reason_code") == "chargeback" else "refund",
    )


def _status(source: Mapping[str, Any], total: int, forgone: int) -> InvoiceStatus:
    """One that was deleted will never be paid, nor one that is forgone whole, whatever Chargebee's own status says.

    Written off, or reversed by a credit note, it "will be marked as paid", although nobody has paid any of it
    (https://support.chargebee.com/support/solutions/articles/255483).
    """
    if source.get("deleted") is True:
        return InvoiceStatus.VOIDED
    status = InvoiceStatus(source["status"])
    return InvoiceStatus.WRITTEN_OFF if status is InvoiceStatus.PAID and 0 < total <= forgone else status


def read_payment_method(source: Mapping[str, Any]) -> PaymentMethod:
    """Read a `payment_source` resource."""
    card = source.get("card") or {}
    return PaymentMethod(
        id=str(source["id"]),
        customer_id=str(source["customer_id"]),
        type=str(source.get("type", "")),
        status=str(source.get("status", "")),
        brand=card.get("brand"),
        last4=card.get("last4"),
        expiry_month=card.get("expiry_month"),
        expiry_year=card.get("expiry_year"),
    )
