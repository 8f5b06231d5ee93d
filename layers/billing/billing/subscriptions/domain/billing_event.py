"""Chargebee's JSON, read once into our own terms.

Field names and units: https://apidocs.chargebee.com/docs/api/subscriptions (PC 2.0): times are UTC seconds,
`resource_version` is milliseconds, amounts are minor currency units.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.subscription import Item, Status, Subscription

JsonObject = Mapping[str, Any]
NOTHING: JsonObject = MappingProxyType({})

RECONCILED = "subscription_reconciled"
"""Our own event type: a subscription as Chargebee listed it, not as it told of it."""


@dataclass(frozen=True, slots=True)
class Customer:
    """What of a Chargebee customer matters here: who it is, what we stamped on it, and whether its card works.

    `card_status` is None when its invoices are not collected from a card (`auto_collection` is off).
    """

    id: str
    meta_data: JsonObject = field(default_factory=lambda: NOTHING)
    deleted: bool = False
    card_status: str | None = None
    resource_version: int | None = None

    @property
    def organization_id(self) -> str | None:
        """The organization that the customer says it bills."""
        return _text(self.meta_data.get("organizationId"))

    @property
    def pending_subscription_id(self) -> str | None:
        """The checkout that was opened last for this customer."""
        return _text(self.meta_data.get("pendingSubscriptionId"))


@dataclass(frozen=True, slots=True)
class BillingEvent:
    """A Chargebee event, of any type, reduced to the snapshots that it carries.

    `occurred_at` is UTC seconds. `promised_id` is what the subscription's own `meta_data.subscriptionId` names.
    """

    id: str
    type: str
    occurred_at: int
    customer: Customer | None = None
    subscription: Subscription | None = None
    promised_id: str | None = None
    closed: tuple[Subscription, ...] = ()

    @property
    def customer_id(self) -> str | None:
        """The customer that the event is about, however it says so."""
        if self.subscription:
            return self.subscription.customer_id
        return self.customer.id if self.customer else None


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
    )


def read_customer(document: object) -> Customer:
    """Read a `customer` resource. Raises InvalidRequest when it has no id."""
    customer = _object(document, "the customer")
    return Customer(
        id=_required(customer, "id"),
        meta_data=_meta_data(customer.get("meta_data")),
        deleted=customer.get("deleted") is True,
        card_status=_text(customer.get("card_status")) if customer.get("auto_collection") != "off" else None,
        resource_version=_integer(customer.get("resource_version")),
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
        currency=_text(source.get("currency_code")),
        created_at=_integer(source.get("created_at")),
        started_at=_integer(source.get("started_at")),
        activated_at=_integer(source.get("activated_at")),
        term_start=_integer(source.get("current_term_start")),
        term_end=_integer(source.get("current_term_end")),
        trial_start=_integer(source.get("trial_start")),
        trial_end=_integer(source.get("trial_end")),
        next_billing_at=_integer(source.get("next_billing_at")),
        cancelled_at=_integer(source.get("cancelled_at")),
        cancel_scheduled_at=_integer(source.get("cancel_schedule_created_at")),
        cancel_reason=_text(source.get("cancel_reason_code")) or _text(source.get("cancel_reason")),
        pause_date=_integer(source.get("pause_date")),
        resume_date=_integer(source.get("resume_date")),
        due_invoices=_integer(source.get("due_invoices_count")) or 0,
        due_since=_integer(source.get("due_since")),
        total_dues=_integer(source.get("total_dues")),
        has_scheduled_changes=source.get("has_scheduled_changes") is True,
        changes_scheduled_at=_integer(source.get("changes_scheduled_at")),
        contract_term=_contract_term(source.get("contract_term")),
    )


def promised_id(subscription: JsonObject) -> str | None:
    """The checkout id in a subscription's own `meta_data`, which a migration may have set. We never write it."""
    return _text(_meta_data(subscription.get("meta_data")).get("subscriptionId"))


def _items(source: JsonObject) -> tuple[Item, ...] | None:
    listed = source.get("subscription_items")
    if isinstance(listed, list) and listed:
        return tuple(_item(_object(each, "a subscription item")) for each in listed)
    if plan_id := _text(source.get("plan_id")):  # Product Catalog 1.0 names the plan on the subscription itself
        return (Item(plan_id, "plan", _integer(source.get("plan_quantity"))),)
    return None


def _item(source: JsonObject) -> Item:
    return Item(
        item_price_id=_required(source, "item_price_id"),
        item_type=_text(source.get("item_type")) or "plan",
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
    if not (value := _text(source.get(name))):
        raise InvalidRequest(f"The field {name!r} is missing or is not text.")
    return value


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
