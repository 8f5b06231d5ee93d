"""Saved cards. Whether a card pays or is declined is decided here and never shown by the API."""

from typing import Any

from local.chargebee.call import Call, Operation
from local.chargebee.errors import missing, not_found, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import CardBehaviour, Resource

GOOD_NUMBER = "4111111111111111"
# https://www.chargebee.com/docs/2.0/chargebee-test-gateway.html: accepted when saved, declined when charged.
DECLINING_NUMBER = "4119862760338320"


def add_card(
    site: Site, customer: Resource, behaviour: CardBehaviour, source: str, *, replace_primary: bool = True
) -> Resource:
    """Save a card for the customer; the first one becomes the primary one."""
    number = GOOD_NUMBER if behaviour == "ok" else DECLINING_NUMBER
    payment_source: Resource = {
        "id": site.new_id("pm_"),
        "customer_id": customer["id"],
        "type": "card",
        "reference_id": site.new_id("tok_"),
        "status": "valid",
        "gateway": "chargebee",
        "gateway_account_id": "gw_simulated",
        "created_at": site.now(),
        "card": _card_face(number),
        "deleted": False,
        "object": "payment_source",
    }
    site.touch(payment_source)
    site.store.payment_sources[payment_source["id"]] = payment_source
    site.store.card_behaviours[payment_source["id"]] = behaviour
    if replace_primary or not customer.get("primary_payment_source_id"):
        _make_primary(site, customer, payment_source)
    site.record("payment_source_added", {"customer": customer, "payment_source": payment_source}, source)
    return payment_source


def _card_face(number: str) -> Resource:
    return {
        "iin": number[:6],
        "last4": number[-4:],
        "brand": "visa",
        "funding_type": "credit",
        "expiry_month": 12,
        "expiry_year": 2050,
        "masked_number": f"************{number[-4:]}",
        "object": "card",
    }


def _make_primary(site: Site, customer: Resource, payment_source: Resource) -> None:
    customer["primary_payment_source_id"] = payment_source["id"]
    customer["card_status"] = payment_source["status"]
    customer["payment_method"] = {
        name: payment_source[name] for name in ("type", "gateway", "gateway_account_id", "status", "reference_id")
    } | {"object": "payment_method"}
    site.touch(customer)


def remove(site: Site, payment_source: Resource, source: str) -> None:
    """A deleted primary card leaves the customer without one; no other takes its place."""
    customer = site.store.customers[payment_source["customer_id"]]
    payment_source["deleted"] = True
    site.touch(payment_source)
    if customer.get("primary_payment_source_id") == payment_source["id"]:
        del customer["primary_payment_source_id"], customer["payment_method"]
        customer["card_status"] = "no_card"
        site.touch(customer)
    site.record("payment_source_deleted", {"customer": customer, "payment_source": payment_source}, source)


def primary_of(site: Site, customer: Resource) -> Resource | None:
    return site.store.payment_sources.get(customer.get("primary_payment_source_id", ""))


def behaviour_of(site: Site, customer: Resource) -> CardBehaviour | None:
    """What charging the customer would meet; None without a card."""
    primary = primary_of(site, customer)
    return None if primary is None else site.store.card_behaviours[primary["id"]]


def card_of(site: Site, customer: Resource) -> Resource | None:
    """The primary card as the `card` resource that accompanies a customer."""
    primary = primary_of(site, customer)
    if primary is None:
        return None
    return {
        "payment_source_id": primary["id"],
        "customer_id": customer["id"],
        "status": primary["status"],
        "gateway": primary["gateway"],
        "gateway_account_id": primary["gateway_account_id"],
        "card_type": "visa",
        "created_at": primary["created_at"],
        "updated_at": primary["updated_at"],
        "resource_version": primary["resource_version"],
        **primary["card"],
    }


def _find(site: Site, payment_source_id: str) -> Resource:
    payment_source = site.store.payment_sources.get(payment_source_id)
    if payment_source is None or payment_source["deleted"]:
        raise not_found("payment_source", payment_source_id)
    return payment_source


def _customer(site: Site, customer_id: str) -> Resource:
    customer = site.store.customers.get(customer_id)
    if customer is None or customer["deleted"]:
        raise not_found("customer", customer_id)
    return customer


def create_card(site: Site, call: Call) -> Resource:
    customer = _customer(site, call.params["customer_id"])
    card: dict[str, Any] = call.params.get("card") or {}
    for field in ("number", "expiry_month", "expiry_year"):
        if card.get(field) is None:
            raise missing(f"card[{field}]")
    if card["number"] not in (GOOD_NUMBER, DECLINING_NUMBER):
        raise wrong_value("card[number]", f"must be {GOOD_NUMBER} or {DECLINING_NUMBER} on a test gateway")
    payment_source = add_card(
        site,
        customer,
        "ok" if card["number"] == GOOD_NUMBER else "declined",
        call.source,
        replace_primary=bool(call.params.get("replace_primary_payment_source")),
    )
    face = payment_source["card"]
    face |= {name: card[name] for name in ("expiry_month", "expiry_year", "first_name", "last_name") if card.get(name)}
    return {"customer": customer, "payment_source": payment_source}


def retrieve(site: Site, call: Call) -> Resource:
    return {"payment_source": _find(site, call.id)}


def delete(site: Site, call: Call) -> Resource:
    payment_source = _find(site, call.id)
    remove(site, payment_source, call.source)
    return {"customer": site.store.customers[payment_source["customer_id"]], "payment_source": payment_source}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(
        entry=lambda payment_source: {"payment_source": payment_source},
        sortable=frozenset({"created_at", "updated_at"}),
    )
    return list_resources(site.store.payment_sources.values(), call.params, listing)


OPERATIONS = (
    Operation(
        "POST",
        "/payment_sources/create_card",
        "payment_source.create_card",
        create_card,
        lacks=frozenset({"brand_id", "card[gateway_account_id]", "card[additional_information]"}),
    ),
    Operation("GET", "/payment_sources", "payment_source.list", list_all, lacks=frozenset({"subscription_id"})),
    Operation("GET", "/payment_sources/{id}", "payment_source.retrieve", retrieve),
    Operation("POST", "/payment_sources/{id}/delete", "payment_source.delete", delete),
)
