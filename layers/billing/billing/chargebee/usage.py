"""Chargebee's metered billing, through its SDK."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chargebee import Chargebee as Sdk

from billing.chargebee.retry import PacedRetry
from billing.core.chargebee_errors import ChargebeeNotFound, ChargebeeRefused
from billing.metering.domain.billing_day import BilledDay
from billing.metering.services.report_usage import PendingInvoice

PAGE_SIZE = 100


class ChargebeeUsage:
    """`MeteredBilling` over the official SDK."""

    def __init__(self, sdk: Sdk, pace: PacedRetry) -> None:
        self._sdk = sdk
        self._pace = pace

    def create_usage(self, usage_id: str, day: BilledDay) -> None:
        """https://apidocs.chargebee.com/docs/api/usages#create_a_usage"""
        billed = day.billing_day
        body = {
            "id": usage_id,
            "item_price_id": billed.item_price_id,
            "quantity": str(day.quantity),
            "usage_date": billed.usage_date,
            "note": f"{billed.feature}{', late' if billed.late else ''}",
        }
        key = {"chargebee-idempotency-key": usage_id}
        self._pace(lambda: self._sdk.Usage.create(billed.subscription_id, body, dict(key)))

    def usage_quantity(self, usage_id: str, subscription_id: str) -> int | None:
        """https://apidocs.chargebee.com/docs/api/usages#retrieve_a_usage: text, and some sites have decimals."""
        query = {"id": {"is": usage_id}, "subscription_id": {"is": subscription_id}, "limit": 1}
        found = self._pace(lambda: self._sdk.Usage.list(dict(query))).list
        return int(Decimal(found[0].usage.quantity)) if found else None

    def pending_invoices(self) -> Iterable[PendingInvoice]:
        """https://apidocs.chargebee.com/docs/api/invoices#list_invoices"""
        query: dict[str, Any] = {"status": {"is": "pending"}, "limit": PAGE_SIZE}
        while True:
            answer = self._pace(lambda: self._sdk.Invoice.list(dict(query)))
            for each in answer.list:
                if each.invoice.subscription_id:
                    yield _pending(each.invoice.raw_data)
            if not answer.next_offset:
                return
            query["offset"] = answer.next_offset

    def close_invoice(self, invoice_id: str) -> None:
        """https://apidocs.chargebee.com/docs/api/invoices#close_a_pending_invoice"""
        key = {"chargebee-idempotency-key": f"close-{invoice_id}"}
        try:
            self._pace(lambda: self._sdk.Invoice.close(invoice_id, {}, dict(key)))
        except (ChargebeeNotFound, ChargebeeRefused):
            return  # a closed invoice has another id, and one without lines cannot be closed


def _pending(invoice: dict[str, Any]) -> PendingInvoice:
    """The term that a pending invoice closes ends where its own date is: usage is billed in arrears."""
    return PendingInvoice(invoice["id"], invoice["customer_id"], invoice["subscription_id"], invoice["date"])
