"""How plans and add-ons look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from billing.core.errors import InvalidRequest
from billing.core.quantity import written
from billing.plans.feature import Counted, Switch
from billing.plans.plan import Sale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing.plans.feature import Feature
    from billing.plans.plan import Addon, Catalog, Plan, Price
    from billing.subscriptions.api.answers import (
        AddonView,
        DescribedPlanView,
        FeatureView,
        PlanList,
        PlanView,
        PriceView,
        RevisionView,
    )
    from billing.subscriptions.services.revise_plan import DescribedPlan, Revision


def plans_view(catalog: Catalog) -> PlanList:
    """What the catalog's buyer may have. Add-ons are listed for whoever may buy them beside a plan."""
    plans = [plan for plan in catalog.plans.values() if plan.default or plan.sold_to(catalog.buyer)]
    addons = [addon for addon in catalog.addons.values() if addon.sale is Sale.SOLD]
    return {"plans": [plan_view(plan) for plan in plans], "addons": [_addon_view(addon) for addon in addons]}


def plan_view(plan: Plan) -> PlanView:
    """One plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""
    view: PlanView = {
        "itemPriceId": plan.item_price_id,
        "planId": plan.id,
        "name": plan.name,
        "limits": dict(plan.limits),
    }
    if plan.features:
        view["features"] = _features_view(plan.features)
    if plan.line:
        view["line"] = plan.line
    if plan.default:
        view["default"] = True
    if plan.min_seats > 1 or plan.seat_step > 1:
        view["seats"] = {"min": plan.min_seats, "step": plan.seat_step}
    if plan.trial_days:
        view["freeTrial"] = {"days": plan.trial_days}
    if plan.price:
        view["price"] = _price_view(plan.price)
    return view


def described_view(plan: str, described: DescribedPlan) -> DescribedPlanView:
    """A plan as it is written."""
    return {
        "plan": plan,
        "source": "table" if described.from_table else "file",
        "version": described.version,
        "entry": dict(described.entry),
        "organizations": dict(described.organizations),
    }


def revision_view(plan: str, revision: Revision, query: Mapping[str, str]) -> RevisionView:
    """What has changed, or would."""
    changes = revision.changes
    return {
        "plan": plan,
        "written": not is_dry_run(query),
        "changes": [
            {"plan": each.plan, "what": each.what, "before": each.before, "after": each.after} for each in changes
        ],
        "organizations": dict(revision.organizations),
    }


def is_dry_run(query: Mapping[str, str]) -> bool:
    """Whether nothing shall be written. Raises InvalidRequest for anything but true and false."""
    if (text := query.get("dryRun", "false")) not in ("true", "false"):
        raise InvalidRequest("dryRun is true or false.")
    return text == "true"


def _addon_view(addon: Addon) -> AddonView:
    view: AddonView = {
        "itemPriceId": addon.item_price_id,
        "addonId": addon.id,
        "name": addon.name,
        "maxQuantity": addon.max_quantity,
        "limits": dict(addon.limits),
        "features": _features_view(addon.features),
    }
    if addon.price:
        view["price"] = _price_view(addon.price)
    return view


def _price_view(price: Price) -> PriceView:
    return {"amount": price.amount, "currency": price.currency, "period": price.period, "perSeat": price.per_seat}


def _features_view(features: Mapping[str, Feature]) -> dict[str, FeatureView | Literal[True]]:
    return {name: _feature_view(feature) for name, feature in features.items()}


def _feature_view(feature: Feature) -> FeatureView | Literal[True]:
    match feature:
        case Switch():
            return True
        case Counted():
            limit = None if feature.limit is None else written(feature.limit, feature.decimals)
            view: FeatureView = {"limit": limit, "reset": str(feature.reset), "overage": str(feature.overage)}
            if feature.per_seat:
                view["perSeat"] = True
            if feature.rollover:
                view["rollover"] = written(feature.rollover, feature.decimals)
            return view
