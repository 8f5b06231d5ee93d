"""An organization's invoices, which only Chargebee keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound, ChargebeeRefused
from billing.core.errors import InvalidRequest
from billing.payments.domain.billed_invoice import InvoiceNotFound, check_own, own
from billing.subscriptions.services.customer_of import known_customer

if TYPE_CHECKING:
    from billing.core.recent import Recent
    from billing.payments.domain.billed_invoice import BilledInvoice, InvoicePdf, UpcomingInvoice
    from billing.payments.services.ports import Invoices
    from billing.subscriptions.services.ports import Ports

LIFETIME = 20
"""Seconds for which a page of them is shown again without asking."""

LONGEST_CURSOR = 1_000
"""Characters."""


@dataclass(frozen=True, slots=True)
class InvoiceList:
    """A page of invoices, newest first; `cursor` begins the next one. What is to come stands on the first page."""

    invoices: Sequence[BilledInvoice] = ()
    upcoming: Sequence[UpcomingInvoice] = ()
    cursor: str | None = None


def list_invoices(
    organization_id: str, cursor: str | None, invoices: Invoices, recent: Recent, ports: Ports
) -> InvoiceList:
    """Read from Chargebee, or what was read moments ago; an organization without a customer has none.

    Raises OrganizationDeleted, InvalidRequest for a cursor that is none, or the ChargebeeError.
    """
    if cursor is not None and not 0 < len(cursor) <= LONGEST_CURSOR:
        raise InvalidRequest("The cursor is not one of this list's.")
    customer_id = known_customer(organization_id, ports)
    if customer_id is None:
        return InvoiceList()
    return recent((customer_id, cursor), lambda: _read(customer_id, cursor, invoices))


def _read(customer_id: str, cursor: str | None, invoices: Invoices) -> InvoiceList:
    try:
        page = invoices.invoices(customer_id, cursor)
    except ChargebeeRefused as error:
        if cursor is None:
            raise
        raise InvalidRequest("The cursor is not one of this list's.") from error
    upcoming = invoices.upcoming(customer_id) if cursor is None else ()
    return InvoiceList([each for each in page.resources if own(each, customer_id)], upcoming, page.next_offset)


def print_invoice(organization_id: str, invoice_id: str, invoices: Invoices, ports: Ports) -> InvoicePdf:
    """Have Chargebee make the PDF of one of the organization's own invoices.

    Raises InvoiceNotFound, for another organization's as for one that does not exist; OrganizationDeleted, or the
    ChargebeeError.
    """
    customer_id = known_customer(organization_id, ports)
    if customer_id is None:
        raise InvoiceNotFound("There is no such invoice.")
    try:
        check_own(invoices.invoice(invoice_id), customer_id)
        return invoices.pdf(invoice_id)
    except ChargebeeNotFound as error:
        raise InvoiceNotFound("There is no such invoice.") from error
