"""How a plan looks in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from billing.plans.feature import Counted, Switch

if TYPE_CHECKING:
    from billing.plans.feature import Feature
    from billing.plans.plan import Plan
    from billing.subscriptions.api.answers import FeatureView, PlanView


def plan_view(plan: Plan) -> PlanView:
    """One plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""
    view: PlanView = {
        "itemPriceId": plan.item_price_id,
        "planId": plan.id,
        "name": plan.name,
        "limits": dict(plan.limits),
    }
    if plan.features:
        view["features"] = {name: _feature_view(feature) for name, feature in plan.features.items()}
    if plan.default:
        view["default"] = True
    if plan.trial_days:
        view["freeTrial"] = {"days": plan.trial_days}
    if plan.price:
        price = plan.price
        view["price"] = {
            "amount": price.amount,
            "currency": price.currency,
            "period": price.period,
            "perSeat": price.per_seat,
        }
    return view


def _feature_view(feature: Feature) -> FeatureView | Literal[True]:
    match feature:
        case Switch():
            return True
        case Counted():
            view: FeatureView = {"limit": feature.limit, "reset": str(feature.reset), "overage": str(feature.overage)}
            return view | {"perSeat": True} if feature.per_seat else view
