"""An invoice, reduced to what a charge needs to know. Amounts are minor units of its currency."""

from dataclasses import dataclass
from enum import StrEnum


class InvoiceStatus(StrEnum):
    """What a charge needs to know of Chargebee's statuses."""

    PAID = "paid"
    """Nothing is due any more."""
    VOIDED = "voided"
    """Nobody will ever pay it."""
    WRITTEN_OFF = "written_off"
    """Ours for what Chargebee calls paid, although nobody has paid any of it."""
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
    `tax` that they pay too. `version` is its `resource_version` (milliseconds): of two snapshots the newer one counts.
    `collecting` is one of which a payment is under way, as a direct debit is for days: to pay it would be to pay twice.
    `noted` is what the credit notes on it gave back, with its tax, as money or as credit for other invoices, and
    `note_kind` says how the newest of them did.
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
    version: int = 0
    collecting: bool = False
    noted: int = 0
    note_kind: str = "refund"

    @property
    def paid(self) -> bool:
        """Nothing is due any more."""
        return self.status is InvoiceStatus.PAID

    @property
    def void(self) -> bool:
        """Nobody will ever pay it."""
        return self.status in (InvoiceStatus.VOIDED, InvoiceStatus.WRITTEN_OFF)
