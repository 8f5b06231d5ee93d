"""What an organization has: the union of what its subscriptions, or else the default plan, and its grants give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.core.clock import Term
from billing.metering.domain.grant import Gift
from billing.metering.domain.meter import calendar_anchor, period_at
from billing.plans.feature import Counted, Reset, Switch
from billing.subscriptions.domain.subscription import Status

if TYPE_CHECKING:
    from billing.core.clock import Period
    from billing.metering.domain.grant import Grant
    from billing.plans.feature import Feature
    from billing.plans.plan import Catalog, Plan
    from billing.subscriptions.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Source:
    """A subscription that gives access, with its plan and the `features` that it gives by itself.

    The default plan comes from no subscription. Without a plan nothing but grants gives anything. `zone` is the time
    zone of the Chargebee site, by which periods are counted.
    """

    plan: Plan | None
    features: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    subscription: Subscription | None = None
    zone: tzinfo = UTC

    @property
    def plan_id(self) -> str:
        """The plan's item price, empty without one."""
        return self.plan.item_price_id if self.plan else ""

    @property
    def subscription_id(self) -> str | None:
        """Chargebee's id of the subscription."""
        return self.subscription.id if self.subscription else None

    @property
    def term(self) -> Term | None:
        """The paid term, or the trial."""
        row = self.subscription
        if row is None:
            return None
        start, end = (
            (row.trial_start, row.trial_end) if row.status is Status.IN_TRIAL else (row.term_start, row.term_end)
        )
        return Term(start, end, row.billing_months) if start is not None and end is not None else None

    def anchor(self, reset: Reset) -> int:
        """From when periods are counted (UTC seconds): the subscription's start, else the calendar."""
        row = self.subscription
        return (row and (row.started_at or row.created_at)) or calendar_anchor(reset, self.zone)

    def period(self, feature: Counted, now: int) -> Period:
        """The feature's period at `now` (UTC seconds)."""
        return period_at(feature.reset, self.anchor(feature.reset), now, self.term, self.zone)


@dataclass(frozen=True, slots=True)
class Entitled:
    """What an organization has. Each feature comes whole from one source, of `origins`: limit, price, period and bill.

    `sources` are newest first. `grants` are those in force, which have raised the limits of `features` already.
    `unverified` says that the cache has been without news of a subscription. `unknown` are the item prices that give
    access and that the catalog does not describe.
    """

    sources: tuple[Source, ...] = ()
    features: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    origins: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    grants: tuple[Grant, ...] = ()
    unverified: bool = False
    unknown: frozenset[str] = frozenset()

    def source(self, feature: Counted) -> Source:
        """Where a feature that it has comes from."""
        return self.origins[feature.id]

    def feature(self, feature_id: str, catalog: Catalog) -> Feature | None:
        """The feature, None when it does not have it. Raises UnknownFeature when no plan has it."""
        catalog.check_feature(feature_id)
        return self.features.get(feature_id)

    def in_period(self, feature: Counted, period: Period) -> Counted:
        """The feature with the units that grants add to that period."""
        units = sum(grant.units_in(period, feature.decimals) for grant in self.grants if grant.feature == feature.id)
        return feature if feature.limit is None or not units else replace(feature, limit=feature.limit + units)


def union(sources: Sequence[Source], *, unverified: bool = False) -> Entitled:
    """Everything that the sources, newest first, give: of two limits the larger, and of equal ones the older source's.

    So nothing changes when a source ends, or begins, that gives no more than another.
    """
    features: dict[str, Feature] = {}
    origins: dict[str, Source] = {}
    for source in reversed(sources):
        for name, feature in source.features.items():
            if name not in features or _size(feature) > _size(features[name]):
                features[name], origins[name] = feature, source
    return Entitled(tuple(sources), features, origins, unverified=unverified)


def with_grants(entitled: Entitled, grants: Sequence[Grant], catalog: Catalog, zone: tzinfo) -> Entitled:
    """The same with grants that are in force. What only they give has the periods of the oldest source."""
    if not grants:
        return entitled
    features = dict(entitled.features)
    for grant in grants:
        features[grant.feature] = _granted(grant, features.get(grant.feature), catalog)
    oldest = entitled.sources[-1] if entitled.sources else Source(None, zone=zone)
    origins = {**dict.fromkeys(features, oldest), **entitled.origins}
    return replace(entitled, features=features, origins=origins, grants=tuple(grants))


def _granted(grant: Grant, known: Feature | None, catalog: Catalog) -> Feature:
    """A grant takes nothing away: what is on stays on, and a larger limit than its own stays, too."""
    if grant.gift is Gift.FEATURE or isinstance(known, Switch):
        return Switch(grant.feature)
    base = known or _as_sold(grant.feature, catalog)
    raised = replace(base, limit=grant.amount_in(base.decimals) if grant.gift is Gift.LIMIT else 0)
    return max(base, raised, key=_size)


def _as_sold(feature_id: str, catalog: Catalog) -> Counted:
    """A feature that no source gives: nothing of it, and nothing to buy; it starts over as in the first plan that has
    it."""
    return (catalog.counted(feature_id) or Counted(feature_id, limit=0)).bare


def _size(feature: Feature) -> tuple[int, int]:
    """What is on is more than any count, and what has no limit is more than any limit."""
    if isinstance(feature, Switch):
        return 2, 0
    return (1, 0) if feature.limit is None else (0, feature.limit)
