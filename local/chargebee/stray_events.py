"""The events that a real site sends around another one, and that tell nothing which that one does not tell.

Their order is promised nowhere: some come before the event that matters, some after it.
"""

from local.chargebee.store import Resource

_BEFORE: dict[str, tuple[str, ...]] = {
    "payment_failed": ("transaction_created",),
    "payment_refunded": ("transaction_created",),
    "payment_source_added": ("card_added",),
    "payment_source_deleted": ("card_deleted",),
    "payment_succeeded": ("transaction_created",),
    "subscription_activated": ("mrr_updated",),
    "subscription_cancelled": ("mrr_updated",),
    "subscription_changed": ("mrr_updated",),
    "subscription_created": ("mrr_updated",),
    "subscription_reactivated": ("mrr_updated",),
}
_AFTER: dict[str, tuple[str, ...]] = {
    "payment_failed": ("transaction_updated", "dunning_updated"),
    "payment_source_added": ("customer_changed",),
    "payment_source_deleted": ("customer_changed",),
    "payment_succeeded": ("transaction_updated", "invoice_updated"),
    "subscription_created": ("subscription_entitlements_created",),
}


def around(event_type: str, resources: Resource) -> list[tuple[str, Resource]]:
    """The event among its strays, in the order of sending, each with what it is told with."""
    names = (*_BEFORE.get(event_type, ()), event_type, *_AFTER.get(event_type, ()))
    return [(name, resources | _detail(resources)) for name in names]


def _detail(resources: Resource) -> Resource:
    """https://apidocs.chargebee.com/docs/api/events: the entitlements themselves are to be fetched."""
    if "subscription" not in resources or resources["subscription"] is None:
        return {}
    detail = {"subscription_id": resources["subscription"]["id"], "has_next": False}
    return {"subscription_entitlements_created_detail": detail}
