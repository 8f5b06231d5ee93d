"""Adjust a meter by a number of units, once for every key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.clock import DAY
from billing.core.errors import (
    AlreadyProcessed,
    Conflict,
    DaySealed,
    EventConflict,
    InvalidRequest,
    InvalidState,
    PlanRequired,
)
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.adjustment import lowered, raised_by
from billing.metering.domain.entitlement import Refusal
from billing.metering.domain.usage import UsageEvent
from billing.metering.domain.use import exhausted
from billing.metering.services.last_payments import Payments
from billing.metering.services.record_usage import MAX_AGE, MAX_AHEAD, basis_of

if TYPE_CHECKING:
    from billing.metering.domain.adjustment import AdjustedMeter, Adjustment
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.use import Basis
    from billing.metering.services.ports import AdjustmentStore, Metering


def adjust_meter(
    organization_id: str, said: Adjustment, adjustments: AdjustmentStore, metering: Metering
) -> Adjustment:
    """The adjustment as it was made. The same one again changes nothing.

    More units count as a use of that moment would. Of fewer, those beyond the allowance go first: the wallet gets their
    money back, and the day that bills them loses them while it is open and has so many; otherwise somebody is told to
    credit them. Raises EventConflict for a key that was used for another one, UnknownFeature, InvalidRequest for a
    moment that is too long ago or lies ahead, BelowZero for more than the meter counts, InvalidState where the wallet
    has paid less for them than the plan says, or what by the plan it does not pay, and for more units what such a use
    is refused for.
    """
    sealed = 0

    def attempt() -> Adjustment:
        nonlocal sealed
        account = metering.store.account(organization_id)  # before the key: a twin behind it refuses nothing
        if (made := adjustments.adjustment(organization_id, said.key)) is not None:
            if not said.repeats(made):
                raise EventConflict(f"The key {said.key!r} was used for another adjustment.")
            return made
        try:
            payments = Payments(organization_id, metering.store, adjustments)
            change = _decided(account, said, metering, payments, sealed)
            adjustments.adjust(organization_id, change)
        except InvalidState as refused:
            if metering.store.account(organization_id) == account:
                raise
            raise Conflict("Its payments were read behind the account.") from refused
        except DaySealed as closed:
            sealed += 1
            raise Conflict("The day that bills it is closed, or has fewer units.") from closed
        except AlreadyProcessed as known:
            raise Conflict("It was made meanwhile.") from known
        return change.adjustment

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this organization's allowance. Try again.")


def _decided(account: Account, said: Adjustment, metering: Metering, payments: Payments, sealed: int) -> AdjustedMeter:
    now = metering.clock()
    account = account.at(now)
    basis = _basis(account, said, metering, now)
    wanted = said.counted_in(basis.feature.decimals)
    if wanted.quantity > 0:
        more = raised_by(account, basis, wanted, now, sealed=sealed)
        if isinstance(more, Refusal):
            raise exhausted(more, wanted.feature)
        return more
    fewer = lowered(account, basis, wanted, now, sealed=sealed)
    if fewer.change.line is None or fewer.change.line.amount.micros <= 0:
        return fewer
    drawn = payments.last(basis.meter, fewer.change.line.amount)
    return lowered(account, basis, wanted, now, sealed=sealed, drawn=drawn)


def _basis(account: Account, said: Adjustment, metering: Metering, now: int) -> Basis:
    """What would decide a use of its moment."""
    moment = now if said.occurred_at is None else said.occurred_at
    if not now - MAX_AGE <= moment <= now + MAX_AHEAD:
        raise InvalidRequest(f"occurredAt is at most {MAX_AGE // DAY} days ago, and does not lie ahead.")
    event = UsageEvent(said.key, said.feature, abs(said.quantity), moment, said.dimensions, decimals=said.decimals)
    basis = basis_of(account, metering.granted(account, now), event, metering, now)
    if basis is None:
        raise PlanRequired(f"The plan does not have the feature {said.feature!r}.")
    return basis
