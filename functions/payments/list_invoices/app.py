"""List what the organization was billed."""

from billing.app import chargebee_wiring, wiring
from billing.app.budgets import INVOICES, spend
from billing.payments.api import invoice_routes
from billing.payments.api.invoice_answers import InvoiceListView
from billing.payments.api.invoice_views import invoices_view
from billing.payments.services.invoices import list_invoices
from billing.runtime.http import Request, serve


@serve(invoice_routes.LIST_INVOICES)
def handler(request: Request) -> InvoiceListView:
    spend(request.organization_id, INVOICES)
    read = chargebee_wiring.chargebee_invoices(), chargebee_wiring.recent_invoices(), wiring.ports()
    return invoices_view(list_invoices(request.organization_id, request.query.get("cursor"), *read))
