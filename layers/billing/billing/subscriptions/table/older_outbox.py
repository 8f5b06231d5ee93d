"""The content of the announcements that were written before content had a published shape."""

from collections.abc import Mapping
from typing import Any

from billing.core.money import to_minor
from billing.subscriptions.domain.transition import Transition

_STATES = {Transition.CHARGE_FAILED: "failed"}
"""Of a charge whose announcement tells no state: everything else was told of a paid one."""


def content_of(transition: Transition, at: int, details: Mapping[str, Any]) -> dict[str, Any]:
    """The details of before in the published words. What they did not tell is left out, and nothing is made up."""
    match transition:
        case Transition.PAYMENT_METHOD_ATTACHED | Transition.PAYMENT_METHOD_DETACHED:
            return {
                "paymentMethod": _renamed(details, payment_method_id="id", type="type", brand="brand", last4="last4")
            }
        case Transition.ENTITLEMENT_EXHAUSTED:
            balance = _renamed(details, limit="limit", used="usage", next_reset_at="nextResetAt")
            return {"feature": details["feature"], "entitlement": {"balance": balance}}
        case Transition.WALLET_CREDITED:
            return {"wallet": _wallet(details), "ledgerEntry": _ledger_entry(at, details)}
        case Transition.WALLET_LOW:
            return {"wallet": _wallet(details), "autoTopUp": _auto_top_up(details)}
        case _:
            return _payment(transition, details)


def _payment(transition: Transition, details: Mapping[str, Any]) -> dict[str, Any]:
    payment = _renamed(
        details,
        amount="amount",
        currency="currency",
        invoice_id="invoiceId",
        subscription_id="chargebeeSubscriptionId",
    )
    if "charge_id" not in details:
        return {"payment": payment}
    charge = _renamed(
        details,
        charge_id="id",
        key="key",
        purpose="purpose",
        amount="amount",
        currency="currency",
        invoice_id="invoiceId",
    )
    failure = {"code": details["code"], "message": None} if "code" in details else None
    return {
        "charge": charge | {"state": _STATES.get(transition, "succeeded"), "failure": failure},
        "payment": payment,
    }


def _wallet(details: Mapping[str, Any]) -> dict[str, Any]:
    currency, micros = str(details["currency"]), int(details["balance_micros"])
    return {"currency": currency, "balance": to_minor(micros, currency), "balanceMicros": micros}


def _ledger_entry(at: int, details: Mapping[str, Any]) -> dict[str, Any]:
    currency, micros = str(details["currency"]), int(details["amount_micros"])
    told = _renamed(details, entry_id="id", kind="kind", balance_micros="balanceAfterMicros")
    return told | {"at": at, "amount": to_minor(micros, currency), "amountMicros": micros, "currency": currency}


def _auto_top_up(details: Mapping[str, Any]) -> dict[str, Any]:
    currency = str(details["currency"])
    threshold = to_minor(int(details["threshold_micros"]), currency)
    return {"currency": currency, "enabled": bool(details["auto_top_up"]), "threshold": threshold}


def _renamed(details: Mapping[str, Any], **names: str) -> dict[str, Any]:
    return {new: details[old] for old, new in names.items() if old in details}
