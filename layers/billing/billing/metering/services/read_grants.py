"""What an organization was given beside its plans, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.metering.domain.grant import GrantNotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing.metering.domain.grant import Grant
    from billing.metering.services.ports import GrantStore


def read_grants(organization_id: str, store: GrantStore) -> Sequence[Grant]:
    """Those that have not been deleted; one that has ended is among them for a month."""
    return [each for each in store.account(organization_id).grants if not each.deleted]


def grant_history(organization_id: str, grant_id: str, store: GrantStore) -> Sequence[Grant]:
    """Every version of one grant, the newest first, also when it has ended or was deleted. Raises GrantNotFound."""
    versions = store.grant_versions(organization_id, grant_id)
    if not versions:
        raise GrantNotFound(f"There is no grant {grant_id!r}.")
    return versions
