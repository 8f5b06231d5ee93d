"""What an organization had at a moment that is over, as far as its rows can tell."""

from dataclasses import replace

from billing.core.clock import Period
from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter, unused
from billing.plans.feature import Counted
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import RUNNING, Status, Subscription

CLOCKS = 300
"""Seconds by which Chargebee's clock and a reporter's may differ: a use of the minutes before a subscription is its
own."""


def as_of(partition: OrganizationState, moment: int, now: int) -> OrganizationState:
    """The organization as it was at `moment` (UTC seconds): without what began later, with what ran then.

    A row tells of its newest plan alone, so that one is taken for the plan of then.
    """
    rows = partition.subscriptions
    return replace(
        partition, subscriptions=tuple(_then(row, moment, now) for row in rows if _existed(row, moment, now))
    )


def meter_then(account: Account, then: Entitled, feature: Counted, moment: int) -> Meter:
    """The meter of the period that `moment` (UTC seconds) lies in, with the limit that it had: nothing of today moves
    it. One that nobody has used yet has the feature's limit.
    """
    source = then.source(feature)
    owner = source.subscription_id
    inside = moment if owner is None else max(moment, source.anchor(feature.reset))
    period = source.period(feature, inside)
    kept = account.meters.get((feature.id, period.start)) or _kept(account, feature, owner, inside)
    meter = kept or _unused(then.in_period(feature, period), owner, period)
    if meter.passed or not feature.rollover:
        return account.late(meter)
    from billing.metering.domain.rollover import with_rollover  # noqa: PLC0415 - few features have it

    return with_rollover(account, then, feature, meter)


def _began(row: Subscription) -> int | None:
    return row.started_at or row.created_at


def _existed(row: Subscription, moment: int, now: int) -> bool:
    began = _began(row)
    return began is None or began > now or moment >= began - CLOCKS


def _then(row: Subscription, moment: int, now: int) -> Subscription:
    stopped = {Status.CANCELLED: row.cancelled_at, Status.PAUSED: row.pause_date}.get(row.status)
    ran = stopped is not None and moment < stopped <= now
    if row.status not in RUNNING and not ran:
        return row
    if row.in_trial_at(moment):
        return replace(row, status=Status.IN_TRIAL)
    return replace(row, status=Status.ACTIVE) if ran else row


def _kept(account: Account, feature: Counted, owner: str | None, moment: int) -> Meter | None:
    """A meter whose period is cut otherwise today: terms move. Another subscription's lasts as its own would."""
    others = (
        each
        for each in account.meters.values()
        if (each.feature, each.reset) == (feature.id, feature.reset)
        and (owner is not None and each.subscription_id is not None)
        and each.start <= moment
        and (each.end is None or moment < each.end)
    )
    return max(others, key=lambda each: (each.subscription_id == owner, each.start), default=None)


def _unused(feature: Counted, owner: str | None, period: Period) -> Meter:
    reset = feature.reset if owner else None
    return replace(unused(replace(feature, alerts=()), period), subscription_id=owner, reset=reset)
