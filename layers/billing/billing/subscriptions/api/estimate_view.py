"""How an estimated invoice looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.subscriptions.api.estimate_answers import EstimatedLineView, InvoiceEstimateView
    from billing.subscriptions.domain.estimate import EstimatedLine, InvoiceEstimate


def estimate_view(estimate: InvoiceEstimate) -> InvoiceEstimateView:
    """One estimated invoice."""
    return {
        "currency": estimate.currency,
        "subtotal": estimate.subtotal,
        "discount": estimate.discount,
        "tax": estimate.tax,
        "total": estimate.total,
        "credits": estimate.credits,
        "amountDue": estimate.amount_due,
        "lines": [_line(each) for each in estimate.lines],
    }


def _line(line: EstimatedLine) -> EstimatedLineView:
    return {
        "description": line.description,
        "amount": line.amount,
        "quantity": line.quantity,
        "itemPriceId": line.item_price_id,
        "periodStart": line.start,
        "periodEnd": line.end,
    }
