"""A customer names an organization that has another customer: decide which of the two is the organization's."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import CustomerConflict, OrganizationDeleted
from billing.organizations.services.save_organization import OrganizationSettings, save_organization

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Ports


class Adoption(StrEnum):
    """What became of the customer."""

    ADOPTED = "adopted"
    REFUSED = "refused"
    """The organization has another one in use: only somebody who knows both can say which is right."""
    NOTHING_TO_ADOPT = "nothing_to_adopt"
    """It is gone, or it names nobody and was never used."""


def adopt_customer(organization_id: str, customer_id: str, ports: Ports) -> Adoption:
    """Map a customer that is stamped for the organization, in place of one that was made here and never used.

    Chargebee is asked anew, so a late or repeated event does no harm. Raises the ChargebeeError.
    """
    try:
        customer = ports.chargebee.customer(customer_id)
    except ChargebeeNotFound:
        return Adoption.NOTHING_TO_ADOPT
    if customer.deleted or (customer.organization_id is None and ports.chargebee.never_billed(customer_id)):
        return Adoption.NOTHING_TO_ADOPT
    if customer.organization_id != organization_id:
        return Adoption.REFUSED
    try:
        save_organization(OrganizationSettings(organization_id, customer_id=customer_id), ports)
    except CustomerConflict:
        return Adoption.REFUSED
    except OrganizationDeleted:
        return Adoption.NOTHING_TO_ADOPT
    return Adoption.ADOPTED
