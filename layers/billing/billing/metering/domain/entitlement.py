"""What an organization is entitled to, now: one answer for the gate and for whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.core.clock import Period, Term
from billing.core.errors import InvalidRequest
from billing.metering.domain.meter import meter_now, running
from billing.metering.domain.period import calendar_anchor, period_at
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Switch
from billing.subscriptions.domain.access import access
from billing.subscriptions.domain.subscription import Status

if TYPE_CHECKING:
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.plans.feature import Counted, Feature, Reset
    from billing.plans.plan import Catalog, Plan
    from billing.subscriptions.domain.access import Policy
    from billing.subscriptions.domain.organization import OrganizationState
    from billing.subscriptions.domain.subscription import Subscription


class Refusal(StrEnum):
    """Why a use is not met, or no use at all. The values are codes of the API."""

    NOT_IN_PLAN = "not_in_plan"
    EXHAUSTED = "exhausted"
    INVALID_REQUEST = "invalid_request"
    UNKNOWN_FEATURE = "unknown_feature"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    ID_CONFLICT = "id_conflict"


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that usage is decided from, read consistently in one query."""

    partition: OrganizationState
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

    def with_meter(self, meter: Meter) -> Account:
        """The account with a meter as it has become."""
        return replace(self, meters={**self.meters, (meter.feature, meter.start): meter})

    def with_wallet(self, wallet: Wallet) -> Account:
        """The account with a wallet as it has become."""
        return replace(self, wallets={**self.wallets, wallet.currency: wallet})


@dataclass(frozen=True, slots=True)
class Grant:
    """The plan in force, and the subscription that it comes from; the default plan comes from none.

    `zone` is the time zone of the Chargebee site, by which periods are counted. `unverified` says that the cache has
    been without news of a subscription.
    """

    plan: Plan | None
    subscription: Subscription | None
    zone: tzinfo = UTC
    unverified: bool = False

    def anchor(self, reset: Reset) -> int:
        """From when periods are counted (UTC seconds): the subscription's start, else the calendar."""
        row = self.subscription
        return (row and (row.started_at or row.created_at)) or calendar_anchor(reset, self.zone)

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

    def feature(self, feature_id: str, catalog: Catalog) -> Feature | None:
        """The feature as this plan grants it, None when it does not. Raises UnknownFeature when no plan has it."""
        catalog.check_feature(feature_id)
        return self.plan.features.get(feature_id) if self.plan else None

    def period(self, feature: Counted, now: int) -> Period:
        """The feature's period at `now` (UTC seconds)."""
        return period_at(feature.reset, self.anchor(feature.reset), now, self.term, self.zone)


def grant(partition: OrganizationState, catalog: Catalog, policy: Policy, now: int, zone: tzinfo = UTC) -> Grant:
    """The newest subscription that gives access, by the one access policy; without one the catalog's default plan.

    A deleted organization is granted nothing.
    """
    if partition.organization is not None and partition.organization.deleted_at is not None:
        return Grant(None, None, zone)
    unverified = False
    for row in partition.live:
        plan = catalog.plans.get(row.plan.item_price_id) if row.plan else None
        given = access(row, policy, now)
        unverified |= given.verify
        if plan is not None and given.allowed:
            return Grant(plan, row, zone, unverified)
    return Grant(catalog.default, None, zone, unverified)


def counted_feature(granted: Grant, feature_id: str, catalog: Catalog) -> Counted | None:
    """The counted feature; None when the plan does not have it. Raises UnknownFeature, InvalidRequest for a switch."""
    feature = granted.feature(feature_id, catalog)
    if isinstance(feature, Switch):
        raise InvalidRequest(f"The feature {feature_id!r} is on or off; it is not counted.")
    return feature


def meter_of(account: Account, granted: Grant, feature: Counted, now: int) -> Meter:
    """The meter that counts a use at `now`."""
    period = granted.period(feature, now)
    stored = account.meters.get((feature.id, period.start))
    if granted.subscription is None:
        return meter_now(stored, feature, period)
    owner = granted.subscription.id
    if stored is None and (earlier := running(account.meters.values(), feature, owner, now)):
        return meter_now(earlier, feature, Period(earlier.start, earlier.end))
    meter = meter_now(stored, feature, period)
    return replace(meter, subscription_id=meter.subscription_id or owner, reset=feature.reset)
