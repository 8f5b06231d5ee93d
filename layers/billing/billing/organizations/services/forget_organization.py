"""An organization wants its data erased: end it here as a deletion does, and clear what the vendor knows of its people.

The table's other rows are the operator's to erase afterwards: with the tombstone nothing writes them any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from billing.core.errors import InvalidState, OrganizationNotFound
from billing.organizations.services.retire_organization import own_customer, remove_organization

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Ports


class StillBilled(InvalidState):
    """Nobody is forgotten who pays."""

    code = "still_billed"


class PersonalData(Protocol):
    """The vendor's record of the people behind a customer."""

    def clear(self, customer_id: str) -> str:
        """Clear it; twice is once. What became of it."""


def forget_organization(organization_id: str, ports: Ports, personal_data: PersonalData) -> Mapping[str, str]:
    """What became of the personal data of each of its customers. Doing it again does what is left.

    Invariant: nothing is erased while it bills. A page that somebody pays between the look and the tombstone is
    cancelled, as a deletion cancels it. Raises OrganizationNotFound, StillBilled, and ChargebeeError.
    """
    partition = ports.store.load(organization_id)
    if partition.organization is None and not partition.subscriptions:
        raise OrganizationNotFound(f"There is no organization {organization_id!r}.")
    customers = _customers_of(partition.opened(organization_id), ports)
    _check_unbilled(customers, ports)
    remove_organization(organization_id, ports)
    return {customer_id: personal_data.clear(customer_id) for customer_id in customers}


def _customers_of(organization: Organization, ports: Ports) -> tuple[str, ...]:
    """Every customer that it has or had, the one of its own id, and each that was made for it and then replaced by one
    from before. Whose they are is asked for: another organization's may bear such an id."""
    current = own_customer(organization, ports)
    own = own_customer(replace(organization, customer_id=None, retired_customers=frozenset()), ports)
    numbered = (f"{organization.id}-{number}" for number in range(2, len(organization.retired_customers) + 2))
    made = (each for each in numbered if ports.store.customer_owner(each) == organization.id)
    return tuple(dict.fromkeys(filter(None, (current, own, *made, *sorted(organization.retired_customers)))))


def _check_unbilled(customers: tuple[str, ...], ports: Ports) -> None:
    """Chargebee is asked: the cache may not have heard yet."""
    found = (row for customer_id in customers for row in ports.chargebee.subscriptions(customer_id))
    if live := [f"{row.id} ({row.status})" for row in found if row.live]:
        raise StillBilled(f"It has a live subscription: {', '.join(live)}. Let it end first, or cancel it.")
