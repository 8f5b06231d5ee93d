"""How entitlements look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.metering.api.views import balance_view, split_view
from billing.metering.domain.published import published_cost

if TYPE_CHECKING:
    from billing.metering.api.answers import EntitlementsView, EntitlementView, EstimateView
    from billing.metering.domain.published import PublishedEntitlement
    from billing.metering.services.read_entitlements import Entitlement, Entitlements


def entitlements_view(entitlements: Entitlements) -> EntitlementsView:
    """Every feature, with its balance."""
    return {
        "plan": entitlements.plan_ids[0] if entitlements.plan_ids else None,
        "plans": list(entitlements.plan_ids),
        "entitlements": {name: _entitlement(entitlements, name) for name in entitlements.meters},
    }


def _entitlement(entitlements: Entitlements, name: str) -> PublishedEntitlement:
    balance: PublishedEntitlement = {"balance": balance_view(entitlements.meters[name])}
    cost = entitlements.costs.get(name)
    return balance if cost is None else {**balance, "cost": published_cost(cost)}


def entitlement_view(entitlement: Entitlement) -> EntitlementView:
    """Whether it is allowed, and the balance that says so."""
    view: EntitlementView = {"allowed": entitlement.allowed, "balance": balance_view(entitlement.meter)}
    if entitlement.reason:
        view["reason"] = str(entitlement.reason)
    return view


def estimate_view(entitlement: Entitlement) -> EstimateView:
    """The same, with how the use would be met."""
    view: EstimateView = {"allowed": entitlement.allowed, "balance": balance_view(entitlement.meter)}
    if entitlement.reason:
        view["reason"] = str(entitlement.reason)
    if entitlement.meter:
        view["estimate"] = split_view(entitlement.split, entitlement.meter.decimals) if entitlement.split else None
    return view
