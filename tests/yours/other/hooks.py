"""Another team's side of the billing: it keeps what it is told."""

from collections.abc import Mapping
from typing import Any

TOLD: list[str] = []
"""The transitions that came, in order."""


def authorize_reference(caller: Any, reference_id: str) -> bool:
    """Whoever is a member."""
    return bool(caller.organization_id == reference_id)


def customer_create_params(organization: Any, caller: Any) -> Mapping[str, Any]:
    """Customers speak German."""
    return {"locale": "de-DE"}


def _tell(event: Mapping[str, Any]) -> None:
    TOLD.append(event["transition"])


on_customer_create = on_subscription_created = on_subscription_complete = on_subscription_updated = _tell
on_subscription_cancel = on_subscription_deleted = on_trial_start = on_trial_end = on_past_due = _tell
on_payment_method_change = on_charge = on_checkout_complete = on_entitlement_exhausted = on_wallet_change = _tell
on_entitlement_alert = _tell
