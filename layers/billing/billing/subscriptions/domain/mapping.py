"""An organization and its customer, and the next version of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from billing.subscriptions.domain.announcement import MIGRATED, NOTHING, Announcement, Happening, announce
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transaction import OrganizationChange
from billing.subscriptions.domain.transition import Transition


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

    A customer whose id this system does not give is from before it, and so are the subscriptions that are older than
    the mapping.
    """
    migrated = not organization.made(customer_id)
    mapped = replace(
        organization,
        customer_id=customer_id,
        card_status=None,
        customer_version=None,
        migrated_at=at if migrated else organization.migrated_at,
    )
    happenings = [(Transition.CUSTOMER_CREATED, None)]
    return Link(
        mapped,
        announce(mapped, mapped.version + 1, at, happenings, content=MIGRATED if migrated else NOTHING),
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
