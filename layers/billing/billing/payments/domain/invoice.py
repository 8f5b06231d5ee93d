"""An invoice, reduced to what a charge needs to know. Amounts are minor units of its currency."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invoice:
    """`order_number` is Chargebee's `po_number`: the id of the charge that asked for this invoice.

    A subscription's invoice has none: its number is whatever somebody wrote on the subscription. `worth` is what its
    lines came to, less any coupon, adjustment and write-off: what the customer's money and credits pay for, before the
    `tax` that they pay too.
    """

    id: str
    customer_id: str
    status: str
    currency: str
    total: int
    worth: int
    order_number: str | None = None
    subscription_id: str | None = None
    tax: int = 0

    @property
    def paid(self) -> bool:
        """Nothing is due any more."""
        return self.status == "paid"

    @property
    def void(self) -> bool:
        """Nobody will ever pay it."""
        return self.status == "voided"
