"""Customers: the owners of subscriptions, cards and invoices."""

from typing import Any

from local.chargebee.call import Call, Operation
from local.chargebee.cards import card_of
from local.chargebee.currencies import default_currency, require_currency
from local.chargebee.errors import duplicate, invalid_state, not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_NOT_AT_CREATION = frozenset(
    {
        "card",
        "bank_account",
        "token_id",
        "payment_method",
        "payment_intent",
        "entity_identifiers",
        "tax_providers_fields",
    }
)

_PERSONAL = frozenset({"first_name", "last_name", "email", "phone", "company", "billing_address", "vat_number"})


def find(site: Site, customer_id: str, param: str = "customer_id") -> Resource:
    customer = site.store.customers.get(customer_id)
    if customer is None or customer["deleted"]:
        raise not_found("customer", customer_id, param)
    return customer


def entry(site: Site, customer: Resource) -> Resource:
    """A customer as responses and events carry it: with its card when it has one."""
    card = card_of(site, customer)
    return {"customer": customer} | ({"card": card} if card else {})


def add(site: Site, params: dict[str, Any], source: str) -> Resource:
    customer_id = params.get("id") or site.new_id("cbdemo_")
    if customer_id in site.store.customers:
        raise duplicate("customer", customer_id)
    require_currency(site, params.get("preferred_currency_code"), "preferred_currency_code")
    customer: Resource = {
        "auto_collection": "on",
        "net_term_days": 0,
        "allow_direct_debit": False,
        "preferred_currency_code": default_currency(site),
        "taxability": "taxable",
        "created_at": site.now(),
        "pii_cleared": "active",
        "channel": "web",
        "card_status": "no_card",
        "promotional_credits": 0,
        "refundable_credits": 0,
        "mrr": 0,
        "auto_close_invoices": True,
        "tax_providers_fields": [],
        "excess_payments": 0,
        "unbilled_charges": 0,
        "deleted": False,
        "object": "customer",
        **_given(params),
        "id": customer_id,
    }
    site.touch(customer)
    site.store.customers[customer_id] = customer
    site.record("customer_created", {"customer": customer}, source)
    return customer


def _given(params: dict[str, Any]) -> Resource:
    given = {name: value for name, value in params.items() if value is not None}
    if "billing_address" in given:
        unchecked = {"validation_status": "not_validated", "object": "billing_address"}
        given["billing_address"] = unchecked | given["billing_address"]
    return given


def create(site: Site, call: Call) -> Resource:
    return entry(site, add(site, call.params, call.source))


def update(site: Site, call: Call) -> Resource:
    """Each field given replaces the whole of the old one; an empty one is removed."""
    customer = find(site, call.id)
    require_currency(site, call.params.get("preferred_currency_code"), "preferred_currency_code")
    for name, value in with_meta_data(site, customer, call.params).items():
        if value is None:
            customer.pop(name, None)
        else:
            customer[name] = value
    if call.params.get("auto_collection"):
        _pass_on_collection(site, customer)
    site.touch(customer)
    site.record("customer_changed", entry(site, customer), call.source)
    return entry(site, customer)


def with_meta_data(site: Site, resource: Resource, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters, with `meta_data` as it is to be kept: alone, or over what the resource has."""
    given = params.get("meta_data")
    if given is None or site.assumptions.meta_data == "replaced":
        return params
    return params | {"meta_data": resource.get("meta_data", {}) | given}


def _pass_on_collection(site: Site, customer: Resource) -> None:
    """A subscription without a setting of its own shows, and follows, its customer's."""
    for subscription_id in site.store.collects_as_customer:
        subscription = site.store.subscriptions[subscription_id]
        if subscription["customer_id"] == customer["id"]:
            subscription["auto_collection"] = customer["auto_collection"]


def retrieve(site: Site, call: Call) -> Resource:
    return entry(site, find(site, call.id))


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda customer: entry(site, customer), sortable=frozenset({"created_at", "updated_at"}))
    return list_resources(site.store.customers.values(), call.params, listing)


def clear_personal_data(site: Site, call: Call) -> Resource:
    """Who the people are is gone, at once and for good; what they bought and paid stays."""
    customer = find(site, call.id)
    owned = [each for each in site.store.subscriptions.values() if each["customer_id"] == call.id]
    if any(each["status"] != "cancelled" and not each["deleted"] for each in owned):
        raise invalid_state("Personal data cannot be cleared before all of the customer's subscriptions are cancelled.")
    for name in _PERSONAL & customer.keys():
        del customer[name]
    customer["pii_cleared"] = "cleared"
    site.touch(customer)
    site.record("customer_changed", entry(site, customer), call.source)
    return entry(site, customer)


def delete(site: Site, call: Call) -> Resource:
    """Its subscriptions and cards go with it; the ids stay taken."""
    customer = find(site, call.id)
    owned = [s for s in site.store.subscriptions.values() if s["customer_id"] == call.id]
    cards = [p for p in site.store.payment_sources.values() if p["customer_id"] == call.id]
    for resource in (customer, *owned, *cards):
        resource["deleted"] = True
        site.touch(resource)
    site.record("customer_deleted", entry(site, customer) | {"subscriptions": owned}, call.source)
    return entry(site, customer)


OPERATIONS = (
    Operation("POST", "/customers", "customer.create", create, lacks=_NOT_AT_CREATION),
    Operation("GET", "/customers", "customer.list", list_all),
    Operation("GET", "/customers/{id}", "customer.retrieve", retrieve),
    Operation("POST", "/customers/{id}", "customer.update", update),
    Operation("POST", "/customers/{id}/clear_personal_data", "customer.clear_personal_data", clear_personal_data),
    Operation("POST", "/customers/{id}/delete", "customer.delete", delete),
)
