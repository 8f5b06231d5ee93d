"""What an organization is entitled to, and whether a use would be met. A read shows what the gate decides by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from billing.core.quantity import Quantity, exact
from billing.metering.domain.entitlement import Refusal, counted_feature, lacking, meter_of
from billing.metering.domain.meter import check_decimals
from billing.metering.domain.use import meet, plan_terms, why_not
from billing.plans.feature import Counted, Switch

if TYPE_CHECKING:
    from billing.core.money import Money
    from billing.metering.domain.entitled import Entitled
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.usage import Split
    from billing.metering.services.ports import Metering


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The plans in force by item price, newest first, and the meter of each of their features.

    A feature that is only on or off has None. `costs` are what the units beyond the limit of a feature come to, where
    an invoice pays for them. `unverified` says that the cache has been without news of a subscription.
    """

    plan_ids: tuple[str, ...]
    meters: Mapping[str, Meter | None]
    unverified: bool = False
    costs: Mapping[str, Money] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether a quantity could be used now, and how it would be met.

    `meter` is None for a feature that is not counted, or that the plan does not have: then `reason` says so, as it does
    where the spending cap alone is in the way.
    `unverified` is as in `Entitlements`.
    """

    allowed: bool
    meter: Meter | None = None
    split: Split | None = None
    reason: Refusal | None = None
    unverified: bool = False


def read_entitlements(organization_id: str, metering: Metering) -> Entitlements:
    """Every feature that the organization has."""
    account, now = metering.store.account(organization_id), metering.clock()
    return entitlements(account.at(now), metering, now)


def entitlements(account: Account, metering: Metering, now: int) -> Entitlements:
    """The same of an account that was read already, at `now` (UTC seconds)."""
    granted = metering.granted(account, now)
    counted = {name: each for name, each in granted.features.items() if isinstance(each, Counted)}
    meters = {name: meter_of(account, granted, feature, now) for name, feature in counted.items()}
    known = {name: each for name, each in counted.items() if meters[name].decimals == each.decimals}
    costs = {name: cost for name, each in known.items() if (cost := each.invoiced(meters[name].over))}
    return Entitlements(
        tuple(source.plan_id for source in granted.sources),
        {name: meters.get(name) for name in granted.features},
        granted.unverified,
        costs,
    )


def read_entitlement(
    organization_id: str, feature_id: str, required: int | Quantity, metering: Metering
) -> Entitlement:
    """Whether `required` units could be used now. Raises UnknownFeature, InvalidRequest for too many decimals."""
    account, now = metering.store.account(organization_id), metering.clock()
    account = account.at(now)
    granted = metering.granted(account, now)
    match granted.feature(feature_id, metering.catalog):
        case Switch():
            found = Entitlement(allowed=True)
        case counted:
            found = _entitlement(account, granted, counted, required, {}, now=now)
    return replace(found, unverified=granted.unverified)


def estimate_use(
    organization_id: str, feature_id: str, quantity: int | Quantity, dimensions: Mapping[str, str], metering: Metering
) -> Entitlement:
    """What recording this use now would do. Raises UnknownFeature, InvalidRequest for a feature that is not counted, or
    not in so many decimals."""
    account, now = metering.store.account(organization_id), metering.clock()
    account = account.at(now)
    granted = metering.granted(account, now)
    feature = counted_feature(granted, feature_id, metering.catalog)
    return _entitlement(account, granted, feature, quantity, dimensions, now=now)


def _entitlement(
    account: Account,
    granted: Entitled,
    feature: Counted | None,
    units: int | Quantity,
    dimensions: Mapping[str, str],
    *,
    now: int,
) -> Entitlement:
    if feature is None:
        return Entitlement(allowed=False, reason=lacking(granted))
    meter, quantity = meter_of(account, granted, feature, now), exact(units).at(feature.decimals)
    check_decimals(meter, feature)
    terms = plan_terms(feature, dimensions, now)
    split = meet(quantity, meter, account, terms)
    if split.quantity == quantity:
        return Entitlement(allowed=True, meter=meter, split=split)
    capped = why_not(quantity, meter, account, terms) is Refusal.SPENDING_CAP
    return Entitlement(allowed=False, meter=meter, reason=Refusal.SPENDING_CAP if capped else None)
