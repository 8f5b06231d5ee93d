"""How entitlements, balances, uses and holds look in the API."""

from billing.metering.api.answers import (
    CostView,
    EntitlementsView,
    EntitlementView,
    EstimateView,
    HoldView,
    RecordedView,
    SplitView,
    UsageView,
)
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.published import PublishedBalance, published_amount, published_balance
from billing.metering.domain.split import Split
from billing.metering.domain.usage import Cost, Usage
from billing.metering.services.read_entitlements import Entitlement, Entitlements
from billing.metering.services.record_usage import EventResult


def entitlements_view(entitlements: Entitlements) -> EntitlementsView:
    """Every feature, with its balance."""
    return {
        "plan": entitlements.plan,
        "entitlements": {name: {"balance": _balance(meter)} for name, meter in entitlements.meters.items()},
    }


def entitlement_view(entitlement: Entitlement) -> EntitlementView:
    """Whether it is allowed, and the balance that says so."""
    view: EntitlementView = {"allowed": entitlement.allowed, "balance": _balance(entitlement.meter)}
    if entitlement.reason:
        view["reason"] = str(entitlement.reason)
    return view


def estimate_view(entitlement: Entitlement) -> EstimateView:
    """The same, with how the use would be met."""
    view: EstimateView = {"allowed": entitlement.allowed, "balance": _balance(entitlement.meter)}
    if entitlement.reason:
        view["reason"] = str(entitlement.reason)
    if entitlement.meter:
        view["estimate"] = split_view(entitlement.split) if entitlement.split else None
    return view


def split_view(split: Split) -> SplitView:
    """How a quantity is met."""
    view: SplitView = {"fromAllowance": split.allowance, "beyondAllowance": split.beyond}
    if split.amount:
        view = {**view, **published_amount(split.amount), "paidBy": "wallet" if split.paid else "invoice"}
    return view


def recorded_view(result: EventResult) -> RecordedView:
    """What became of one event."""
    view: RecordedView = {"id": result.event.id, "result": result.outcome.value}
    if result.usage:
        view["billed"] = split_view(result.usage.split)
    if result.reason:
        view["code"] = str(result.reason)
        view["balance"] = _balance(result.meter)
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
        "plan": usage.plan,
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


def _balance(meter: Meter | None) -> PublishedBalance | None:
    return published_balance(meter) if meter else None


def _cost_view(cost: Cost) -> CostView:
    return {"id": cost.id, "vendor": cost.vendor, **published_amount(cost.amount)}
