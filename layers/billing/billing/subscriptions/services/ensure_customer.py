"""Give an organization its one Chargebee customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeNotFound, ChargebeeRefused
from billing.core.errors import OrganizationDeleted
from billing.core.keys import digest
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.subscriptions.domain.transaction import WRITTEN_SOON, Command, OrganizationChange, Task

if TYPE_CHECKING:
    from billing.subscriptions.domain.billing_event import Customer
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Ports


@dataclass(frozen=True, slots=True)
class EnsuredCustomer:
    """The customer that now exists; `organization` remembers any deleted ones that were met on the way.

    `found` means that it was there before, with whatever it has.
    """

    organization: Organization
    customer_id: str
    found: bool = False


def stamp(organization_id: str) -> dict[str, str]:
    """What every customer of ours says of itself in `meta_data`."""
    return {"organizationId": organization_id, "customerType": "organization"}


def ensure_customer(organization: Organization, meta_data: Mapping[str, str], ports: Ports) -> EnsuredCustomer:
    """Create the customer under the organization's own id, or find that it exists.

    Chargebee's unique ids make this safe to repeat and to race: every caller ends with the same customer. An id that
    Chargebee has deleted is passed over. Raises ChargebeeRefused when the id names another organization's customer.
    """
    customer_id = organization.next_customer_id
    details: dict[str, Any] = {"company": organization.display_name} if organization.display_name else {}
    try:
        ports.chargebee.create_customer(
            customer_id, {**details, **ports.customer_params(organization), "meta_data": meta_data}
        )
    except ChargebeeDuplicate:
        pass
    else:
        return EnsuredCustomer(organization, customer_id)
    existing = _existing(customer_id, ports)
    if existing is None or existing.deleted:
        passed = replace(organization, retired_customers=organization.retired_customers | {customer_id})
        return ensure_customer(passed, meta_data, ports)
    from billing.subscriptions.domain.ownership import owners  # noqa: PLC0415 - hardly ever

    if owners(existing, ports.store.customer_owner(customer_id)) - {organization.id}:
        message = f"Chargebee's customer {customer_id} belongs to another organization."
        raise ChargebeeRefused(message, "customer_of_another_organization")
    if existing.organization_id is None or "pendingSubscriptionId" in meta_data:
        stamp_over(existing, meta_data, organization, f"found-{customer_id}", ports)
    # it may have subscriptions, whose events came before anybody knew the organization
    ports.commands.command(Command(Task.RESYNC, organization.id, delay=WRITTEN_SOON))
    return EnsuredCustomer(organization, customer_id, found=True)


def stamp_over(
    customer: Customer, meta_data: Mapping[str, str], organization: Organization, key: str, ports: Ports
) -> None:
    """Put the stamp over what the customer has, which others may have written, and an e-mail where it has none.

    Whether Chargebee keeps the `meta_data` that an update does not name is documented nowhere, so all of it is sent.
    """
    stamped = {**customer.meta_data, **meta_data}
    email = None if customer.email else ports.customer_params(organization).get("email")
    if stamped != dict(customer.meta_data) or email:
        ports.chargebee.stamp_customer(customer.id, stamped, f"{key}-{digest(customer.id, stamped, email)}", email)


def _existing(customer_id: str, ports: Ports) -> Customer | None:
    """The customer whose id is taken. One that was deleted keeps its id, and is not found."""
    try:
        return ports.chargebee.customer(customer_id)
    except ChargebeeNotFound:
        return None


def link_customer(ensured: EnsuredCustomer, ports: Ports) -> None:
    """Write the mapping, unless a racing request or webhook already has.

    Raises OrganizationDeleted, or Conflict when it lost every race.
    """

    def attempt() -> None:
        organization = ports.store.load(ensured.organization.id).organization or ensured.organization
        if organization.deleted_at is not None:
            raise OrganizationDeleted("This organization has been deleted.")
        if organization.customer_id == ensured.customer_id:
            return
        from billing.subscriptions.domain.ownership import map_customer  # noqa: PLC0415 - once in an organization's life

        link = map_customer(organization, ensured.customer_id, ports.clock())
        mapped = replace(
            link.organization,
            version=organization.version + 1,
            retired_customers=organization.retired_customers | ensured.organization.retired_customers,
        )
        ports.store.commit(OrganizationChange(mapped, announcements=link.announcements, pointers=link.pointers))

    until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {ensured.organization.id} kept changing.")
