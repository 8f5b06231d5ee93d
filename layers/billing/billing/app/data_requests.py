"""What answering a data request takes of Chargebee: what it keeps of a customer, page by page, and its erasure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billing.app import chargebee_wiring, wiring
from billing.core.errors import BillingError, InvalidRequest
from billing.organizations.services.forget_organization import forget_organization
from billing.runtime.logs import logger


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do one of the two. Raises InvalidRequest, and what reading Chargebee raises."""
    match request:
        case {"task": "billed", "what": str(what), "customerId": str(customer_id)}:
            return billed(what, customer_id, request.get("offset"))
        case {"task": "forget", "organizationId": str(organization_id)}:
            return forget(organization_id)
        case _:
            raise InvalidRequest(f"There is no such task: {dict(request)!r}.")


def billed(what: str, customer_id: str, offset: str | None) -> dict[str, Any]:
    """A page of a customer's subscriptions or invoices, or the customer itself, as Chargebee writes them."""
    kept = chargebee_wiring.chargebee_personal_data()
    match what:
        case "customers":
            return {"billed": list(kept.customers(customer_id)), "next": None}
        case "subscriptions":
            page = kept.subscriptions(customer_id, offset)
        case "invoices":
            page = kept.invoices(customer_id, offset)
        case _:
            raise InvalidRequest(f"Nothing is listed as {what!r}.")
    return {"billed": list(page.resources), "next": page.next_offset}


def forget(organization_id: str) -> dict[str, Any]:
    """Leave a tombstone, and have Chargebee clear the personal data of every customer; twice is once."""
    result: dict[str, Any] = {"organizationId": organization_id, "refused": None, "reason": "", "cleared": {}}
    try:
        cleared = forget_organization(organization_id, wiring.ports(), chargebee_wiring.chargebee_personal_data())
        result["cleared"] = dict(cleared)
    except BillingError as refusal:
        result |= {"refused": refusal.code, "reason": str(refusal)}
    logger().info("forgotten", extra={"organization_id": organization_id, "result": result})
    return result
