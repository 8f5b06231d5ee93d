"""How uses and holds look in the API. Money is in minor units, and exactly in micros beside it."""

from typing import Any

from billing.metering.domain.entitlement import Account, Grant, meter_of
from billing.metering.domain.hold import Hold
from billing.metering.domain.published import PublishedBalance, published_amount, published_balance
from billing.metering.domain.usage import Split, Usage
from billing.metering.services.record_usage import Recorded
from billing.plans.feature import Feature


def balance_view(account: Account, granted: Grant, feature: Feature, now: int) -> PublishedBalance | None:
    """What a gate would see now; None for a feature that is only on or off."""
    if not feature.counted:
        return None
    return published_balance(meter_of(account, granted, feature, now))


def split_view(split: Split) -> dict[str, Any]:
    """How a quantity is met."""
    view: dict[str, Any] = {"fromAllowance": split.allowance, "beyondAllowance": split.beyond}
    if split.currency:
        view |= published_amount(split.micros, split.currency) | {"paidBy": "wallet" if split.paid else "invoice"}
    return view


def recorded_view(recorded: Recorded) -> dict[str, Any]:
    """What became of one event."""
    view: dict[str, Any] = {"id": recorded.event.id, "result": recorded.outcome}
    if recorded.usage:
        return view | {"billed": split_view(recorded.usage.split)}
    return view | {"code": recorded.reason, "balance": published_balance(recorded.meter) if recorded.meter else None}


def usage_view(usage: Usage) -> dict[str, Any]:
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
        "costs": [
            {"id": cost.id, "vendor": cost.vendor, **published_amount(cost.micros, cost.currency)}
            for cost in event.costs
        ],
    }


def hold_view(hold: Hold) -> dict[str, Any]:
    """A reservation, and what became of it."""
    return {
        "id": hold.id,
        "feature": hold.feature,
        "quantity": hold.quantity,
        "dimensions": dict(hold.dimensions),
        "state": str(hold.state),
        "expiresAt": hold.expires_at,
        "reserved": split_view(hold.split),
        "charged": hold.actual,
        "shortfall": hold.shortfall,
    }
