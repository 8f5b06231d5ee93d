"""How balances, uses and holds look in the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from billing.core.quantity import written
from billing.metering.domain.published import published_amount, published_balance

if TYPE_CHECKING:
    from billing.metering.api.answers import (
        CostView,
        HoldView,
        RecordedList,
        RecordedView,
        SplitView,
        UsageView,
    )
    from billing.metering.api.requests import Unreadable
    from billing.metering.domain.hold import Hold
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.published import PublishedBalance
    from billing.metering.domain.usage import Cost, Split, Usage, UsageEvent
    from billing.metering.domain.use import EventResult


def balance_view(meter: Meter | None) -> PublishedBalance | None:
    """The balance of a counted feature, null for any other."""
    return published_balance(meter) if meter else None


def split_view(split: Split, decimals: int) -> SplitView:
    """How a quantity of a feature of so many decimals is met."""
    view: SplitView = {
        "fromAllowance": written(split.allowance, decimals),
        "beyondAllowance": written(split.beyond, decimals),
    }
    if split.amount:
        view = {**view, **published_amount(split.amount), "paidBy": "wallet" if split.paid else "invoice"}
    return view


def result_view(result: EventResult) -> RecordedView:
    """What became of one event."""
    view: RecordedView = {"id": result.event.id, "result": result.outcome.value}
    if result.usage:
        view["billed"] = split_view(result.usage.split, result.usage.event.decimals)
    if result.reason:
        view["code"] = result.reason.value
        view["balance"] = balance_view(result.meter)
    if result.told:
        view["error"] = result.told
    return view


def results_view(events: Sequence[UsageEvent | Unreadable], recorded: Iterable[EventResult]) -> RecordedList:
    """What became of each event of a batch; `recorded` are the readable ones, in their order."""
    from billing.metering.domain.usage import UsageEvent  # noqa: PLC0415 - views of reads need none of it

    results = iter(recorded)
    return {
        "events": [result_view(next(results)) if isinstance(each, UsageEvent) else _unreadable(each) for each in events]
    }


def usage_view(usage: Usage) -> UsageView:
    """What an event was billed, and what it cost."""
    event = usage.event
    return {
        "id": event.id,
        "feature": event.feature,
        "quantity": written(event.quantity, event.decimals),
        "counted": written(usage.split.quantity, event.decimals),
        "occurredAt": event.occurred_at,
        "recordedAt": usage.recorded_at,
        "dimensions": dict(event.dimensions),
        "plan": usage.plan_id,
        "subscriptionId": usage.subscription_id,
        "billed": split_view(usage.split, event.decimals),
        "costs": [_cost_view(cost) for cost in event.costs],
    }


def hold_view(hold: Hold) -> HoldView:
    """A reservation, and what became of it."""
    return {
        "id": hold.id,
        "feature": hold.feature,
        "quantity": written(hold.quantity, hold.decimals),
        "dimensions": dict(hold.dimensions),
        "state": hold.state.value,
        "expiresAt": hold.expires_at,
        "reserved": split_view(hold.split, hold.decimals),
        "charged": None if hold.actual is None else written(hold.actual, hold.decimals),
        "shortfall": written(hold.shortfall, hold.decimals),
    }


def _unreadable(event: Unreadable) -> RecordedView:
    return {"id": event.id, "result": "refused", "code": "invalid_request", "balance": None, "error": event.told}


def _cost_view(cost: Cost) -> CostView:
    return {"id": cost.id, "vendor": cost.vendor, **published_amount(cost.amount)}
