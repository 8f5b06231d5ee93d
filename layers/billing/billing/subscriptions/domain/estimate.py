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
class EstimatedDiscount:
    """What is taken off an invoice, in minor units of its currency. `coupon_id` is None for what is no coupon's."""

    description: str
    amount: int
    coupon_id: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceEstimate:
    """Amounts in minor units of `currency`: `total` is `subtotal` less the `discounts` with the `tax`.

    `credits` are the customer's, and `amount_due` is what they leave of the total.
    """

    currency: str
    subtotal: int
    discounts: Sequence[EstimatedDiscount]
    tax: int
    total: int
    credits: int
    amount_due: int
    lines: Sequence[EstimatedLine] = ()


@dataclass(frozen=True, slots=True)
class CreditEstimate:
    """What would be credited for time that is paid and not used any more, in minor units of `currency`.

    `kind` is Chargebee's: `adjustment` of an open invoice, `refundable` or `store` credit.
    """

    kind: str
    currency: str
    total: int
    lines: Sequence[EstimatedLine] = ()


@dataclass(frozen=True, slots=True)
class ChangeEstimate:
    """What a purchase or a change would cost: `now`, and with the next invoice, due at `next_billing_at` (UTC seconds).

    `unbilled` are charges that the site collects for a later invoice instead of billing them now.
    """

    now: InvoiceEstimate | None
    credits: Sequence[CreditEstimate]
    unbilled: Sequence[EstimatedLine]
    next: InvoiceEstimate | None
    next_billing_at: int | None
