"""How far the levels that were read of a subscription hold."""

from collections.abc import Mapping

from billing.core.clock import DAY
from billing.plans.feature import Feature
from billing.plans.levels import Told, asked, features_told
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.subscription import Level, Subscription

READ_ANEW = DAY
"""Seconds after which levels are read once more: the event that told of others may have been lost, or cut."""


def with_levels(
    row: Subscription, plan: Plan, own: Mapping[str, Feature], catalog: Catalog, now: int
) -> dict[str, Feature]:
    """The features that the plan gives to its subscription, with those of Chargebee's at `now` (UTC seconds).

    Until its level was read for the first time, a feature is the plan's own. A level that was read for other items, or
    that was until a time which is over, gives no more than the plan does.
    """
    seats = row.plan.seats if row.plan else None
    known = _known(row)
    told = {name: _told(row, known[each], now) for name, each in asked(catalog).items() if each in known}
    return features_told(plan, seats, own, told, catalog)


def doubtful(row: Subscription, catalog: Catalog, now: int) -> bool:
    """Whether Chargebee should be asked again: a level was never read, may be of before, or was read long ago."""
    levels, known = row.levels, _known(row)
    if levels is None:
        return bool(asked(catalog))
    return now >= levels.read_at + READ_ANEW or any(
        each not in known or not _told(row, known[each], now).sure for each in asked(catalog).values()
    )


def _known(row: Subscription) -> dict[str, Level]:
    return {each.feature_id: each for each in row.levels.found} if row.levels else {}


def _told(row: Subscription, level: Level, now: int) -> Told:
    of_these_items = row.levels is not None and not row.levels.outdated
    return Told(level.value, sure=of_these_items and (level.until is None or now < level.until))
