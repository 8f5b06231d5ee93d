"""Have an invoice made into a PDF."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import INVOICES, spend
from billing.payments.api import invoice_routes
from billing.payments.api.invoice_answers import InvoicePdfView
from billing.payments.services.invoices import print_invoice
from billing.runtime.http import Request, serve


@serve(invoice_routes.PRINT_INVOICE)
def handler(request: Request) -> InvoicePdfView:
    spend(request.organization_id, INVOICES)
    invoices, invoice_id = chargebee_wiring.chargebee_invoices(), request.path["invoiceId"]
    pdf = print_invoice(request.organization_id, invoice_id, invoices, wiring.ports())
    return {"url": pdf.url, "validUntil": pdf.valid_until}
