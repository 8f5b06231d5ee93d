"""What bringing existing customers takes: what either vendor has, page by page, and one mapping at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from billing.app import chargebee_wiring, wiring
from billing.chargebee.read_event import read_customer
from billing.core.errors import BillingError, InvalidRequest
from billing.organizations.services.save_organization import OrganizationSettings, save_organization
from billing.runtime.logs import logger

if TYPE_CHECKING:
    from billing.scalekit.api import ScalekitApi


def bring(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do one of the three. Raises InvalidRequest, and what a vendor's list raises."""
    match request:
        case {"task": "customers"}:
            return customers(request.get("offset"))
        case {"task": "organizations"}:
            return organizations(request.get("offset"))
        case {"task": "assign", "organizationId": str(organization_id), "customerId": str(customer_id)}:
            return assign(organization_id, customer_id)
        case _:
            raise InvalidRequest(f"There is no such task: {dict(request)!r}.")


def customers(offset: str | None) -> dict[str, Any]:
    """A page of Chargebee's customers but for the deleted. Of an e-mail address only the domain leaves the function."""
    page = chargebee_wiring.chargebee_lists().all_customers(offset)
    return {"customers": [_customer(each) for each in page.resources], "next": page.next_offset}


def organizations(offset: str | None) -> dict[str, Any]:
    """A page of Scalekit's organizations, each with the customer that it has here."""
    scalekit = wiring.scalekit()
    page = scalekit.organizations(offset)
    return {"organizations": [_organization(each, scalekit) for each in page.resources], "next": page.next_offset}


def assign(organization_id: str, customer_id: str) -> dict[str, Any]:
    """Map a customer to an organization, as `PUT /api/organizations/{id}` does; twice is once."""
    refused = None
    try:
        save_organization(OrganizationSettings(organization_id, customer_id=customer_id), wiring.ports())
    except BillingError as refusal:
        refused = refusal.code
    result = {"organizationId": organization_id, "customerId": customer_id, "refused": refused}
    logger().info("assigned", extra={"organization_id": organization_id, "result": result})
    return result


def _customer(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": document["id"],
        "name": document.get("company") or "",
        "domain": domain_of(document.get("email") or ""),
        "organizationId": read_customer(document).organization_id,
    }


def _organization(document: Mapping[str, Any], scalekit: ScalekitApi) -> dict[str, Any]:
    known = wiring.store().load(document["id"]).organization
    return {
        "id": document["id"],
        "name": document.get("display_name") or "",
        "externalId": document.get("external_id") or "",
        "domains": sorted({domain_of(each) for each in scalekit.member_emails(document["id"])} - {""}),
        "customerId": known.customer_id if known else None,
    }


def domain_of(email: str) -> str:
    """The domain of an e-mail address, in lower case; empty for none."""
    return email.partition("@")[2].strip().lower()
