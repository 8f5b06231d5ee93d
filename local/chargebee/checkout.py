"""Completing a hosted page, as the payment form in the browser does."""

import copy
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import urlencode

from local.chargebee import changes, customers, dues, invoices, lifecycle, payment_sources
from local.chargebee.change_commands import change_is_later, change_later, change_now
from local.chargebee.errors import declined, invalid_state, no_card
from local.chargebee.hosted_pages import find
from local.chargebee.invoices import Charge
from local.chargebee.items import compose, merge, price_rows
from local.chargebee.new_subscription import check_new, resource_of
from local.chargebee.payment_sources import behaviour_of, card_of
from local.chargebee.quotes import QUOTES
from local.chargebee.site import Site
from local.chargebee.store import Resource

PaidWith = Literal["ok", "declined", "none"]
SOURCE = "hosted_page"


def require_open(site: Site, page: Resource) -> None:
    if page["state"] not in ("created", "requested"):
        raise invalid_state(f"The hosted page is already {page['state']}")
    if site.now() >= page["expires_at"]:
        raise invalid_state("The hosted page has expired")


def visit(site: Site, page_id: str) -> Resource:
    """A browser has opened the page."""
    page = find(site, page_id)
    if page["state"] == "created" and site.now() < page["expires_at"]:
        page["state"] = "requested"
        site.touch(page)
    return page


def complete(site: Site, page_id: str, card: PaidWith) -> Resource:
    """Everything is checked again first: a page that cannot be completed changes nothing and stays open."""
    page = find(site, page_id)
    require_open(site, page)
    params = site.store.page_requests[page_id].params
    quote = QUOTES[page["type"]](site, params)
    if card == "declined":
        raise declined(quote.due_now, quote.currency)
    if card == "none" and quote.needs_card:
        raise no_card()
    customer = _customer(site, page["type"], params)
    if card == "ok" and (behaviour_of(site, customer) != "ok" or page["type"] == "manage_payment_sources"):
        payment_sources.add_card(site, customer, "ok", SOURCE)
    content = _COMPLETIONS[page["type"]](site, params, customer)
    around = {"customer": customer, "card": card_of(site, customer), **content}
    page["content"] = copy.deepcopy({name: value for name, value in around.items() if value is not None})
    page["state"] = "succeeded"
    site.touch(page)
    return page


def cancel(site: Site, page_id: str) -> Resource:
    page = find(site, page_id)
    require_open(site, page)
    page["state"] = "cancelled"
    site.touch(page)
    return page


def return_url(site: Site, page: Resource) -> str | None:
    """Where the browser goes next: the caller's URL with the page's id and state appended."""
    params = site.store.page_requests[page["id"]].params
    url: str | None = params.get("cancel_url" if page["state"] == "cancelled" else "redirect_url")
    if not url:
        return None
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'id': page['id'], 'state': page['state']})}"


def _customer(site: Site, kind: str, params: dict[str, Any]) -> Resource:
    """The page's customer, made now when a checkout named one that does not exist yet."""
    if kind == "checkout_existing":
        return lifecycle.owner(site, site.store.subscriptions[params["subscription"]["id"]])
    given = params.get("customer") or {}
    known = site.store.customers.get(given.get("id", ""))
    return known if known is not None else customers.add(site, given, SOURCE)


def _begin(site: Site, params: dict[str, Any], customer: Resource) -> Resource:
    new = check_new(site, params.get("subscription") or {}, params["subscription_items"], at="subscription")
    subscription = resource_of(site, new, customer["id"])
    charge = lifecycle.create(site, subscription, new.priced, SOURCE)
    return {"subscription": subscription, "invoice": charge.invoice if charge else None}


def _change(site: Site, params: dict[str, Any], _customer: Resource) -> Resource:
    subscription = site.store.subscriptions[params["subscription"]["id"]]
    charge: Charge | None = None
    requested = params | {"trial_end": params["subscription"].get("trial_end")}
    if subscription["status"] == "cancelled":
        given = price_rows(site, params.get("subscription_items") or [])
        replace = bool(params.get("replace_items_list"))
        priced = compose(site, merge(subscription["subscription_items"], given, replace=replace))
        changes.set_items(subscription, priced)
        charge = lifecycle.reactivate(site, subscription, requested["trial_end"], SOURCE)
    elif change_is_later(params):
        change_later(site, subscription, requested, SOURCE)
    else:
        charge = change_now(site, subscription, requested, SOURCE)
    return {"subscription": subscription, "invoice": charge.invoice if charge else None}


def _buy_once(site: Site, params: dict[str, Any], customer: Resource) -> Resource:
    now = site.now()
    items = price_rows(site, params.get("item_prices") or [], "item_prices")
    lines = [
        invoices.line(item, site.catalog.item_prices[item["item_price_id"]]["name"], item["amount"], now, now)
        for item in items
    ]
    lines += [
        invoices.line({}, charge["description"], charge["amount"], now, now) for charge in params.get("charges") or []
    ]
    charge = invoices.issue(site, customer, params.get("currency_code") or "USD", lines)
    invoices.announce(site, charge, SOURCE)
    return {"invoice": charge.invoice}


def _save_card(site: Site, _params: dict[str, Any], customer: Resource) -> Resource:
    return {"payment_source": payment_sources.primary_of(site, customer)}


def _collect(site: Site, _params: dict[str, Any], customer: Resource) -> Resource:
    return {"invoices": [charge.invoice for charge in dues.collect(site, customer, SOURCE)]}


_COMPLETIONS: dict[str, Callable[[Site, dict[str, Any], Resource], Resource]] = {
    "checkout_new": _begin,
    "checkout_existing": _change,
    "checkout_one_time": _buy_once,
    "manage_payment_sources": _save_card,
    "collect_now": _collect,
}
