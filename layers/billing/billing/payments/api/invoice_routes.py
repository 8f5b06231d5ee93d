"""The routes of invoices."""

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import InvalidRequest, OrganizationDeleted, RateLimited
from billing.payments.api.invoice_answers import InvoiceListView, InvoicePdfView
from billing.payments.domain.billed_invoice import InvoiceNotFound
from billing.runtime.route import Route, Who

_INVOICES = "/api/invoices"

LIST_INVOICES = Route(
    "payments/list_invoices",
    "GET",
    _INVOICES,
    Who.ADMIN,
    InvoiceListView,
    query=("cursor", "referenceId"),
    errors=(RateLimited, OrganizationDeleted, ChargebeeError),
)
PRINT_INVOICE = Route(
    "payments/print_invoice",
    "POST",
    f"{_INVOICES}/{{invoiceId}}/download",
    Who.ADMIN,
    InvoicePdfView,
    query=("referenceId",),
    errors=(InvalidRequest, RateLimited, InvoiceNotFound, OrganizationDeleted, ChargebeeError),
)

ROUTES = (LIST_INVOICES, PRINT_INVOICE)
