"""Chargebee's invoices for those who pay them, through its SDK."""

from typing import Any

from billing.chargebee.calls import Retry, ask, path_safe, understood
from billing.chargebee.read_invoices import read_billed_invoice, read_upcoming
from billing.chargebee.resources import Resources
from billing.core.chargebee_errors import ChargebeeNotFound, ChargebeeRefused
from billing.payments.domain.billed_invoice import BilledInvoice, InvoicePdf, UpcomingInvoice
from billing.subscriptions.services.ports import Page

PAGE_SIZE = 20


class ChargebeeInvoices:
    """`Invoices` over the official SDK. Nothing is changed, so every call is repeated within bounds."""

    def __init__(self, sdk: Resources, retry: Retry) -> None:
        self._sdk = sdk
        self._retry = retry

    def invoices(self, customer_id: str, offset: str | None) -> Page[BilledInvoice]:
        """https://apidocs.chargebee.com/docs/api/invoices#list_invoices"""
        query: dict[str, Any] = {
            "customer_id": {"is": customer_id},
            "sort_by": {"desc": "date"},
            "limit": PAGE_SIZE,
            **({"offset": offset} if offset else {}),
        }
        answer = ask(self._retry, lambda: self._sdk.Invoice.list(dict(query)))
        found = understood(lambda: [read_billed_invoice(each.invoice.raw_data) for each in answer.list])
        return Page(found, answer.next_offset or None)

    def upcoming(self, customer_id: str) -> tuple[UpcomingInvoice, ...]:
        """https://apidocs.chargebee.com/docs/api/estimates#upcoming_invoices_estimate

        What it answers where nothing is to be billed is not documented: a refusal is taken for that.
        """
        call = self._sdk.Estimate.upcoming_invoices_estimate
        try:
            answer = ask(self._retry, lambda: call(path_safe(customer_id), {}))
        except (ChargebeeNotFound, ChargebeeRefused):
            return ()
        return understood(lambda: read_upcoming(answer.estimate.raw_data))

    def invoice(self, invoice_id: str) -> BilledInvoice:
        """https://apidocs.chargebee.com/docs/api/invoices#retrieve_an_invoice"""
        answer = ask(self._retry, lambda: self._sdk.Invoice.retrieve(path_safe(invoice_id)))
        return understood(lambda: read_billed_invoice(answer.invoice.raw_data))

    def pdf(self, invoice_id: str) -> InvoicePdf:
        """https://apidocs.chargebee.com/docs/api/invoices#retrieve_invoice_as_pdf"""
        download = ask(self._retry, lambda: self._sdk.Invoice.pdf(path_safe(invoice_id), {})).download
        return InvoicePdf(download.download_url, download.valid_till)
