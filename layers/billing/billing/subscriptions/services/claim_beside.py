"""Claim the checkout of an organization that has live subscriptions of other lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import OrganizationDeleted, SubscriptionExists
from billing.subscriptions.domain.line import in_the_way
from billing.subscriptions.domain.organization import renewed
from billing.subscriptions.domain.transaction import OrganizationChange

if TYPE_CHECKING:
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.organization import Checkout, Organization
    from billing.subscriptions.services.ports import Store


def claim_beside(
    organization_id: str, wanted: Checkout, reopen: int | None, catalog: Catalog, store: Store
) -> Organization:
    """The organization with its checkout open. It still has one checkout, so that of all its pages one can be paid.

    Invariant: the write is guarded by the version that was read together with every subscription, so that none of the
    line can have begun meanwhile. Raises SubscriptionExists, OrganizationDeleted, or Conflict.
    """
    partition = store.load(organization_id)
    organization = partition.opened(organization_id)
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    line = catalog.plan(wanted.selection.item_price_id).line
    if in_the_way(partition.live, line, catalog):
        raise SubscriptionExists("This organization already has a subscription of this line. Change that one instead.")
    claimed = renewed(organization, wanted, reopen)
    if claimed is not organization:
        store.commit(OrganizationChange(claimed))
    return claimed
