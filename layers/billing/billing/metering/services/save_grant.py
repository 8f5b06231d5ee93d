"""Give an organization something beside its plans, or change what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed, Conflict
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.announcements import grant_announcement
from billing.metering.domain.grant_decision import check_room, gone, wished

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.domain.grant import Grant, GrantWish
    from billing.metering.services.ports import GrantStore
    from billing.plans.plan import Catalog

BUSY = "Too many others are changing this organization's grants. Try again."


def save_grant(organization_id: str, wish: GrantWish, catalog: Catalog, store: GrantStore, clock: Clock) -> Grant:
    """Saving the same again is saving it once.

    Raises UnknownFeature, InvalidRequest, TooManyGrants, Conflict for another version than the one that was named, or
    EventConflict for the id of a grant that is gone.
    """

    def attempt() -> Grant:
        account, now = store.account(organization_id), clock()
        known = account.grant(wish.id)
        grant = wished(known, wish, catalog, now)
        if grant is known:
            return grant
        check_room(account.grants, grant, now)
        announcement = grant_announcement(organization_id, account.customer_id, grant)
        try:
            store.save_grant(organization_id, account.grants_version, grant, announcement)
        except AlreadyProcessed as written:
            if known is None and store.account(organization_id).grant(wish.id) is None:
                raise gone(wish.id) from written
            raise Conflict("Somebody else wrote it meanwhile.") from written
        return grant

    return until_won(attempt, USAGE_ATTEMPTS, BUSY)
