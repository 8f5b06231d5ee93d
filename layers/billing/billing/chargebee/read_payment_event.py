"""Chargebee's events about payments, read once into our own terms.

https://apidocs.chargebee.com/docs/api/events: `payment_succeeded`, `payment_failed` and `payment_refunded` carry the
invoice and the transaction, `payment_source_added` and `payment_source_deleted` the payment source.
https://apidocs.chargebee.com/docs/api/invoices: amounts are minor units of the invoice's currency.
"""

from collections.abc import Mapping
from typing import Any

from billing.payments.domain.invoice import Invoice
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.payment_method import PaymentMethod
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
_INVOICES = frozenset({*_PAYMENTS, "invoice_generated", "invoice_updated"})


def read_payment_event(document: Mapping[str, Any]) -> PaymentEvent | None:
    """Read one event that `read_event` has read; None when it says nothing about a payment."""
    content = document.get("content")
    if not isinstance(content, Mapping):
        return None
    kind = str(document["event_type"])
    invoice = _whole(content, "invoice", _INVOICE_NEEDS) if kind in _INVOICES else None
    method = _whole(content, "payment_source", _METHOD_NEEDS) if kind in _METHODS else None
    if invoice is None and method is None:
        return None
    transaction = _whole(content, "transaction", frozenset()) or {}
    return PaymentEvent(
        id=str(document["id"]),
        type=kind,
        occurred_at=int(document.get("occurred_at") or 0),
        transition=_METHODS.get(kind) or _PAYMENTS.get(kind),
        invoice=read_invoice(invoice) if invoice else None,
        transaction_id=transaction.get("id"),
        amount=int(transaction.get("amount") or 0),
        method=read_payment_method(method) if method else None,
    )


def _whole(content: Mapping[str, Any], name: str, needs: frozenset[str]) -> Mapping[str, Any] | None:
    """The resource, unless it lacks what is needed to say whose it is: then it says nothing, and poisons nothing."""
    found = content.get(name)
    return found if isinstance(found, Mapping) and all(found.get(each) for each in needs) else None


def read_invoice(source: Mapping[str, Any]) -> Invoice:
    """Read an `invoice` resource. Promotional credits are money; every other discount is not."""
    discounts = source.get("discounts") or ()
    total, lines = int(source.get("total") or 0), int(source.get("sub_total") or 0)
    given = sum(each["amount"] for each in discounts if each.get("entity_type") != "promotional_credits")
    forgone = sum(int(source.get(name) or 0) for name in ("amount_adjusted", "write_off_amount"))
    return Invoice(
        id=str(source["id"]),
        customer_id=str(source["customer_id"]),
        status=str(source["status"]),
        currency=str(source["currency_code"]),
        total=total,
        worth=lines - given - forgone,
        order_number=None if _of_subscription(source) else source.get("po_number") or None,
        subscription_id=source.get("subscription_id") or None,
        tax=total - lines + sum(each["amount"] for each in discounts),
    )


def _of_subscription(source: Mapping[str, Any]) -> bool:
    """One invoice for several subscriptions names them in its lines alone."""
    named = (source, *(source.get("line_items") or ()))
    return any(each.get("subscription_id") for each in named)


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
