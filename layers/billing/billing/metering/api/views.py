"""How balances, uses and holds look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.metering.domain.published import published_amount, published_balance

if TYPE_CHECKING:
    from billing.metering.api.answers import (
        CostView,
        HoldView,
        RecordedView,
        SplitView,
        UsageView,
    )
    from billing.metering.domain.hold import Hold
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.published import PublishedBalance
    from billing.metering.domain.usage import Cost, Split, Usage
    from billing.metering.domain.use import EventResult


def balance_view(meter: Meter | None) -> PublishedBalance | None:
    """The balance of a counted feature, null for any other."""
    return published_balance(meter) if meter else None


def split_view(split: Split) -> SplitView:
    """How a quantity is met."""
    view: SplitView = {"fromAllowance": split.allowance, "beyondAllowance": split.beyond}
    if split.amount:
        view = {**view, **published_amount(split.amount), "paidBy": "wallet" if split.paid else "invoice"}
    return view


def result_view(result: EventResult) -> RecordedView:
    """What became of one event."""
    view: RecordedView = {"id": result.event.id, "result": result.outcome.value}
    if result.usage:
        view["billed"] = split_view(result.usage.split)
    if result.reason:
        view["code"] = str(result.reason)
        view["balance"] = balance_view(result.meter)
    return view


def usage_view(usage: Usage) -> UsageView:
    """What an event was billed, and what it cost."""
    event = usage.event
    return {
        "id": event.id,
        "feature": event.feature,
        "quantity": event.quantity,
        "occurredAt": event.occurred_at,
        "recordedAt": usage.recorded_at,
        "dimensions": dict(event.dimensions),
        "plan": usage.plan_id,
        "subscriptionId": usage.subscription_id,
        "billed": split_view(usage.split),
        "costs": [_cost_view(cost) for cost in event.costs],
    }


def hold_view(hold: Hold) -> HoldView:
    """A reservation, and what became of it."""
    return {
        "id": hold.id,
        "feature": hold.feature,
        "quantity": hold.quantity,
        "dimensions": dict(hold.dimensions),
        "state": hold.state.value,
        "expiresAt": hold.expires_at,
        "reserved": split_view(hold.split),
        "charged": hold.actual,
        "shortfall": hold.shortfall,
    }


def _cost_view(cost: Cost) -> CostView:
    return {"id": cost.id, "vendor": cost.vendor, **published_amount(cost.amount)}
