"""What an organization is entitled to, now: one answer for the gate and for whoever reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from billing.core.errors import InvalidRequest, UnknownFeature
from billing.metering.domain.meter import Meter, meter_now
from billing.metering.domain.period import Period, calendar_anchor, period_at
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Feature, Reset
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.access import Policy, access
from billing.subscriptions.domain.organization import Partition
from billing.subscriptions.domain.subscription import Status, Subscription


class Refusal(StrEnum):
    """Why a use is not met. The values are codes of the API."""

    NOT_IN_PLAN = "not_in_plan"
    EXHAUSTED = "exhausted"


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that usage is decided from, read consistently in one query."""

    partition: Partition
    meters: Mapping[tuple[str, int], Meter] = field(default_factory=lambda: MappingProxyType({}))
    wallets: Mapping[str, Wallet] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, TopUpRule] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def customer_id(self) -> str | None:
        """Chargebee's customer of the organization."""
        return self.partition.organization.customer_id if self.partition.organization else None

    def wallet(self, currency: str) -> Wallet:
        """The wallet of a currency, empty until the first credit."""
        return self.wallets.get(currency, Wallet(currency))


@dataclass(frozen=True, slots=True)
class Grant:
    """The plan in force, and the subscription that it comes from; the default plan comes from none."""

    plan: Plan | None
    subscription: Subscription | None

    def anchor(self, reset: Reset) -> int:
        """From when periods are counted (UTC seconds): the subscription's start, else the calendar."""
        row = self.subscription
        return (row and (row.started_at or row.created_at)) or calendar_anchor(reset)

    @property
    def term(self) -> tuple[int, int] | None:
        """The paid term, or the trial."""
        row = self.subscription
        if row is None:
            return None
        start, end = (
            (row.trial_start, row.trial_end) if row.status is Status.IN_TRIAL else (row.term_start, row.term_end)
        )
        return (start, end) if start is not None and end is not None else None

    def feature(self, feature_id: str, catalog: Catalog) -> Feature | None:
        """The feature as this plan grants it, None when it does not. Raises UnknownFeature when no plan has it."""
        found = self.plan.features.get(feature_id) if self.plan else None
        if found is None and not any(feature_id in plan.features for plan in catalog.plans.values()):
            raise UnknownFeature(f"No plan has a feature {feature_id!r}.")
        return found

    def period(self, feature: Feature, now: int) -> Period:
        """The feature's period at `now` (UTC seconds)."""
        return period_at(feature.reset, self.anchor(feature.reset), now, self.term)


def grant(partition: Partition, catalog: Catalog, policy: Policy, now: int) -> Grant:
    """The newest subscription that gives access, by the one access policy; without one the catalog's default plan.

    A deleted organization is granted nothing.
    """
    if partition.organization is not None and partition.organization.deleted_at is not None:
        return Grant(None, None)
    for row in partition.live:
        plan = catalog.plans.get(row.plan.item_price_id) if row.plan else None
        if plan is not None and access(row, policy, now).allowed:
            return Grant(plan, row)
    return Grant(catalog.default, None)


def require_feature(granted: Grant, feature_id: str, catalog: Catalog) -> Feature | None:
    """The counted feature; None when the plan does not have it. Raises UnknownFeature, InvalidRequest."""
    feature = granted.feature(feature_id, catalog)
    if feature is not None and not feature.counted:
        raise InvalidRequest(f"The feature {feature_id!r} is on or off; it is not counted.")
    return feature


def meter_of(account: Account, granted: Grant, feature: Feature, now: int) -> Meter:
    """The meter that counts a use at `now`."""
    period = granted.period(feature, now)
    return meter_now(account.meters.get((feature.id, period.start)), feature, period)
