"""Reading subscriptions, and the two writes that only concern the record: delete and change of term end."""

from typing import Any

from local.chargebee import lifecycle
from local.chargebee.call import Call, Operation
from local.chargebee.cards import card_of
from local.chargebee.errors import invalid_state, not_found, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

LIVE = ("active", "non_renewing", "in_trial")


def find(site: Site, subscription_id: str, param: str = "subscription_id") -> Resource:
    subscription = site.store.subscriptions.get(subscription_id)
    if subscription is None or subscription["deleted"]:
        raise not_found("subscription", subscription_id, param)
    return subscription


def require_status(subscription: Resource, allowed: tuple[str, ...], doing: str) -> None:
    if subscription["status"] not in allowed:
        raise invalid_state(f"Cannot {doing} a subscription in the state {subscription['status']}")


def entry(site: Site, subscription: Resource) -> Resource:
    customer = lifecycle.owner(site, subscription)
    card = card_of(site, customer)
    return {"subscription": subscription, "customer": customer} | ({"card": card} if card else {})


def _values(subscription: Resource, field: str) -> list[Any]:
    if field in ("item_price_id", "plan_id"):
        wanted = ("plan",) if field == "plan_id" else ("plan", "addon")
        rows = subscription["subscription_items"]
        return [row["item_price_id"] for row in rows if row["item_type"] in wanted]
    return [] if subscription.get(field) is None else [subscription[field]]


def retrieve(site: Site, call: Call) -> Resource:
    return entry(site, find(site, call.id))


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(
        entry=lambda subscription: entry(site, subscription),
        sortable=frozenset({"created_at", "updated_at"}),
        values=_values,
    )
    return list_resources(site.store.subscriptions.values(), call.params, listing)


def list_of_customer(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda subscription: {"subscription": subscription}, sortable=frozenset())
    owned = [s for s in site.store.subscriptions.values() if s["customer_id"] == call.id]
    return list_resources(owned, call.params, listing)


def delete(site: Site, call: Call) -> Resource:
    subscription = find(site, call.id)
    lifecycle.delete(site, subscription, call.source)
    return entry(site, subscription)


def change_term_end(site: Site, call: Call) -> Resource:
    """Moves the trial's end, or the term's without a prorated charge."""
    subscription, moment = find(site, call.id), call.params["term_ends_at"]
    require_status(subscription, LIVE, "change the term end of")
    if moment <= site.now():
        raise wrong_value("term_ends_at", "must be in the future")
    if subscription["status"] == "in_trial":
        subscription |= {"trial_end": moment, "next_billing_at": moment}
        lifecycle.publish(site, "subscription_trial_extended", subscription, call.source)
        return entry(site, subscription)
    subscription["current_term_end"] = moment
    site.store.term_anchors[subscription["id"]] = moment
    if subscription["status"] == "non_renewing":
        subscription["cancelled_at"] = moment
    else:
        subscription["next_billing_at"] = moment
    lifecycle.publish(site, "subscription_changed", subscription, call.source)
    return entry(site, subscription)


OPERATIONS = (
    Operation("GET", "/subscriptions", "subscription.list", list_all, lacks=frozenset({"item_id"})),
    Operation("GET", "/subscriptions/{id}", "subscription.retrieve", retrieve),
    Operation("GET", "/customers/{id}/subscriptions", "subscription.subscriptions_for_customer", list_of_customer),
    Operation("POST", "/subscriptions/{id}/delete", "subscription.delete", delete),
    Operation(
        "POST",
        "/subscriptions/{id}/change_term_end",
        "subscription.change_term_end",
        change_term_end,
        models=frozenset({"term_ends_at"}),
    ),
)
