"""Chargebee's events about payments, reduced to what they say.

https://apidocs.chargebee.com/docs/api/events: `payment_succeeded`, `payment_failed` and `payment_refunded` carry the
invoice and the transaction, `payment_source_added` and `payment_source_deleted` the payment source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.payments.domain.invoice import Invoice, read_invoice
from billing.payments.domain.payment_method import PaymentMethod, read_payment_method
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


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """One event. `transition` is None for one that only shows an invoice as it is now.

    `amount` (minor units) is the transaction's: what was paid, refused or given back.
    """

    id: str
    type: str
    occurred_at: int
    transition: Transition | None
    invoice: Invoice | None = None
    transaction_id: str | None = None
    amount: int = 0
    method: PaymentMethod | None = None


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
