"""Chargebee's events and billing resources, read once into our own terms.

Field names and units: https://apidocs.chargebee.com/docs/api/subscriptions (PC 2.0): times are UTC seconds,
`resource_version` is milliseconds, amounts are minor currency units.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType

from billing.chargebee.read_owner import read_dues, read_owner
from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.billing_event import NOTHING, BillingEvent, Customer, JsonObject, text_or_none
from billing.subscriptions.domain.subscription import Item, Status, Subscription


def read_event(document: object) -> BillingEvent:
    """Read one webhook body or Events-API entry.

    Raises InvalidRequest when it is not a Chargebee event: no id, no type, or a subscription without an owner.
    """
    event = _object(document, "the event")
    content = event.get("content")
    content = content if isinstance(content, Mapping) else NOTHING
    occurred_at = _integer(event.get("occurred_at")) or 0
    subscription = content.get("subscription")
    customer = content.get("customer")
    closed = content.get("subscriptions") or ()
    return BillingEvent(
        id=_required(event, "id"),
        type=_required(event, "event_type"),
        occurred_at=occurred_at,
        customer=read_customer(customer) if isinstance(customer, Mapping) else None,
        subscription=read_subscription(subscription, occurred_at) if isinstance(subscription, Mapping) else None,
        promised_id=promised_id(subscription) if isinstance(subscription, Mapping) else None,
        closed=tuple(read_subscription(each, occurred_at) for each in closed),
        owner_id=read_owner(content),
        dues=read_dues(content),
    )


def read_customer(document: object) -> Customer:
    """Read a `customer` resource. Raises InvalidRequest when it has no id."""
    customer = _object(document, "the customer")
    return Customer(
        id=_required(customer, "id"),
        meta_data=_meta_data(customer.get("meta_data")),
        deleted=customer.get("deleted") is True,
        card_status=text_or_none(customer.get("card_status")) if customer.get("auto_collection") != "off" else None,
        resource_version=_integer(customer.get("resource_version")),
        email=text_or_none(customer.get("email")),
    )


def read_subscription(document: object, occurred_at: int) -> Subscription:
    """Read a `subscription` resource as it was at `occurred_at` (UTC seconds).

    `deleted: true` beats the status beside it, which Chargebee leaves as it was.
    Raises InvalidRequest when the id, the customer or the status is missing or unknown.
    """
    source = _object(document, "the subscription")
    return Subscription(
        id=_required(source, "id"),
        customer_id=_required(source, "customer_id"),
        status=Status.DELETED if source.get("deleted") is True else _status(source.get("status")),
        resource_version=_integer(source.get("resource_version")),
        occurred_at=occurred_at,
        items=_items(source),
        currency=text_or_none(source.get("currency_code")),
        created_at=_integer(source.get("created_at")),
        started_at=_integer(source.get("started_at")),
        activated_at=_integer(source.get("activated_at")),
        term_start=_integer(source.get("current_term_start")),
        term_end=_integer(source.get("current_term_end")),
        billing_months=_billing_months(source),
        trial_start=_integer(source.get("trial_start")),
        trial_end=_integer(source.get("trial_end")),
        next_billing_at=_integer(source.get("next_billing_at")),
        cancelled_at=_integer(source.get("cancelled_at")),
        cancel_scheduled_at=_integer(source.get("cancel_schedule_created_at")),
        cancel_reason=text_or_none(source.get("cancel_reason_code")) or text_or_none(source.get("cancel_reason")),
        pause_date=_integer(source.get("pause_date")),
        resume_date=_integer(source.get("resume_date")),
        due_invoices=_integer(source.get("due_invoices_count")) or 0,
        due_since=_integer(source.get("due_since")),
        total_dues=_integer(source.get("total_dues")),
        has_scheduled_changes=source.get("has_scheduled_changes") is True,
        changes_scheduled_at=_integer(source.get("changes_scheduled_at")),
        contract_term=_contract_term(source.get("contract_term")),
        auto_collection=text_or_none(source.get("auto_collection")),
    )


def promised_id(subscription: JsonObject) -> str | None:
    """The checkout id in a subscription's own `meta_data`, which a migration may have set. We never write it."""
    return text_or_none(_meta_data(subscription.get("meta_data")).get("subscriptionId"))


def _items(source: JsonObject) -> tuple[Item, ...] | None:
    listed = source.get("subscription_items")
    if isinstance(listed, list) and listed:
        return tuple(_item(_object(each, "a subscription item")) for each in listed)
    if plan_id := text_or_none(source.get("plan_id")):  # Product Catalog 1.0 names the plan on the subscription itself
        return (Item(plan_id, "plan", _integer(source.get("plan_quantity"))),)
    return None


def _item(source: JsonObject) -> Item:
    return Item(
        item_price_id=_required(source, "item_price_id"),
        item_type=text_or_none(source.get("item_type")) or "plan",
        quantity=_integer(source.get("quantity")),
        unit_price=_integer(source.get("unit_price")),
        amount=_integer(source.get("amount")),
    )


def _status(value: object) -> Status:
    try:
        return Status(str(value))
    except ValueError:
        raise InvalidRequest(f"Chargebee sent an unknown subscription status: {value!r}.") from None


def _contract_term(value: object) -> JsonObject:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else NOTHING


def _meta_data(value: object) -> JsonObject:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return NOTHING
    return value if isinstance(value, Mapping) else NOTHING


def _object(value: object, what: str) -> JsonObject:
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"Expected {what} to be a JSON object.")
    return value


def _required(source: JsonObject, name: str) -> str:
    if not (value := text_or_none(source.get(name))):
        raise InvalidRequest(f"The field {name!r} is missing or is not text.")
    return value


def _billing_months(source: JsonObject) -> int | None:
    """https://apidocs.chargebee.com/docs/api/subscriptions#subscription_billing_period_unit"""
    length, months = _integer(source.get("billing_period")), {"month": 1, "year": 12, "week": 0, "day": 0}
    unit = months.get(str(source.get("billing_period_unit")))
    return None if length is None or unit is None else length * unit


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
