"""How an estimated invoice looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.subscriptions.api.estimate_answers import (
        ChangePreview,
        CreditEstimateView,
        EstimatedDiscountView,
        EstimatedLineView,
        InvoiceEstimateView,
    )
    from billing.subscriptions.domain.estimate import (
        ChangeEstimate,
        CreditEstimate,
        EstimatedDiscount,
        EstimatedLine,
        InvoiceEstimate,
    )


def preview_view(estimate: ChangeEstimate) -> ChangePreview:
    """What a change would cost."""
    return {
        "dueNow": estimate_view(estimate.now) if estimate.now else None,
        "credits": [_credit(each) for each in estimate.credits],
        "unbilled": [_line(each) for each in estimate.unbilled],
        "nextInvoice": estimate_view(estimate.next) if estimate.next else None,
        "nextBillingAt": estimate.next_billing_at,
    }


def _credit(credit: CreditEstimate) -> CreditEstimateView:
    return {
        "kind": credit.kind,
        "currency": credit.currency,
        "total": credit.total,
        "lines": [_line(each) for each in credit.lines],
    }


def estimate_view(estimate: InvoiceEstimate) -> InvoiceEstimateView:
    """One estimated invoice."""
    return {
        "currency": estimate.currency,
        "subtotal": estimate.subtotal,
        "discount": sum(each.amount for each in estimate.discounts),
        "discounts": [_discount(each) for each in estimate.discounts],
        "tax": estimate.tax,
        "total": estimate.total,
        "credits": estimate.credits,
        "amountDue": estimate.amount_due,
        "lines": [_line(each) for each in estimate.lines],
    }


def _discount(discount: EstimatedDiscount) -> EstimatedDiscountView:
    return {"description": discount.description, "amount": discount.amount, "couponId": discount.coupon_id}


def _line(line: EstimatedLine) -> EstimatedLineView:
    return {
        "description": line.description,
        "amount": line.amount,
        "quantity": line.quantity,
        "itemPriceId": line.item_price_id,
        "periodStart": line.start,
        "periodEnd": line.end,
    }
