"""What the routes about invoices answer. Amounts are minor units, times UTC seconds."""

from typing import TypedDict

from billing.subscriptions.api.estimate_answers import InvoiceEstimateView


class CreditNoteView(TypedDict):
    """Money given back for an invoice, or taken off it."""

    id: str
    status: str
    """`adjusted`, `refunded`, `refund_due` or `voided`."""
    date: int | None
    total: int
    reason: str | None
    """Chargebee's reason code."""


class InvoiceView(TypedDict):
    """One invoice."""

    id: str
    status: str
    """`paid`, `posted` (not due yet), `payment_due`, `not_paid`, `voided` or `pending` (a draft)."""
    date: int | None
    dueDate: int | None
    paidAt: int | None
    currency: str
    """ISO 4217."""
    total: int
    tax: int
    amountPaid: int
    amountDue: int
    chargebeeSubscriptionId: str | None
    """What it is for, null for a one-time purchase."""
    creditNotes: list[CreditNoteView]


class UpcomingInvoiceView(InvoiceEstimateView):
    """What a subscription is going to be billed, as Chargebee estimates it now; usage that goes on is not in it."""

    chargebeeSubscriptionId: str | None
    billedAt: int | None


class InvoiceListView(TypedDict):
    """Invoices, newest first, in pages of `cursor`; what is to come stands on the first page."""

    invoices: list[InvoiceView]
    upcoming: list[UpcomingInvoiceView]
    cursor: str | None


class InvoicePdfView(TypedDict):
    """A link to the invoice as a PDF. Whoever has it can read the invoice: show it to nobody else."""

    url: str
    validUntil: int
