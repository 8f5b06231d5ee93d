"""Read the levels of an organization's subscriptions from Chargebee, and keep them with their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.errors import InvalidRequest
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.subscriptions.domain.ownership import Link, next_change
from billing.subscriptions.domain.subscription import Level, Levels, Subscription
from billing.subscriptions.services.apply_event import absorb

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import Ports


LISTED_SOON = 60
"""Seconds after which a new subscription's entitlements are listed: the list is eventually consistent
(https://apidocs.chargebee.com/docs/api/subscription_entitlements)."""


class Entitlements(Protocol):
    """Chargebee's entitlements. Every method raises the ChargebeeError that fits."""

    def levels(self, subscription_id: str) -> Mapping[str, Level]:
        """All that the subscription has now, by feature, whatever its status. Raises ChargebeeNotFound."""


def read_levels(
    organization_id: str, asked: Collection[str], entitlements: Entitlements, ports: Ports
) -> tuple[Subscription, ...]:
    """The live subscriptions with the levels of the features that are `asked`, by Chargebee's ids.

    Invariant: what was read is kept only if nobody has written the organization since before the read. So of two reads
    that are kept, one had ended when the other began, and the later one stays: no clock decides, and no event's order.
    What was just bought keeps its plan's own while Chargebee lists nothing of it.
    Raises LostEveryRace, and the ChargebeeError with everything as it was.
    """

    def attempt() -> tuple[Subscription, ...]:
        partition, now = ports.store.load(organization_id), ports.clock()
        if partition.organization is None or partition.organization.deleted_at is not None:
            return ()
        read = [_read(row, asked, entitlements, now) for row in partition.live]
        rows = tuple(row for row in read if row is not None)
        if rows:
            ports.store.commit(next_change(Link(partition.organization), now, rows))
        return rows

    return until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {organization_id} kept changing.")


def holder_of(subscription_id: str, ports: Ports) -> str | None:
    """The organization that has the subscription: one that nobody has told of yet is read from Chargebee.

    None for a subscription that is nobody's here. Raises the ChargebeeError.
    """
    if holder := ports.store.subscription_holder(subscription_id):
        return holder
    try:
        snapshot = ports.chargebee.subscription(subscription_id)
    except (ChargebeeNotFound, InvalidRequest):  # nor is it with an id that no call can carry
        return None
    told = absorb(snapshot, ports)
    return told.organization_id


def _read(row: Subscription, asked: Collection[str], entitlements: Entitlements, now: int) -> Subscription | None:
    """None for one that Chargebee has no more, which other news will tell, and for a list of before the purchase."""
    try:
        found = entitlements.levels(row.id)
    except (ChargebeeNotFound, InvalidRequest):
        return None
    if not found and row.levels is None and now < (row.created_at or 0) + LISTED_SOON:
        return None
    return replace(row, levels=Levels(now, tuple(found.get(each, Level(each)) for each in sorted(asked))))
