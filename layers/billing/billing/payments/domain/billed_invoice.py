"""Invoices as those see them who pay them. Amounts are minor units of the invoice's currency, times UTC seconds.

https://apidocs.chargebee.com/docs/api/invoices
"""

from dataclasses import dataclass

from billing.core.errors import NotFound
from billing.subscriptions.domain.estimate import InvoiceEstimate


class InvoiceNotFound(NotFound):
    """The organization has no such invoice. One that belongs to another is not found either."""

    code = "invoice_not_found"


@dataclass(frozen=True, slots=True)
class CreditNote:
    """Money given back for an invoice, or taken off it. `status` and `reason` are Chargebee's words."""

    id: str
    status: str
    total: int
    date: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BilledInvoice:
    """`status` is Chargebee's word; `due_date` is None for a draft, which has fallen due for nobody yet."""

    id: str
    customer_id: str
    status: str
    currency: str
    total: int
    tax: int
    amount_due: int
    amount_paid: int
    date: int | None = None
    due_date: int | None = None
    paid_at: int | None = None
    subscription_id: str | None = None
    credit_notes: tuple[CreditNote, ...] = ()


@dataclass(frozen=True, slots=True)
class UpcomingInvoice:
    """What a subscription is going to be billed, at `billed_at`."""

    subscription_id: str | None
    billed_at: int | None
    estimate: InvoiceEstimate


@dataclass(frozen=True, slots=True)
class InvoicePdf:
    """A link to the PDF. Whoever has it can read the invoice until `valid_until`."""

    url: str
    valid_until: int


def own(invoice: BilledInvoice, customer_id: str) -> bool:
    """Whether it is the customer's."""
    return invoice.customer_id == customer_id


def check_own(invoice: BilledInvoice, customer_id: str) -> None:
    """Raises InvoiceNotFound for another customer's, as for one that does not exist."""
    if not own(invoice, customer_id):
        raise InvoiceNotFound("There is no such invoice.")
