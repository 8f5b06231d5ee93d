"""Hosted pages as the API sees them: opened with parameters that are checked at once, completed in a browser.

https://apidocs.chargebee.com/docs/api/hosted_pages: checkouts expire after 3 hours, the others after 5 days.
"""

from typing import Any

from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.purchases import PARAMETERS as PURCHASE
from local.chargebee.quotes import QUOTES
from local.chargebee.site import Site
from local.chargebee.store import PageRequest, Resource

_CHECKOUT_LIFETIME = 3 * 3600
_ACCOUNT_LIFETIME = 5 * 24 * 3600


def find(site: Site, page_id: str) -> Resource:
    if page_id not in site.store.hosted_pages:
        raise not_found("hosted_page", page_id, "hosted_page_id")
    return site.store.hosted_pages[page_id]


def _open(site: Site, kind: str, params: dict[str, Any], lifetime: int) -> Resource:
    QUOTES[kind](site, params)
    page_id = site.new_id("hp_")
    page: Resource = {
        "id": page_id,
        "type": kind,
        "url": f"{site.base_url}/pages/v4/{page_id}/",
        "state": "created",
        "embed": False,
        "layout": params.get("layout") or "in_app",
        "created_at": site.now(),
        "expires_at": site.now() + lifetime,
        "object": "hosted_page",
    }
    if params.get("pass_thru_content") is not None:
        page["pass_thru_content"] = params["pass_thru_content"]
    site.touch(page)
    site.store.hosted_pages[page_id] = page
    site.store.page_requests[page_id] = PageRequest(params)
    return {"hosted_page": page}


def checkout_new(site: Site, call: Call) -> Resource:
    return _open(site, "checkout_new", call.params, _CHECKOUT_LIFETIME)


def checkout_existing(site: Site, call: Call) -> Resource:
    return _open(site, "checkout_existing", call.params, _CHECKOUT_LIFETIME)


def checkout_one_time(site: Site, call: Call) -> Resource:
    return _open(site, "checkout_one_time", call.params, _CHECKOUT_LIFETIME)


def manage_payment_sources(site: Site, call: Call) -> Resource:
    return _open(site, "manage_payment_sources", call.params, _ACCOUNT_LIFETIME)


def collect_now(site: Site, call: Call) -> Resource:
    return _open(site, "collect_now", call.params, _ACCOUNT_LIFETIME)


def retrieve(site: Site, call: Call) -> Resource:
    return {"hosted_page": find(site, call.id)}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda page: {"hosted_page": page}, sortable=frozenset())
    return list_resources(site.store.hosted_pages.values(), call.params, listing)


def acknowledge(site: Site, call: Call) -> Resource:
    page = find(site, call.id)
    if page["state"] != "succeeded":
        raise invalid_state(f"Cannot acknowledge a hosted page in the state {page['state']}")
    page["state"] = "acknowledged"
    site.touch(page)
    return {"hosted_page": page}


_GATEWAY = frozenset({"card[gateway_account_id]"})
_PAGE = frozenset({"layout", "redirect_url", "cancel_url", "pass_thru_content"}) | _GATEWAY
_ITEMS = frozenset({"subscription_items", "coupon_ids", "allow_offline_payment_methods"})
_CUSTOMER = frozenset(
    f"customer[{name}]" for name in ("id", "email", "first_name", "last_name", "company", "phone", "locale")
)

OPERATIONS = (
    Operation(
        "POST",
        "/hosted_pages/checkout_new_for_items",
        "hosted_page.checkout_new_for_items",
        checkout_new,
        _PAGE
        | _ITEMS
        | _CUSTOMER
        | {
            f"subscription[{name}]"
            for name in ("id", "trial_end", "start_date", "auto_collection", "invoice_notes", "po_number")
        },
    ),
    Operation(
        "POST",
        "/hosted_pages/checkout_existing_for_items",
        "hosted_page.checkout_existing_for_items",
        checkout_existing,
        _PAGE
        | _ITEMS
        | {"item_tiers", "replace_items_list", "replace_coupon_list", "reactivate", "force_term_reset", "change_option"}
        | {"subscription[id]", "subscription[trial_end]", "subscription[auto_collection]"},
    ),
    Operation(
        "POST",
        "/hosted_pages/checkout_one_time_for_items",
        "hosted_page.checkout_one_time_for_items",
        checkout_one_time,
        _PAGE | _CUSTOMER | {"invoice[po_number]"} | PURCHASE,
    ),
    Operation(
        "POST",
        "/hosted_pages/manage_payment_sources",
        "hosted_page.manage_payment_sources",
        manage_payment_sources,
        frozenset({"customer", "redirect_url"}) | _GATEWAY,
    ),
    Operation(
        "POST",
        "/hosted_pages/collect_now",
        "hosted_page.collect_now",
        collect_now,
        frozenset({"customer", "redirect_url", "currency_code"}) | _GATEWAY,
    ),
    Operation("POST", "/hosted_pages/{id}/acknowledge", "hosted_page.acknowledge", acknowledge),
    Operation("GET", "/hosted_pages", "hosted_page.list", list_all),
    Operation("GET", "/hosted_pages/{id}", "hosted_page.retrieve", retrieve),
)
