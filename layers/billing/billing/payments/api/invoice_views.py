"""How invoices look in the API. Amounts are minor units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.subscriptions.api.estimate_view import estimate_view

if TYPE_CHECKING:
    from billing.payments.api.invoice_answers import CreditNoteView, InvoiceListView, InvoiceView, UpcomingInvoiceView
    from billing.payments.domain.billed_invoice import BilledInvoice, CreditNote, UpcomingInvoice
    from billing.payments.services.invoices import InvoiceList


def invoices_view(listed: InvoiceList) -> InvoiceListView:
    """A page of them."""
    return {
        "invoices": [_invoice(each) for each in listed.invoices],
        "upcoming": [_upcoming(each) for each in listed.upcoming],
        "cursor": listed.cursor,
    }


def _invoice(invoice: BilledInvoice) -> InvoiceView:
    return {
        "id": invoice.id,
        "status": invoice.status,
        "date": invoice.date,
        "dueDate": invoice.due_date,
        "paidAt": invoice.paid_at,
        "currency": invoice.currency,
        "total": invoice.total,
        "tax": invoice.tax,
        "amountPaid": invoice.amount_paid,
        "amountDue": invoice.amount_due,
        "chargebeeSubscriptionId": invoice.subscription_id,
        "creditNotes": [_credit_note(each) for each in invoice.credit_notes],
    }


def _credit_note(note: CreditNote) -> CreditNoteView:
    return {"id": note.id, "status": note.status, "date": note.date, "total": note.total, "reason": note.reason}


def _upcoming(upcoming: UpcomingInvoice) -> UpcomingInvoiceView:
    return {
        "chargebeeSubscriptionId": upcoming.subscription_id,
        "billedAt": upcoming.billed_at,
        **estimate_view(upcoming.estimate),
    }
