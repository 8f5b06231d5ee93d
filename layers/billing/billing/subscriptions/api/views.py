"""How billing state looks in the API: camelCase, UTC seconds, minor currency units."""

from typing import Any

from billing.plans.feature import Feature
from billing.plans.plan import Plan
from billing.subscriptions.domain.organization import Checkout


def plan_view(plan: Plan) -> dict[str, Any]:
    """One plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""
    view: dict[str, Any] = {"itemPriceId": plan.item_price_id, "name": plan.name, "limits": dict(plan.limits)}
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


def _feature_view(feature: Feature) -> dict[str, Any] | bool:
    if not feature.counted:
        return True
    return {"limit": feature.limit, "reset": str(feature.reset), "overage": str(feature.overage)}


def checkout_view(checkout: Checkout) -> dict[str, Any]:
    """A checkout that was opened and not yet paid."""
    return {
        "id": checkout.subscription_id,
        "itemPriceId": checkout.selection.item_price_id,
        "seats": checkout.selection.seats,
        "openedAt": checkout.opened_at,
    }
