"""An invoice as Chargebee describes it, reduced to what a charge needs to know.

https://apidocs.chargebee.com/docs/api/invoices: amounts are minor units of the invoice's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class InvoiceStatus(StrEnum):
    """What a charge needs to know of Chargebee's statuses."""

    PAID = "paid"
    """Nothing is due any more."""
    VOIDED = "voided"
    """Nobody will ever pay it."""
    OPEN = "open"
    """Every other, and every one to come: something is due, or will be."""

    @classmethod
    def _missing_(cls, value: object) -> "InvoiceStatus":
        return cls.OPEN


@dataclass(frozen=True, slots=True)
class Invoice:
    """`order_number` is Chargebee's `po_number`: the id of the charge that asked for this invoice.

    A subscription's invoice has none: its number is whatever somebody wrote on the subscription. `worth` is what its
    lines came to, less any coupon, adjustment and write-off: what the customer's money and credits pay for, before the
    `tax` that they pay too.
    """

    id: str
    customer_id: str
    status: InvoiceStatus
    currency: str
    total: int
    worth: int
    order_number: str | None = None
    subscription_id: str | None = None
    tax: int = 0

    @property
    def paid(self) -> bool:
        """Nothing is due any more."""
        return self.status is InvoiceStatus.PAID

    @property
    def void(self) -> bool:
        """Nobody will ever pay it."""
        return self.status is InvoiceStatus.VOIDED


def read_invoice(source: Mapping[str, Any]) -> Invoice:
    """Read an `invoice` resource. Promotional credits are money; every other discount is not."""
    discounts = source.get("discounts") or ()
    total, lines = int(source.get("total") or 0), int(source.get("sub_total") or 0)
    given = sum(each["amount"] for each in discounts if each.get("entity_type") != "promotional_credits")
    forgone = sum(int(source.get(name) or 0) for name in ("amount_adjusted", "write_off_amount"))
    return Invoice(
        id=str(source["id"]),
        customer_id=str(source["customer_id"]),
        status=InvoiceStatus(source["status"]),
        currency=str(source["currency_code"]),
        total=total,
        worth=lines - given - forgone,
        order_number=None if _of_subscription(source) else source.get("po_number") or None,
        subscription_id=source.get("subscription_id") or None,
        tax=total - lines + sum(each["amount"] for each in discounts),
    )


def _of_subscription(source: Mapping[str, Any]) -> bool:
    """One invoice for several subscriptions names them in its lines alone."""
    named = (source, *(source.get("line_items") or ()))
    return any(each.get("subscription_id") for each in named)
