"""Saved cards: several a customer, of which one is the primary one and one may be the backup."""

from typing import Any

from local.chargebee import cards, customers
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, missing, not_found, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import CardBehaviour, Resource

_BEHAVIOURS = {number: behaviour for behaviour, number in cards.NUMBERS.items()}


def add_card(
    site: Site, customer: Resource, behaviour: CardBehaviour, source: str, *, replace_primary: bool = True
) -> Resource:
    """Save a card for the customer; the first one becomes the primary one."""
    payment_source: Resource = {
        "id": site.new_id("pm_"),
        "customer_id": customer["id"],
        "type": "card",
        "reference_id": site.new_id("tok_"),
        "status": "valid",
        "gateway": "chargebee",
        "gateway_account_id": "gw_simulated",
        "created_at": site.now(),
        "card": cards.face_of(cards.NUMBERS[behaviour]),
        "deleted": False,
        "object": "payment_source",
    }
    site.touch(payment_source)
    site.store.payment_sources[payment_source["id"]] = payment_source
    site.store.card_behaviours[payment_source["id"]] = behaviour
    if replace_primary or not customer.get("primary_payment_source_id"):
        make_primary(site, customer, payment_source)
    site.record("payment_source_added", customers.entry(site, customer) | {"payment_source": payment_source}, source)
    return payment_source


def make_primary(site: Site, customer: Resource, payment_source: Resource) -> None:
    _drop_backup(customer, payment_source)
    customer["primary_payment_source_id"] = payment_source["id"]
    customer["card_status"] = payment_source["status"]
    customer["payment_method"] = {
        name: payment_source[name] for name in ("type", "gateway", "gateway_account_id", "status", "reference_id")
    } | {"object": "payment_method"}
    site.touch(customer)


def _drop_backup(customer: Resource, payment_source: Resource) -> None:
    if customer.get("backup_payment_source_id") == payment_source["id"]:
        del customer["backup_payment_source_id"]


def owned(site: Site, customer: Resource) -> list[Resource]:
    """The customer's cards, the newest last."""
    return [
        payment_source
        for payment_source in site.store.payment_sources.values()
        if payment_source["customer_id"] == customer["id"] and not payment_source["deleted"]
    ]


def remove(site: Site, payment_source: Resource, source: str) -> None:
    """A deleted primary card is followed by the backup, without one by the card that was added last.

    https://apidocs.chargebee.com/docs/api/payment_sources/delete-a-payment-source
    """
    customer = site.store.customers[payment_source["customer_id"]]
    card = cards.card_of(site, customer)
    heir = customer.get("backup_payment_source_id")
    payment_source["deleted"] = True
    site.touch(payment_source)
    _drop_backup(customer, payment_source)
    if customer.get("primary_payment_source_id") == payment_source["id"]:
        del customer["primary_payment_source_id"], customer["payment_method"]
        customer["card_status"] = "no_card"
        rest = owned(site, customer)
        if rest:
            make_primary(site, customer, site.store.payment_sources[heir] if heir else rest[-1])
    site.touch(customer)
    around = {"customer": customer, "card": card, "payment_source": payment_source}
    site.record("payment_source_deleted", around, source)


def find(site: Site, payment_source_id: str) -> Resource:
    payment_source = site.store.payment_sources.get(payment_source_id)
    if payment_source is None or payment_source["deleted"]:
        raise not_found("payment_source", payment_source_id)
    return payment_source


def find_owned(site: Site, customer: Resource, payment_source_id: str) -> Resource:
    """Another customer's card is not found."""
    payment_source = find(site, payment_source_id)
    if payment_source["customer_id"] != customer["id"]:
        raise not_found("payment_source", payment_source_id)
    return payment_source


def assign_role(site: Site, call: Call) -> Resource:
    """https://apidocs.chargebee.com/docs/api/customers/assign-payment-role: the payment source "must not be the current
    primary payment source of the customer"."""
    customer = customers.find(site, call.id)
    payment_source = find_owned(site, customer, call.params["payment_source_id"])
    role = call.params["role"]
    if customer.get("primary_payment_source_id") == payment_source["id"]:
        raise invalid_state("This is the primary payment source, and stays it until another one is")
    if role == "primary":
        make_primary(site, customer, payment_source)
    elif role == "backup":
        customer["backup_payment_source_id"] = payment_source["id"]
    else:
        _drop_backup(customer, payment_source)
    site.touch(customer)
    site.record("customer_changed", customers.entry(site, customer), call.source)
    return {"customer": customer, "payment_source": payment_source}


def create_card(site: Site, call: Call) -> Resource:
    customer = customers.find(site, call.params["customer_id"])
    card: dict[str, Any] = call.params.get("card") or {}
    for field in ("number", "expiry_month", "expiry_year"):
        if card.get(field) is None:
            raise missing(f"card[{field}]")
    if card["number"] not in _BEHAVIOURS:
        raise wrong_value("card[number]", f"must be one of {', '.join(_BEHAVIOURS)} on a test gateway")
    payment_source = add_card(
        site,
        customer,
        _BEHAVIOURS[card["number"]],
        call.source,
        replace_primary=bool(call.params.get("replace_primary_payment_source")),
    )
    face = payment_source["card"]
    face |= {name: card[name] for name in ("expiry_month", "expiry_year", "first_name", "last_name") if card.get(name)}
    return {"customer": customer, "payment_source": payment_source}


def retrieve(site: Site, call: Call) -> Resource:
    return {"payment_source": find(site, call.id)}


def delete(site: Site, call: Call) -> Resource:
    payment_source = find(site, call.id)
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
    Operation("POST", "/customers/{id}/assign_payment_role", "customer.assign_payment_role", assign_role),
)
