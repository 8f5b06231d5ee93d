"""How billing state looks in the API: camelCase, UTC seconds, minor currency units."""

from typing import Literal

from billing.plans.feature import Feature
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.api import answers
from billing.subscriptions.domain.access import Access
from billing.subscriptions.domain.organization import Checkout
from billing.subscriptions.services.list_subscriptions import ListedSubscription, SubscriptionPage


def plan_view(plan: Plan) -> answers.PlanView:
    """One plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""
    view: answers.PlanView = {"itemPriceId": plan.item_price_id, "name": plan.name, "limits": dict(plan.limits)}
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


def _feature_view(feature: Feature) -> answers.FeatureView | Literal[True]:
    if not feature.counted:
        return True
    return {"limit": feature.limit, "reset": str(feature.reset), "overage": str(feature.overage)}


def access_view(access: Access) -> answers.AccessView:
    """Whether it may be used, and why."""
    return {"allowed": access.allowed, "reason": str(access.reason)}


def page_view(page: SubscriptionPage, catalog: Catalog) -> answers.SubscriptionList:
    """A page of the list. An open checkout is shown apart, as `pendingCheckout`."""
    return {
        "subscriptions": [subscription_view(each, catalog) for each in page.subscriptions],
        "cursor": page.cursor,
        "pendingCheckout": checkout_view(page.checkout) if page.checkout else None,
    }


def subscription_view(listed: ListedSubscription, catalog: Catalog) -> answers.SubscriptionView:
    """One subscription. `id` is what the checkout promised, `chargebeeSubscriptionId` what Chargebee calls it."""
    subscription = listed.row
    item_price_id = subscription.plan.item_price_id if subscription.plan else None
    plan = catalog.plans.get(item_price_id or "")
    return {
        "id": subscription.checkout_id,
        "chargebeeSubscriptionId": subscription.id,
        "status": str(subscription.status),
        "access": access_view(listed.access),
        "itemPriceId": item_price_id,
        "plan": plan.name if plan else item_price_id,
        "limits": dict(plan.limits) if plan else {},
        "seats": subscription.seats,
        "items": [
            {"itemPriceId": item.item_price_id, "itemType": item.item_type, "quantity": item.quantity}
            for item in subscription.items or ()
        ],
        "currency": subscription.currency,
        "periodStart": subscription.term_start,
        "periodEnd": subscription.term_end,
        "trialStart": subscription.trial_start,
        "trialEnd": subscription.trial_end,
        "nextBillingAt": subscription.next_billing_at,
        "cancelAt": subscription.cancel_at,
        "endedAt": subscription.cancelled_at if subscription.ended else None,
        "cancelReason": subscription.cancel_reason,
        "pausedAt": subscription.pause_date,
        "resumesAt": subscription.resume_date,
        "pastDue": subscription.past_due,
        "dueSince": subscription.due_since,
        "totalDues": subscription.total_dues,
        "hasScheduledChanges": subscription.has_scheduled_changes,
        "changesScheduledAt": subscription.changes_scheduled_at,
        "contractTerm": dict(subscription.contract_term) or None,
        "createdAt": subscription.created_at,
    }


def checkout_view(checkout: Checkout) -> answers.CheckoutView:
    """A checkout that was opened and not yet paid."""
    return {
        "id": checkout.subscription_id,
        "itemPriceId": checkout.selection.item_price_id,
        "seats": checkout.selection.seats,
        "openedAt": checkout.opened_at,
    }
