"""Take away what an organization was given beside its plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed, Conflict
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.announcements import grant_announcement
from billing.metering.domain.grant_decision import taken_away
from billing.metering.services.save_grant import BUSY

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.domain.grant import Grant, GrantDeletion
    from billing.metering.services.ports import GrantStore


def delete_grant(organization_id: str, deletion: GrantDeletion, store: GrantStore, clock: Clock) -> Grant:
    """It counts no more from now on. Deleting it again is deleting it once. Raises GrantNotFound.

    Who deleted it and why is kept with all of its versions.
    """

    def attempt() -> Grant:
        account, now = store.account(organization_id), clock()
        known = account.grant(deletion.id) or next(iter(store.grant_versions(organization_id, deletion.id)), None)
        grant = taken_away(known, deletion, now)
        if grant is known:
            return grant
        announcement = grant_announcement(organization_id, account.customer_id, grant)
        try:
            store.save_grant(organization_id, account.grants_version, grant, announcement)
        except AlreadyProcessed as written:
            raise Conflict("Somebody else wrote it meanwhile.") from written
        return grant

    return until_won(attempt, USAGE_ATTEMPTS, BUSY)
