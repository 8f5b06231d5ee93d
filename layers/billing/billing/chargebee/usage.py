"""Chargebee's metered billing, through its SDK."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from billing.chargebee.calls import PAGE_SIZE, PacedRetry, ask, each_of, keyed, path_safe
from billing.chargebee.resources import Resources
from billing.metering.domain.billing_day import BilledDay
from billing.metering.services.reporting_ports import PendingInvoice, ToldUsage


class ChargebeeUsage:
    """`MeteredBilling` over the official SDK."""

    def __init__(self, sdk: Resources, pace: PacedRetry) -> None:
        self._sdk = sdk
        self._pace = pace

    def create_usage(self, usage_id: str, day: BilledDay) -> ToldUsage:
        """https://apidocs.chargebee.com/docs/api/usages#create_a_usage"""
        billed = day.billing_day
        body = {
            "id": usage_id,
            "item_price_id": billed.item_price_id,
            "quantity": f"{day.units:f}",
            "usage_date": billed.usage_date,
            "note": f"{billed.feature}{', late' if billed.late else ''}",
        }
        call = self._sdk.Usage.create
        return _told(ask(self._pace, lambda: call(billed.subscription_id, body, keyed(usage_id))).usage)

    def told_usage(self, usage_id: str, subscription_id: str) -> ToldUsage | None:
        """https://apidocs.chargebee.com/docs/api/usages#list_usages"""
        query = {"id": {"is": usage_id}, "subscription_id": {"is": subscription_id}, "limit": 1}
        found = ask(self._pace, lambda: self._sdk.Usage.list(dict(query))).list
        return _told(found[0].usage) if found else None

    def pending_invoices(self) -> Iterable[PendingInvoice]:
        """https://apidocs.chargebee.com/docs/api/invoices#list_invoices"""
        query = {"status": {"is": "pending"}, "limit": PAGE_SIZE}
        for each in each_of(lambda page: ask(self._pace, lambda: self._sdk.Invoice.list(dict(page))), query):
            if each.invoice.subscription_id:
                yield _pending(each.invoice.raw_data)

    def close_invoice(self, invoice_id: str) -> None:
        """https://apidocs.chargebee.com/docs/api/invoices#close_a_pending_invoice"""
        ask(self._pace, lambda: self._sdk.Invoice.close(path_safe(invoice_id), {}, keyed(f"close-{invoice_id}")))


def _told(usage: Any) -> ToldUsage:
    """The quantity is text, and some sites have decimals."""
    return ToldUsage(Decimal(usage.quantity), usage.invoice_id)


def _pending(invoice: dict[str, Any]) -> PendingInvoice:
    """The term that a pending invoice closes ends where its own date is: usage is billed in arrears."""
    return PendingInvoice(invoice["id"], invoice["customer_id"], invoice["subscription_id"], invoice["date"])
