"""What a gate does with an entitlement, whichever framework it stands in."""

from dataclasses import dataclass

from organization_billing.errors import (
    BillingError,
    RateLimited,
    Refused,
    ServerError,
    TokenRefused,
    Unavailable,
    Unreachable,
)
from organization_billing.types import EntitlementView

AWAY = (Unreachable, TokenRefused, Unavailable, RateLimited, ServerError)
"""What passes, or what an operator mends. Any other refusal is a defect of the gate itself, and raised."""
TRY_AGAIN = 5
"""Seconds, where the API names none."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Why nobody passes, as an HTTP answer."""

    status: int
    body: dict[str, str]
    headers: dict[str, str]


def closed(view: EntitlementView) -> Closed | None:
    """402 with the reason, None for who may pass. The API names none where there is a balance, and too little in it."""
    if view["allowed"]:
        return None
    return Closed(402, {"error": "The plan does not cover this.", "code": view.get("reason", "exhausted")}, {})


def shut(failure: BillingError) -> Closed:
    """503: a gate that cannot ask lets nobody through."""
    seconds = failure.retry_after if isinstance(failure, Refused) else None
    told = {"error": "Billing could not be asked. Try again.", "code": "billing_unavailable"}
    return Closed(503, told, {"retry-after": str(seconds or TRY_AGAIN)})
