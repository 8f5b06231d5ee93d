"""Void a use, or correct its quantity, once for every key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.clock import DAY
from billing.core.errors import (
    AlreadyProcessed,
    Conflict,
    DaySealed,
    EventConflict,
    InvalidRequest,
    PlanRequired,
)
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.correction import corrected, raised
from billing.metering.domain.entitlement import Refusal
from billing.metering.domain.use import exhausted
from billing.metering.services.usage_costs import find_usage

if TYPE_CHECKING:
    from billing.metering.domain.correction import CorrectedUse
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.usage import Correction, Usage
    from billing.metering.domain.use import Basis
    from billing.metering.services.ports import Metering


def correct_use(organization_id: str, said: Correction, metering: Metering) -> Usage:
    """The use as it counts then. The same correction again changes nothing.

    Of fewer units its meter gets the rest back, and its wallet the money, on a line of the ledger. The day that bills
    it loses them while it is open; what Chargebee was told already is flagged, for somebody to credit. More units count
    as a use of the same moment would. Raises UsageNotFound, EventConflict for a key that was used for another
    correction, InvalidState for what can no longer be taken off, and for more units what such a use is refused for:
    PlanRequired, Exhausted, SpendingCapReached or InvalidRequest, which is also for more decimals than it has.
    """
    store, sealed = metering.store, 0

    def attempt() -> Usage:
        nonlocal sealed
        usage = find_usage(organization_id, said.event_id, store)
        wanted = said.counted_in(usage.event.decimals)
        if (made := store.correction(organization_id, wanted.key)) is not None:
            if not wanted.repeats(made):
                raise EventConflict(f"The key {wanted.key!r} was used for another correction.")
            return find_usage(organization_id, wanted.event_id, store)  # it may have been made since the use was read
        if wanted.quantity == usage.split.quantity:
            return usage
        account = store.account(organization_id)
        if find_usage(organization_id, wanted.event_id, store) != usage:
            raise Conflict("It was corrected before the account was read.")
        change = _decided(account, usage, wanted, metering, sealed)
        try:
            store.correct(organization_id, change)
        except DaySealed as closed:
            sealed += 1
            raise Conflict("The day that billed it is closed.") from closed
        except AlreadyProcessed as moved_on:
            raise Conflict("It was corrected meanwhile.") from moved_on
        return change.use_after

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this organization's allowance. Try again.")


def _decided(account: Account, usage: Usage, wanted: Correction, metering: Metering, sealed: int) -> CorrectedUse:
    now = metering.clock()
    account = account.at(now)
    if wanted.quantity < usage.split.quantity:
        return corrected(account, usage, wanted, now, sealed)
    change = raised(account, _basis(account, usage, metering, now), usage, wanted, now, sealed=sealed)
    if isinstance(change, Refusal):
        raise exhausted(change, usage.event.feature)
    return change


def _basis(account: Account, usage: Usage, metering: Metering, now: int) -> Basis:
    """What decides more units of the use: what would decide a use of its moment, in the meter in which it counts."""
    from billing.metering.services.record_usage import MAX_AGE, basis_of  # noqa: PLC0415 - only for more units

    if usage.event.occurred_at < now - MAX_AGE:
        raise InvalidRequest(f"It is older than {MAX_AGE // DAY} days: no more units count then.")
    basis = basis_of(account, metering.granted(account, now), usage.event, metering, now)
    if basis is None:
        raise PlanRequired(f"The plan does not have the feature {usage.event.feature!r}.")
    if basis.meter.start == usage.period_start:
        return basis
    meter = account.meters.get(usage.place)
    if meter is None:
        raise InvalidRequest("The period in which it counts is long over.")
    return replace(basis, meter=account.late(meter))
