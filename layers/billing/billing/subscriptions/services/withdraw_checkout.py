"""Withdraw a checkout that nobody wants to pay any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.subscriptions.domain.transaction import OrganizationChange

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Store


def withdraw_checkout(organization_id: str, store: Store) -> str | None:
    """The id of the subscription that was promised, None when nothing is open. Doing it twice is doing it once.

    Invariant: the promised id stays the organization's, because Chargebee cannot close a page: the next checkout has
    the same id, so that of the two pages only one can be paid. Raises Conflict when others won every attempt.
    """

    def attempt() -> str | None:
        organization = store.load(organization_id).organization
        checkout = organization.checkout if organization else None
        if organization is None or checkout is None or checkout.withdrawn or organization.deleted_at is not None:
            return None
        taken_back = replace(checkout, opened_at=0, asked_at=0)
        store.commit(OrganizationChange(replace(organization, checkout=taken_back, version=organization.version + 1)))
        return checkout.subscription_id

    return until_won(attempt, ORGANIZATION_ATTEMPTS, "The checkout kept changing. Try again.")
