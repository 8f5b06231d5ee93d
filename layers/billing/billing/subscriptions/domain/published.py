"""A subscription as it is published: the one shape of the HTTP API, the bus and the hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.access import Access
    from billing.subscriptions.domain.subscription import Item, Subscription


class PublishedAccess(TypedDict):
    """Whether the subscription may be used, and why or why not."""

    allowed: bool
    reason: str


class PublishedItem(TypedDict):
    """One line of a subscription."""

    itemPriceId: str
    itemType: str
    """Chargebee's: `plan`, `addon` or `charge`."""
    quantity: int | None


class PublishedScheduledChange(TypedDict):
    """What a subscription becomes, and when (UTC seconds). All but the date is null until it has been read."""

    at: int | None
    itemPriceId: str | None
    """The plan's item price."""
    plan: str | None
    """The plan's name in the catalog; its item price id where the catalog does not have it."""
    seats: int | None
    items: list[PublishedItem] | None


class PublishedCoupon(TypedDict):
    """A coupon that a subscription has redeemed."""

    id: str
    until: int | None
    """When it runs out (UTC seconds), null where Chargebee does not say."""


class PublishedSubscription(TypedDict):
    """A subscription as Chargebee last described it. Times are UTC seconds."""

    id: str
    """What the checkout promised to its caller."""
    chargebeeSubscriptionId: str
    """What Chargebee calls it: the same id, but for one that Chargebee created under an id of its own."""
    status: str
    """Chargebee's, or `deleted`."""
    access: PublishedAccess
    itemPriceId: str | None
    """The plan's item price, null for a subscription without a plan."""
    planId: str | None
    """The plan, the same for all of its item prices; the item price where the catalog does not have it."""
    plan: str | None
    """The plan's name in the catalog; its item price id where the catalog does not have it."""
    limits: dict[str, int | None]
    """The plan's limits, with what add-ons raise: null is unlimited. Empty where the catalog does not have the plan."""
    seats: int | None
    items: list[PublishedItem]
    coupons: list[PublishedCoupon]
    currency: str | None
    """ISO 4217."""
    periodStart: int | None
    periodEnd: int | None
    trialStart: int | None
    trialEnd: int | None
    nextBillingAt: int | None
    cancelAt: int | None
    """When a scheduled cancellation takes effect."""
    endedAt: int | None
    cancelReason: str | None
    pausedAt: int | None
    resumesAt: int | None
    pastDue: bool
    """An invoice is unpaid, since `dueSince`."""
    dueSince: int | None
    totalDues: int | None
    """In minor units of `currency`."""
    hasScheduledChanges: bool
    changesScheduledAt: int | None
    scheduledChange: PublishedScheduledChange | None
    """Null where no change is scheduled. A cancellation is none: that is `cancelAt`."""
    contractTerm: dict[str, Any] | None
    """Chargebee's contract term, as it comes."""
    createdAt: int | None


def published_subscription(subscription: Subscription, catalog: Catalog, access: Access) -> PublishedSubscription:
    """One subscription, with its plan as the catalog has it and with what the access policy says of it."""
    item_price_id = subscription.plan.item_price_id if subscription.plan else None
    plan = catalog.plans.get(item_price_id or "")
    return {
        "id": subscription.checkout_id,
        "chargebeeSubscriptionId": subscription.id,
        "status": str(subscription.status),
        "access": {"allowed": access.allowed, "reason": access.reason},
        "itemPriceId": item_price_id,
        "planId": plan.id if plan else item_price_id,
        "plan": plan.name if plan else item_price_id,
        "limits": plan.limits_with(catalog.bought_addons(subscription.quantities)) if plan else {},
        "seats": subscription.seats,
        "items": [_item(item) for item in subscription.items or ()],
        "coupons": [{"id": each.id, "until": each.until} for each in subscription.coupons],
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
        "scheduledChange": _scheduled(subscription, catalog) if subscription.has_scheduled_changes else None,
        "contractTerm": _or_none(subscription.contract_term),
        "createdAt": subscription.created_at,
    }


def _scheduled(subscription: Subscription, catalog: Catalog) -> PublishedScheduledChange:
    items = subscription.scheduled_items or None  # nothing that was read of it tells nothing
    line = subscription.scheduled_plan
    item_price_id = line.item_price_id if line else None
    plan = catalog.plans.get(item_price_id or "")
    return {
        "at": subscription.changes_scheduled_at,
        "itemPriceId": item_price_id,
        "plan": plan.name if plan else item_price_id,
        "seats": line.seats if line else None,
        "items": None if items is None else [_item(each) for each in items],
    }


def _item(item: Item) -> PublishedItem:
    return {"itemPriceId": item.item_price_id, "itemType": item.item_type, "quantity": item.quantity}


def _or_none(value: Mapping[str, Any]) -> dict[str, Any] | None:
    return dict(value) or None
