"""How balances, uses, holds and wallets look in the API. Money is in minor units, and exactly in micros beside it."""

from typing import Any

from billing.core.money import to_minor
from billing.metering.domain.entitlement import Account, Grant, meter_of
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Split, Usage
from billing.metering.domain.wallet import Entry, Wallet
from billing.metering.services.record_usage import Recorded
from billing.plans.feature import Feature


def balance_view(account: Account, granted: Grant, feature: Feature, now: int) -> dict[str, Any] | None:
    """What a gate would see now; None for a feature that is only on or off."""
    if not feature.counted:
        return None
    return meter_view(meter_of(account, granted, feature, now))


def meter_view(meter: Meter) -> dict[str, Any]:
    """A balance: `balance` is what is left, None where there is no limit."""
    return {
        "balance": meter.remaining,
        "limit": meter.limit,
        "usage": meter.used,
        "held": meter.held,
        "unlimited": meter.limit is None,
        "nextResetAt": meter.end,
    }


def split_view(split: Split) -> dict[str, Any]:
    """How a quantity is met."""
    view: dict[str, Any] = {"fromAllowance": split.allowance, "beyondAllowance": split.beyond}
    if split.currency:
        view |= money(split.micros, split.currency) | {"paidBy": "wallet" if split.paid else "invoice"}
    return view


def recorded_view(recorded: Recorded) -> dict[str, Any]:
    """What became of one event."""
    view: dict[str, Any] = {"id": recorded.event.id, "result": recorded.outcome}
    if recorded.usage:
        return view | {"billed": split_view(recorded.usage.split)}
    return view | {"code": recorded.reason, "balance": meter_view(recorded.meter) if recorded.meter else None}


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
        "costs": [{"id": cost.id, "vendor": cost.vendor, **money(cost.micros, cost.currency)} for cost in event.costs],
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


def wallet_view(wallet: Wallet) -> dict[str, Any]:
    """One currency's wallet: `balance` can be spent, `held` is reserved."""
    return {
        "currency": wallet.currency,
        "balance": to_minor(wallet.balance, wallet.currency),
        "balanceMicros": wallet.balance,
        "heldMicros": wallet.held,
    }


def entry_view(entry: Entry) -> dict[str, Any]:
    """One line of the ledger."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "at": entry.at,
        "reason": entry.reason,
        **money(entry.micros, entry.currency),
        "balanceAfterMicros": entry.balance,
    }


def money(micros: int, currency: str) -> dict[str, Any]:
    """An amount: minor units rounded down, micros exact."""
    return {"amount": to_minor(micros, currency), "amountMicros": micros, "currency": currency}
