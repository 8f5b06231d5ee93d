"""Completing a hosted page, as the payment form in the browser does."""

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Literal
from urllib.parse import urlencode

from local.chargebee import cards, customers, dues, invoices, lifecycle, payment_sources, payments, purchases
from local.chargebee.business_entities import acting_for
from local.chargebee.change_commands import change_cancelled, change_is_later, change_later, change_now
from local.chargebee.errors import ApiError, declined, invalid_state, no_card
from local.chargebee.hosted_pages import find
from local.chargebee.invoices import Charge, Terms
from local.chargebee.new_subscription import check_new, resource_of
from local.chargebee.payment_intents import require_gateway
from local.chargebee.quotes import QUOTES, Quote
from local.chargebee.redirects import allowed
from local.chargebee.site import Site
from local.chargebee.store import Resource

PaidWith = Literal["ok", "declined", "3ds", "none"]
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
    if card != "none":
        require_gateway(site, page)
    quote = _quote(site, page, params, card)
    if card == "declined" and page["type"] != "manage_payment_sources":
        raise declined(quote.due_now, quote.currency, cards.declines(site)["declined"])
    if card == "none" and quote.needs_card:
        raise no_card()
    with acting_for(site, page.get("business_entity_id")):
        customer = _customer(site, page["type"], params)
    with _paying(site, page["type"], customer, card):
        content = _COMPLETIONS[page["type"]](site, params, customer)
    around = {"customer": customer, "card": cards.card_of(site, customer), **content}
    page["content"] = copy.deepcopy({name: value for name, value in around.items() if value is not None})
    page["state"] = "succeeded"
    site.touch(page)
    return page


def _quote(site: Site, page: Resource, params: dict[str, Any], card: PaidWith) -> Quote:
    try:
        return QUOTES[page["type"]](site, params)
    except ApiError as refusal:
        taken = refusal.body["api_error_code"] == "duplicate_entry"
        if taken and site.assumptions.duplicate_at_page == "charged_first":
            _charge_in_vain(site, params, card)
        raise


def _charge_in_vain(site: Site, params: dict[str, Any], card: PaidWith) -> None:
    """The card pays for a subscription whose id turns out to be taken; nothing is made of it."""
    subscription = {name: value for name, value in params["subscription"].items() if name != "id"}
    quote = QUOTES["checkout_new"](site, params | {"subscription": subscription})
    if card in ("none", "declined") or quote.due_now == 0:
        return
    customer = _customer(site, "checkout_new", params)
    with _paying(site, "checkout_new", customer, card):
        primary = site.store.payment_sources[customer["primary_payment_source_id"]]
        transaction = payments.take_unapplied(site, customer, quote.currency, primary, quote.due_now)
    around = {"transaction": transaction, "customer": customer, "card": cards.card_of(site, customer)}
    site.record("payment_succeeded", around, SOURCE)


def _paying(site: Site, kind: str, customer: Resource, card: PaidWith) -> AbstractContextManager[None]:
    """The card is saved where it is a new one, and while the page is completed its holder is there."""
    if card == "none":
        return nullcontext()
    if kind == "manage_payment_sources":
        payment_sources.add_card(site, customer, card, SOURCE, replace_primary=False)
        return nullcontext()
    primary = cards.primary_of(site, customer)
    if primary is None or cards.behaviour_of(site, customer) != card:
        primary = payment_sources.add_card(site, customer, card, SOURCE)
    return cards.authenticated(site, primary)


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
    if not url or not allowed(site, url):
        return None
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'id': page['id'], 'state': page['state']})}"


def _customer(site: Site, kind: str, params: dict[str, Any]) -> Resource:
    """The page's customer, made now under an id of the site's own when a checkout named one that does not exist.

    https://apidocs.chargebee.com/docs/api/hosted_pages/create-checkout-for-a-new-subscription
    """
    if kind == "checkout_existing":
        return lifecycle.owner(site, site.store.subscriptions[params["subscription"]["id"]])
    given = params.get("customer") or {}
    known = site.store.customers.get(given.get("id", ""))
    if known is not None and not known["deleted"]:
        return known
    return customers.add(site, {name: value for name, value in given.items() if name != "id"}, SOURCE)


def _begin(site: Site, params: dict[str, Any], customer: Resource) -> Resource:
    new = check_new(site, params.get("subscription") or {}, params, at="subscription")
    subscription = resource_of(site, new, customer["id"])
    charge = lifecycle.create(site, subscription, new.priced, new.coupons, SOURCE)
    return {"subscription": subscription, "invoice": charge.invoice if charge else None}


def _change(site: Site, params: dict[str, Any], _customer: Resource) -> Resource:
    subscription = site.store.subscriptions[params["subscription"]["id"]]
    charge: Charge | None = None
    requested = params | {"trial_end": params["subscription"].get("trial_end")}
    if subscription["status"] == "cancelled":
        charge = change_cancelled(site, subscription, requested, SOURCE)
    elif change_is_later(params):
        change_later(site, subscription, requested, SOURCE)
    else:
        charge = change_now(site, subscription, requested, SOURCE)
    return {"subscription": subscription, "invoice": charge.invoice if charge else None}


def _buy_once(site: Site, params: dict[str, Any], customer: Resource) -> Resource:
    """Paid at once, also by a customer whose invoices are not collected by themselves."""
    purchase = purchases.read(site, params)
    order = (params.get("invoice") or {}).get("po_number")
    terms = Terms(auto_collection="on", written={"po_number": order} if order else {})
    charge = invoices.issue(site, customer, purchase.currency, purchase.lines(site), terms=terms)
    invoices.announce(site, charge, SOURCE)
    return {"invoice": charge.invoice, "transaction": charge.transaction}


def _save_card(site: Site, _params: dict[str, Any], customer: Resource) -> Resource:
    return {"payment_source": payment_sources.owned(site, customer)[-1]}


def _collect(site: Site, params: dict[str, Any], customer: Resource) -> Resource:
    """The vendor's type of a page's content has no list of invoices."""
    dues.collect(site, customer, SOURCE, params.get("currency_code"))
    return {}


_COMPLETIONS: dict[str, Callable[[Site, dict[str, Any], Resource], Resource]] = {
    "checkout_new": _begin,
    "checkout_existing": _change,
    "checkout_one_time": _buy_once,
    "manage_payment_sources": _save_card,
    "collect_now": _collect,
}
