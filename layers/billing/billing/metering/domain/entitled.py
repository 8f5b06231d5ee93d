"""What an organization has: the union of what its subscriptions give, or else the default plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.core.clock import Term
from billing.metering.domain.period import calendar_anchor, period_at
from billing.plans.feature import Switch
from billing.subscriptions.domain.subscription import Status

if TYPE_CHECKING:
    from billing.core.clock import Period
    from billing.plans.feature import Counted, Feature, Reset
    from billing.plans.plan import Catalog, Plan
    from billing.subscriptions.domain.subscription import Subscription


@dataclass(frozen=True, slots=True)
class Source:
    """A subscription that gives access, with its plan; the default plan comes from none.

    `zone` is the time zone of the Chargebee site, by which periods are counted.
    """

    plan: Plan
    subscription: Subscription | None = None
    zone: tzinfo = UTC

    @property
    def features(self) -> Mapping[str, Feature]:
        """What it gives by itself."""
        return self.plan.features

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
    """What an organization has. Each feature comes whole from one source: limit, price, period and bill.

    `sources` are newest first. `unverified` says that the cache has been without news of a subscription.
    """

    sources: tuple[Source, ...] = ()
    origins: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    unverified: bool = False

    @property
    def plan(self) -> Plan | None:
        """The plan of the newest source."""
        return self.sources[0].plan if self.sources else None

    @property
    def features(self) -> Mapping[str, Feature]:
        """Every feature that it has."""
        return {name: source.features[name] for name, source in self.origins.items()}

    def source(self, feature: Counted) -> Source:
        """Where a feature that it has comes from."""
        return self.origins[feature.id]

    def feature(self, feature_id: str, catalog: Catalog) -> Feature | None:
        """The feature, None when it does not have it. Raises UnknownFeature when no plan has it."""
        catalog.check_feature(feature_id)
        origin = self.origins.get(feature_id)
        return origin.features[feature_id] if origin else None


def union(sources: Sequence[Source], *, unverified: bool = False) -> Entitled:
    """Everything that the sources, newest first, give: of two limits the larger, and of equal ones the older source's.

    So nothing changes when a source ends, or begins, that gives no more than another.
    """
    origins: dict[str, Source] = {}
    for source in reversed(sources):
        for name, feature in source.features.items():
            known = origins.get(name)
            if known is None or _size(feature) > _size(known.features[name]):
                origins[name] = source
    return Entitled(tuple(sources), origins, unverified)


def _size(feature: Feature) -> tuple[int, int]:
    """What is on is more than any count, and what has no limit is more than any limit."""
    if isinstance(feature, Switch):
        return 2, 0
    return (1, 0) if feature.limit is None else (0, feature.limit)
