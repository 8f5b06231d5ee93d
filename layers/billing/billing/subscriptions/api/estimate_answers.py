"""What is answered of money that is not billed yet. Amounts are minor units, times UTC seconds."""

from typing import TypedDict


class EstimatedLineView(TypedDict):
    """One line of it."""

    description: str
    amount: int
    quantity: int | None
    itemPriceId: str | None
    """Null for what is no item of the catalog, such as the prorated difference of a change."""
    periodStart: int | None
    periodEnd: int | None


class EstimatedDiscountView(TypedDict):
    """What is taken off it, by a coupon or by what else your site gives."""

    description: str
    amount: int
    couponId: str | None


class InvoiceEstimateView(TypedDict):
    """An invoice that there is not yet: `total` is `subtotal` less `discount`, with `tax`."""

    currency: str
    """ISO 4217."""
    subtotal: int
    discount: int
    discounts: list[EstimatedDiscountView]
    """Of which the discount is made."""
    tax: int
    total: int
    credits: int
    """What the customer's credits pay of it."""
    amountDue: int
    lines: list[EstimatedLineView]


class CreditEstimateView(TypedDict):
    """What is credited for time that is paid and not used any more."""

    kind: str
    """`adjustment` of an open invoice, `refundable` or `store` credit."""
    currency: str
    """ISO 4217."""
    total: int
    lines: list[EstimatedLineView]


class ChangePreview(TypedDict):
    """What a purchase or a change would cost if it were confirmed now, as Chargebee estimates it. Nothing is done."""

    dueNow: InvoiceEstimateView | None
    """Null where nothing is billed at once, such as in a trial."""
    credits: list[CreditEstimateView]
    unbilled: list[EstimatedLineView]
    """What the site bills later instead of now."""
    nextInvoice: InvoiceEstimateView | None
    """From then on, each term. Null where a term begins with what is due now: Chargebee estimates one invoice ahead."""
    nextBillingAt: int | None
    """When the next invoice is made: of a purchase with a trial, at its end. UTC seconds."""
