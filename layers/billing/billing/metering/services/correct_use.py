"""Void a use, or correct its quantity, once for every key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, EventConflict, InvalidRequest
from billing.core.quantity import written
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.correction import corrected
from billing.metering.services.usage_costs import find_usage

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.domain.usage import Correction, Usage
    from billing.metering.services.ports import UsageStore


def correct_use(organization_id: str, said: Correction, store: UsageStore, clock: Clock) -> Usage:
    """The use as it counts then. The same correction again changes nothing.

    Its meter gets the units back, and its wallet the money, on a line of the ledger. The day that bills it loses them
    while it is open; what Chargebee was told already is flagged, for somebody to credit. Raises UsageNotFound,
    EventConflict for a key that was used for another correction, or InvalidRequest for more than the use counts, in
    units or in decimals.
    """
    sealed = 0

    def attempt() -> Usage:
        nonlocal sealed
        usage = find_usage(organization_id, said.event_id, store)
        wanted = said.counted_in(usage.event.decimals)
        if (made := store.correction(organization_id, wanted.key)) is not None:
            if not wanted.repeats(made):
                raise EventConflict(f"The key {wanted.key!r} was used for another correction.")
            return find_usage(organization_id, wanted.event_id, store)  # it may have been made since the use was read
        if wanted.quantity > (counted := usage.split.quantity):
            told = written(counted, wanted.decimals)
            raise InvalidRequest(f"It counts {told} units. Report more of them as a use with an id of its own.")
        if wanted.quantity == counted:
            return usage
        account, now = store.account(organization_id), clock()
        change = corrected(account.at(now), usage, wanted, now, sealed)
        try:
            store.correct(organization_id, change)
        except DaySealed as closed:
            sealed += 1
            raise Conflict("The day that billed it is closed.") from closed
        except AlreadyProcessed as moved_on:
            raise Conflict("It was corrected meanwhile.") from moved_on
        return change.use_after

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this organization's allowance. Try again.")
