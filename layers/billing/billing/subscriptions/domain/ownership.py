"""Whose a Chargebee customer is, its subscriptions with it.

The open checkout of a subscription is found in four steps, the cookbook's: Chargebee's own subscription id; the id in
the subscription's `meta_data`; the id stamped on the customer (`pendingSubscriptionId`); the organization's open
checkout of that plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.subscriptions.domain.announcement import MIGRATED, NOTHING, Announcement, Happening, announce
from billing.subscriptions.domain.billing_event import BillingEvent, Customer
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transaction import OrganizationChange
from billing.subscriptions.domain.transition import Transition


def candidate_organizations(event: BillingEvent) -> tuple[str, ...]:
    """The organizations to look in, likeliest first: what the customer says, else the customer's own id."""
    named = event.customer.organization_id if event.customer else None
    return tuple(dict.fromkeys(each for each in (named, event.customer_id) if each))


def owners(customer: Customer, pointed_to: str | None) -> set[str]:
    """Whose the customer is: by its own word, and by the table's pointer, which is written before it is stamped."""
    return {each for each in (customer.organization_id, pointed_to) if each is not None}


def owns(organization: Organization, event: BillingEvent) -> bool:
    """Whether the event's customer is, or may become, the organization's.

    Nobody's customer is taken over: a mapped organization has the customer that it has, and one without a customer
    accepts its own id or a customer that names it.
    """
    if organization.customer_id is not None or event.customer_id in organization.retired_customers:
        return event.customer_id in {organization.customer_id, *organization.retired_customers}
    named = event.customer.organization_id if event.customer else None
    return organization.id in (named, event.customer_id) or event.customer_id == organization.next_customer_id


def checkout_id(organization: Organization, snapshot: Subscription, event: BillingEvent) -> str:
    """The id under which the caller knows a subscription that has no row yet.

    A stale pending id never takes what is already linked: only the open checkout can be fulfilled, and only once.
    """
    checkout = organization.checkout
    if checkout is None or snapshot.id == checkout.subscription_id:
        return snapshot.id
    pending = event.customer.pending_subscription_id if event.customer else None
    if checkout.subscription_id in (event.promised_id, pending):
        return checkout.subscription_id
    if snapshot.plan and snapshot.plan.item_price_id == checkout.selection.item_price_id:
        return checkout.subscription_id
    return snapshot.id


@dataclass(frozen=True, slots=True)
class Link:
    """An organization with its customer, what to announce of it, and the pointers that it needs.

    `content` is what further announcements of the same write say besides.
    """

    organization: Organization
    announcements: tuple[Announcement, ...] = ()
    pointers: tuple[str, ...] = ()
    content: Mapping[str, Any] = NOTHING


def map_customer(organization: Organization, customer_id: str, at: int) -> Link:
    """Give an organization, as it was read, its customer. `at` is UTC seconds.

    A customer whose id this system does not give is from before it.
    """
    if not organization.made(customer_id):
        return map_older_customer(organization, customer_id, at)
    return _linked(organization, customer_id, at, NOTHING)


def map_older_customer(organization: Organization, customer_id: str, at: int) -> Link:
    """The same of one from before this system, whatever its id: the subscriptions that are older than the mapping are
    from before, too."""
    return _linked(replace(organization, migrated_at=at), customer_id, at, MIGRATED)


def _linked(organization: Organization, customer_id: str, at: int, content: Mapping[str, Any]) -> Link:
    mapped = replace(organization, customer_id=customer_id, card_status=None, customer_version=None)
    happenings = [(Transition.CUSTOMER_CREATED, None)]
    return Link(
        mapped,
        announce(mapped, mapped.version + 1, at, happenings, content=content),
        () if customer_id == organization.id else (customer_id,),
    )


def next_change(
    link: Link, at: int, rows: tuple[Subscription, ...] = (), happenings: Sequence[Happening] = ()
) -> OrganizationChange:
    """The organization's next version, with its changed rows and what happened to them. `at` is UTC seconds."""
    organization = replace(link.organization, version=link.organization.version + 1)
    told = announce(organization, organization.version, at, happenings, len(link.announcements), content=link.content)
    return OrganizationChange(
        organization=organization,
        subscriptions=rows,
        announcements=link.announcements + told,
        pointers=link.pointers,
    )
