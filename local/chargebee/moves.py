"""Subscriptions that change their customer, one by one or with all that the customer has.

https://apidocs.chargebee.com/docs/api/subscriptions/move-a-subscription
https://apidocs.chargebee.com/docs/api/customers/merge-customers
Both are asynchronous at the vendor's, and the answer shows what was before: here they are made right after it, or a
minute later where the site is set up so. What has become impossible meanwhile does not happen.
"""

import copy

from local.chargebee import customers, lifecycle, payment_sources, subscriptions
from local.chargebee.call import Call, Operation
from local.chargebee.errors import ApiError, invalid_state, wrong_value
from local.chargebee.site import Site
from local.chargebee.store import PendingMove, Resource

_UNSETTLED = ("payment_due", "not_paid", "posted", "pending")
_LATER = 60


def move(site: Site, call: Call) -> Resource:
    subscription = subscriptions.find(site, call.id)
    target = customers.find(site, call.params["to_customer_id"], "to_customer_id")
    _require_movable(site, subscription, target)
    before = copy.deepcopy(subscription)
    copies = bool(call.params.get("copy_payment_source"))
    _do(site, PendingMove(target["id"], _due(site), call.source, subscription["id"], copies_card=copies))
    return {"subscription": before}


def _due(site: Site) -> int:
    return site.now() + (_LATER if site.settings.moves == "later" else 0)


def _do(site: Site, wanted: PendingMove) -> None:
    move_id = site.new_id("move_")
    site.store.pending_moves[move_id] = wanted
    if wanted.due <= site.now():
        carry_out(site, move_id)


def carry_out(site: Site, move_id: str) -> None:
    """The moment of a move or of a merge has come."""
    wanted = site.store.pending_moves.pop(move_id)
    try:
        target = customers.find(site, wanted.to, "to_customer_id")
        if wanted.subscription_id is not None:
            _move(site, subscriptions.find(site, wanted.subscription_id), target, wanted)
        elif wanted.of is not None:
            _merge(site, customers.find(site, wanted.of, "from_customer_id"), target, wanted)
    except ApiError:
        return


def _move(site: Site, subscription: Resource, target: Resource, wanted: PendingMove) -> None:
    _require_movable(site, subscription, target)
    before, origin = copy.deepcopy(subscription), lifecycle.owner(site, subscription)
    if wanted.copies_card:
        _copy_card(site, origin, target, wanted.source)
    _hand_over(site, subscription, target)
    lifecycle.refresh_revenue(site, origin)
    _tell(site, before, subscription, wanted.source)


def _require_movable(site: Site, subscription: Resource, target: Resource) -> None:
    owner = lifecycle.owner(site, subscription)
    if owner is target:
        raise wrong_value("to_customer_id", "is the subscription's customer already")
    _require_one_entity(owner, target)
    for invoice in site.store.invoices.values():
        if invoice.get("subscription_id") == subscription["id"] and invoice["status"] in _UNSETTLED:
            raise invalid_state(f"The invoice {invoice['id']} of the subscription is not settled")


def _require_one_entity(origin: Resource, target: Resource) -> None:
    if origin.get("business_entity_id") != target.get("business_entity_id"):
        raise invalid_state("The customers belong to different business entities")


def _copy_card(site: Site, origin: Resource, target: Resource, source: str) -> None:
    primary = site.store.payment_sources.get(origin.get("primary_payment_source_id", ""))
    if primary is not None:
        payment_sources.add_card(site, target, site.store.card_behaviours[primary["id"]], source)


def _hand_over(site: Site, subscription: Resource, target: Resource) -> None:
    """The subscription with its invoices, credit notes and transactions."""
    store = site.store
    for table in (store.invoices, store.credit_notes, store.transactions):
        for record in table.values():
            if record.get("subscription_id") == subscription["id"]:
                _give(site, record, target)
    _give(site, subscription, target)


def _give(site: Site, record: Resource, target: Resource) -> None:
    record["customer_id"] = target["id"]
    for line in record.get("line_items", ()):
        line["customer_id"] = target["id"]
    site.touch(record)


def _tell(site: Site, before: Resource, subscription: Resource, source: str) -> None:
    site.record("subscription_moved_out", {"subscription": before}, source)
    lifecycle.publish(site, "subscription_changed", subscription, source)
    site.record("subscription_moved_in", {"subscription": subscription}, source)


def merge(site: Site, call: Call) -> Resource:
    """The customer that gave everything away stays, empty."""
    origin = customers.find(site, call.params["from_customer_id"], "from_customer_id")
    target = customers.find(site, call.params["to_customer_id"], "to_customer_id")
    if origin is target:
        raise wrong_value("to_customer_id", "is the same customer")
    _require_one_entity(origin, target)
    _do(site, PendingMove(target["id"], _due(site), call.source, of=origin["id"]))
    return {"customer": target}


def _merge(site: Site, origin: Resource, target: Resource, wanted: PendingMove) -> None:
    moved = [s for s in site.store.subscriptions.values() if s["customer_id"] == origin["id"]]
    before = copy.deepcopy(moved)
    _give_all(site, origin, target)
    if site.assumptions.merge_of_customers == "told":
        for earlier, subscription in zip(before, moved, strict=True):
            _tell(site, earlier, subscription, wanted.source)


def _give_all(site: Site, origin: Resource, target: Resource) -> None:
    store = site.store
    cards = payment_sources.owned(site, origin)
    owned = (store.subscriptions, store.invoices, store.credit_notes, store.transactions, store.payment_sources)
    for table in owned:
        for record in table.values():
            if record["customer_id"] == origin["id"]:
                _give(site, record, target)
    for name in ("primary_payment_source_id", "backup_payment_source_id", "payment_method"):
        origin.pop(name, None)
    origin["card_status"] = "no_card"
    if cards and "primary_payment_source_id" not in target:
        payment_sources.make_primary(site, target, cards[0])
    for customer in (origin, target):
        lifecycle.refresh_revenue(site, customer)
        site.touch(customer)


OPERATIONS = (
    Operation("POST", "/subscriptions/{id}/move", "subscription.move", move),
    Operation("POST", "/customers/merge", "customer.merge", merge),
)
