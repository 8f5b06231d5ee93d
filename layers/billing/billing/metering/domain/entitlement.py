"""What an organization is entitled to, now: one answer for the gate and for whoever reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.core.clock import Period
from billing.core.errors import InvalidRequest
from billing.metering.domain.entitled import Entitled, Source, union, with_grants
from billing.metering.domain.meter import meter_now, running
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Switch
from billing.subscriptions.domain.access import access
from billing.subscriptions.domain.subscription import Status

if TYPE_CHECKING:
    from billing.metering.domain.grant import Grant
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.plans.feature import Counted, Feature
    from billing.plans.plan import Addon, Catalog, Plan
    from billing.subscriptions.domain.access import Policy
    from billing.subscriptions.domain.organization import OrganizationState
    from billing.subscriptions.domain.subscription import Item, Subscription


class Refusal(StrEnum):
    """Why a use is not met, or no use at all. The values are codes of the API."""

    NOT_IN_PLAN = "not_in_plan"
    PLAN_UNKNOWN = "plan_unknown"
    EXHAUSTED = "exhausted"
    SPENDING_CAP = "spending_cap"
    INVALID_REQUEST = "invalid_request"
    UNKNOWN_FEATURE = "unknown_feature"
    TOO_OLD = "too_old"
    IN_THE_FUTURE = "in_the_future"
    ID_CONFLICT = "id_conflict"


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that usage is decided from, read consistently in one query.

    `grants_version` counts the writes of all grants, and guards the next. `alerts` are the organization's own, by
    feature: they go before the plan's. `written` are the rows of wallets of which something has expired since.
    """

    partition: OrganizationState
    meters: Mapping[tuple[str, int], Meter] = field(default_factory=lambda: MappingProxyType({}))
    wallets: Mapping[str, Wallet] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, TopUpRule] = field(default_factory=lambda: MappingProxyType({}))
    grants: tuple[Grant, ...] = ()
    grants_version: int = 0
    alerts: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    written: Mapping[str, Wallet] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def customer_id(self) -> str | None:
        """Chargebee's customer of the organization."""
        return self.partition.organization.customer_id if self.partition.organization else None

    def changed_since(self, moment: int, now: int) -> bool:
        """Whether a subscription began, ended, paused or left its trial since `moment` (UTC seconds)."""
        return any(
            at is not None and moment < at <= now
            for row in self.partition.subscriptions
            for at in (row.started_at or row.created_at, row.trial_end, row.pause_date, row.cancelled_at)
        )

    def at(self, now: int) -> Account:
        """The account by the clock of the read (UTC seconds): its wallets have what has not expired by then."""
        wallets = {currency: wallet.at(now) for currency, wallet in self.wallets.items()}
        written = {name: wallet for name, wallet in self.wallets.items() if wallets[name] is not wallet}
        return replace(self, wallets=wallets, written=written) if written else self

    def wallet(self, currency: str) -> Wallet:
        """The wallet of a currency, empty until the first credit."""
        return self.wallets.get(currency, Wallet(currency))

    @property
    def currencies(self) -> Collection[str]:
        """Those that can be paid in: of the wallets with money or a debt, or else of all. A cap alone pays nothing."""
        moved = [currency for currency, wallet in self.wallets.items() if wallet.balance or wallet.held]
        return moved or self.wallets.keys()

    def grant(self, grant_id: str) -> Grant | None:
        """One grant, None when it ended or was deleted long ago."""
        return next((each for each in self.grants if each.id == grant_id), None)

    def with_meter(self, meter: Meter) -> Account:
        """The account with a meter as it has become, and the alerts that it has reached; and with the one beside it,
        of which nothing was used."""
        moved = [replace(meter, beside=None).watched, *([meter.beside] if meter.beside else [])]
        return replace(self, meters={**self.meters, **{(each.feature, each.start): each for each in moved}})

    def late(self, meter: Meter) -> Meter:
        """The meter of a period that is over, for what is told of it late."""
        if not meter.passed:
            return meter
        from billing.metering.domain.rollover import taken_back  # noqa: PLC0415 - few features have it

        return taken_back(self, meter)

    def with_wallet(self, wallet: Wallet) -> Account:
        """The account with a wallet as it has become."""
        return replace(self, wallets={**self.wallets, wallet.currency: wallet})


def entitled(account: Account, catalog: Catalog, policy: Policy, now: int, zone: tzinfo = UTC) -> Entitled:
    """What every subscription gives that gives access by the one access policy, or else the catalog's default plan.

    One whose plan the catalog does not describe gives what its add-ons bring, and never the default plan. On top of it
    come the grants that are in force at `now` (UTC seconds). A deleted organization has nothing.
    """
    organization = account.partition.organization
    if organization is not None and organization.deleted_at is not None:
        return Entitled()
    given = [(row, access(row, policy, now)) for row in account.partition.live]
    paid = [(row, row.plan) for row, each in given if row.plan and each.allowed]
    sources = [_source(row, item, catalog, zone, now) for row, item in paid]
    if not sources and catalog.default is not None:
        features = _features(catalog.default, None, (), account.currencies)
        sources = [Source(catalog.default, features, None, zone)]
    unknown = frozenset(item.item_price_id for _, item in paid) - catalog.plans.keys()
    unverified = any(each.verify for _, each in given) or _doubtful([row for row, _ in paid], catalog, now)
    found = replace(union(sources, unverified=unverified), unknown=unknown)
    grants = (each.as_of(now) for each in account.grants)
    return with_grants(found, [each for each in grants if each.in_force(now)], catalog, zone)


def _source(row: Subscription, item: Item, catalog: Catalog, zone: tzinfo, now: int) -> Source:
    """What a plan gives to its subscription, with its seats and add-ons, or as Chargebee says. One that nobody
    described gives nothing by itself."""
    from billing.plans.plan import Plan  # noqa: PLC0415 - loaded with the catalog, where one is read

    plan = catalog.plans.get(item.item_price_id) or Plan(item.item_price_id, item.item_price_id)
    currencies = [row.currency] if row.currency else []
    features = _features(plan, item.seats, catalog.bought_addons(row.quantities), currencies)
    if catalog.levels is not None:
        from billing.subscriptions.domain.levels import with_levels  # noqa: PLC0415 - only where Chargebee says levels

        features = with_levels(row, plan, features, catalog, now)
    if row.status is Status.IN_TRIAL:
        features = {name: each if isinstance(each, Switch) else each.on_trial for name, each in features.items()}
    return Source(plan, features, row, zone)


def _doubtful(rows: Iterable[Subscription], catalog: Catalog, now: int) -> bool:
    if catalog.levels is None:
        return False
    from billing.subscriptions.domain.levels import doubtful  # noqa: PLC0415 - only where Chargebee says levels

    return any(doubtful(row, catalog, now) for row in rows)


def _features(
    plan: Plan, seats: int | None, addons: Iterable[tuple[Addon, int]], currencies: Collection[str]
) -> Mapping[str, Feature]:
    from billing.plans.bought import features_of  # noqa: PLC0415 - loaded with the catalog, where one is read

    return features_of(plan, seats, addons, currencies)


def lacking(granted: Entitled) -> Refusal:
    """Why an organization does not have a feature: a plan that nobody described may well have it."""
    return Refusal.PLAN_UNKNOWN if granted.unknown else Refusal.NOT_IN_PLAN


def counted_feature(granted: Entitled, feature_id: str, catalog: Catalog) -> Counted | None:
    """The counted feature; None when the plan does not have it. Raises UnknownFeature, InvalidRequest for a switch."""
    feature = granted.feature(feature_id, catalog)
    if isinstance(feature, Switch):
        raise InvalidRequest(f"The feature {feature_id!r} is on or off; it is not counted.")
    return feature


def meter_of(account: Account, granted: Entitled, feature: Counted, now: int) -> Meter:
    """The meter that counts a use at `now`: of the meters of subscriptions that run, the one that began last.

    News of the past may give an earlier subscription a meter beside it, which must not refill the allowance.
    """
    source = granted.source(feature)
    period = source.period(feature, now)
    stored = account.meters.get((feature.id, period.start))
    owner = source.subscription_id
    other = running(account.meters.values(), feature, owner, now) if owner else None
    if other and (stored is None or stored.start < other.start):
        stored, period = other, Period(other.start, other.end)
    allowed = granted.in_period(feature, period)
    meter = meter_now(stored, replace(allowed, alerts=account.alerts.get(feature.id, feature.alerts)), period)
    if owner is None:
        return meter
    meter = replace(meter, subscription_id=meter.subscription_id or owner, reset=feature.reset)
    if not feature.rollover:
        return meter
    from billing.metering.domain.rollover import with_rollover  # noqa: PLC0415 - few features have it

    return with_rollover(account, granted, feature, meter)
