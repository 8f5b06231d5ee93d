"""Units that a period leaves and the next one has: they move from meter to meter, so that none counts twice."""

from collections.abc import Iterable
from dataclasses import replace

from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter, unused
from billing.plans.feature import Counted


def with_rollover(account: Account, granted: Entitled, feature: Counted, meter: Meter) -> Meter:
    """The meter of the period that runs with what the one before it has left by now, as far as that may roll over.

    What had rolled over into that one is gone with it. Its meter, with so much less, is `beside` the answer.
    """
    before = _before(account, granted, feature, meter)
    if before is None or before.remaining is None or before.limit is None or meter.limit is None:
        return meter
    units = min(before.remaining, before.limit - before.rolled, feature.rollover - meter.rolled)
    if units <= 0:
        return meter
    end = meter.start if before.end is None else min(before.end, meter.start)
    given = replace(before, limit=before.limit - units, passed=before.passed + units, end=end)
    return replace(meter, limit=meter.limit + units, rolled=meter.rolled + units, beside=given)


def taken_back(account: Account, meter: Meter) -> Meter:
    """The meter of a period that is over with what rolled over from it and nobody has used: late news has it first.

    The next one's meter, with so much less, is `beside` the answer.
    """
    after = min((each for each in _own(account, meter) if each.start > meter.start), key=_start, default=None)
    if after is None or meter.limit is None:
        return meter
    units = min(meter.passed, after.rolled - after.used - after.held)
    if units <= 0:
        return meter
    limit = None if after.limit is None else after.limit - units
    left = replace(after, limit=limit, rolled=after.rolled - units)
    return replace(meter, limit=meter.limit + units, passed=meter.passed - units, beside=left)


def _before(account: Account, granted: Entitled, feature: Counted, meter: Meter) -> Meter | None:
    """The meter of the period before, of the same subscription: a trial is no term, and nothing rolls over from it.

    It may have begun earlier than its period would today: terms change their length. Nobody has used anything of a
    period without a meter, be it another subscription's. Whoever opened the next one has written it.
    """
    source = granted.source(feature)
    row = source.subscription
    if row is None or meter.subscription_id != row.id or meter.decimals != feature.decimals:
        return None
    began = max(source.anchor(feature.reset), row.trial_end or 0)
    if meter.start <= began:
        return None
    period = source.period(feature, meter.start - 1)
    period = replace(period, start=max(began, period.start), end=meter.start)
    own = [each for each in _own(account, meter) if each.start < meter.start]
    known = [each for each in own if each.start >= period.start or each.end is None or each.end >= meter.start]
    if known or any(name == feature.id and period.start <= start <= meter.start for name, start in account.meters):
        return max(known, key=_start, default=None)
    fresh = unused(replace(granted.in_period(feature, period), alerts=()), period)
    return replace(fresh, subscription_id=row.id, reset=feature.reset)


def _own(account: Account, meter: Meter) -> Iterable[Meter]:
    own = _kind(meter)
    return (each for each in account.meters.values() if _kind(each) == own)


def _kind(meter: Meter) -> tuple[object, ...]:
    return meter.feature, meter.subscription_id, meter.reset, meter.decimals


def _start(meter: Meter) -> int:
    return meter.start
