"""What Chargebee would invoice, as it estimates it: nothing of it is done."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EstimatedLine:
    """One line, in minor units of its invoice's currency, for the time from `start` until `end` (UTC seconds)."""

    description: str
    amount: int
    quantity: int | None = None
    item_price_id: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceEstimate:
    """Amounts in minor units of `currency`: `total` is `subtotal` less `discount` with the `tax`.

    `credits` are the customer's, and `amount_due` is what they leave of the total.
    """

    currency: str
    subtotal: int
    discount: int
    tax: int
    total: int
    credits: int
    amount_due: int
    lines: Sequence[EstimatedLine] = ()
