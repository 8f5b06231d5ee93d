"""Reporting what was used of a metered item. https://apidocs.chargebee.com/docs/api/usages

Usage is billed by its `usage_date` (UTC seconds) and never refused for it: what falls in a time that is invoiced
already, or in none that is billed, is stored and never invoiced.
"""

import re
from decimal import Decimal
from typing import Any

from local.chargebee import metering, pending_invoices, subscriptions
from local.chargebee.call import Call, Operation
from local.chargebee.errors import ApiError, duplicate, invalid_state, missing, not_found, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource, Span

MAX_PER_SUBSCRIPTION = 5_000
_DECIMAL = re.compile(r"[0-9]+(\.[0-9]{1,20})?", re.ASCII)


def create(site: Site, call: Call) -> Resource:
    """One record for an item price and a date; `dedupe_option` says what a second one is to do."""
    subscription, params = subscriptions.find(site, call.id), call.params
    _require_metered(site, subscription, params["item_price_id"])
    quantity = _quantity(site, params["quantity"])
    known = _known(site, subscription, params)
    if known is not None:
        return {"usage": _deduped(site, known, quantity, call)}
    _require_room(site, subscription)
    usage: Resource = {
        "id": params.get("id") or site.new_id("usage_"),
        "subscription_id": subscription["id"],
        "item_price_id": params["item_price_id"],
        "usage_date": params["usage_date"],
        "quantity": quantity,
        "source": call.source,
        "created_at": site.now(),
        **({"note": params["note"]} if params.get("note") else {}),
        "object": "usage",
    }
    site.touch(usage)
    site.store.usages[usage["id"]] = usage
    pending_invoices.follow(site, usage, call.source)
    return {"usage": usage}


def _require_metered(site: Site, subscription: Resource, item_price_id: str) -> None:
    if item_price_id not in site.catalog.item_prices:
        raise not_found("item_price", item_price_id, "item_price_id")
    if not metering.is_metered(site, item_price_id):
        raise wrong_value("item_price_id", "does not belong to a metered item")
    if not any(item["item_price_id"] == item_price_id for item in _items_ever(site, subscription)):
        raise wrong_value("item_price_id", "is not and has not been part of the subscription")


def _items_ever(site: Site, subscription: Resource) -> list[Resource]:
    """The feed of events remembers every state that the subscription was in."""
    states = (event["content"].get("subscription") for event in site.store.events.values())
    past = [state for state in states if state is not None and state["id"] == subscription["id"]]
    return [item for state in (subscription, *past) for item in state["subscription_items"]]


def _quantity(site: Site, given: str) -> str:
    """A text in either case; with decimals only where the site has them."""
    if site.settings.multi_decimal == "on" and _DECIMAL.fullmatch(given) and Decimal(given) > 0:
        return given
    if not given.isdecimal() or int(given) < 1:
        raise wrong_value("quantity", "must be a whole number, at least 1")
    return given


def _known(site: Site, subscription: Resource, params: dict[str, Any]) -> Resource | None:
    """The record with this id, or else the one for this item price and date."""
    known = site.store.usages.get(params.get("id") or "")
    if known is not None and not known.get("deleted"):
        return known
    day = metering.usages_in(site, subscription, Span(params["usage_date"], params["usage_date"] + 1))
    return next((usage for usage in day if usage["item_price_id"] == params["item_price_id"]), None)


def _deduped(site: Site, known: Resource, quantity: str, call: Call) -> Resource:
    option, given = call.params.get("dedupe_option"), call.params.get("id")
    if option is None or known["subscription_id"] != call.id:
        same_id = known["id"] == given
        raise duplicate(
            "usage", known["id"] if same_id else str(known["usage_date"]), "id" if same_id else "usage_date"
        )
    if option == "update_existing":
        _require_open(site, known)
        known |= {"quantity": quantity} | ({"note": call.params["note"]} if call.params.get("note") else {})
        site.touch(known)
        pending_invoices.follow(site, known, call.source)
    return known


def _require_open(site: Site, usage: Resource) -> None:
    if "invoice_id" in usage and usage["invoice_id"] not in site.store.gathering:
        raise invalid_state("The usage is invoiced already")


def _require_room(site: Site, subscription: Resource) -> None:
    recorded = sum(1 for usage in site.store.usages.values() if usage["subscription_id"] == subscription["id"])
    if recorded >= MAX_PER_SUBSCRIPTION:
        message = f"A subscription can have no more than {MAX_PER_SUBSCRIPTION} usages in its lifetime"
        raise ApiError(400, "invalid_request", "resource_limit_exceeded", message)


def _find(site: Site, call: Call) -> Resource:
    if not call.params.get("id"):
        raise missing("id")
    usage = site.store.usages.get(call.params["id"])
    if usage is None or usage.get("deleted") or usage["subscription_id"] != call.id:
        raise not_found("usage", call.params["id"], "id")
    return usage


def retrieve(site: Site, call: Call) -> Resource:
    return {"usage": _find(site, call)}


def delete(site: Site, call: Call) -> Resource:
    usage = _find(site, call)
    _require_open(site, usage)
    answer = {"usage": dict(usage)}
    usage["deleted"] = True
    site.touch(usage)
    pending_invoices.follow(site, usage, call.source)
    return answer


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda usage: {"usage": usage}, sortable=frozenset({"usage_date", "updated_at"}))
    return list_resources(site.store.usages.values(), call.params, listing)


OPERATIONS = (
    Operation("POST", "/subscriptions/{id}/usages", "usage.create", create),
    Operation("GET", "/subscriptions/{id}/usages", "usage.retrieve", retrieve),
    Operation("POST", "/subscriptions/{id}/delete_usage", "usage.delete", delete),
    Operation("GET", "/usages", "usage.list", list_all),
)
