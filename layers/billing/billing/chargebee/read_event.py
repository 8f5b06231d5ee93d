"""Chargebee's events and billing resources, read once into our own terms.

Field names and units: https://apidocs.chargebee.com/docs/api/subscriptions (PC 2.0): times are UTC seconds,
`resource_version` is milliseconds, amounts are minor currency units.
"""

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from billing.chargebee.fields import integer, json_object, required
from billing.chargebee.read_items import read_items
from billing.chargebee.read_owner import read_dues, read_entitled, read_excess, read_owner
from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.billing_event import NOTHING, BillingEvent, Customer, JsonObject, text_or_none
from billing.subscriptions.domain.subscription import Item, RedeemedCoupon, Status, Subscription


def read_event(document: object) -> BillingEvent:
    """Read one webhook body or Events-API entry, of either version of the API.

    What of its content has no known shape is left out and named. Raises InvalidRequest when it is not a Chargebee
    event: no id or no type.
    """
    event = json_object(document, "the event")
    content = event.get("content")
    content = content if isinstance(content, Mapping) else NOTHING
    occurred_at = integer(event.get("occurred_at")) or 0
    unreadable: list[str] = []
    customer = _legible("customer", content.get("customer"), read_customer, unreadable)
    owner = customer.id if customer else None

    def read(source: object) -> Subscription:
        return read_subscription(_owned(source, owner), occurred_at)

    subscription = _legible("subscription", content.get("subscription"), read, unreadable)
    listed = content.get("subscriptions")
    closed = [_legible("subscriptions", each, read, unreadable) for each in listed] if isinstance(listed, list) else ()
    return BillingEvent(
        id=required(event, "id"),
        type=required(event, "event_type"),
        occurred_at=occurred_at,
        customer=customer,
        subscription=subscription,
        promised_id=promised_id(content["subscription"]) if subscription else None,
        closed=tuple(each for each in closed if each is not None),
        unreadable=tuple(unreadable),
        owner_id=read_owner(content),
        dues=read_dues(content),
        excess=read_excess(content),
        entitled=read_entitled(content),
    )


def _legible[Resource](
    name: str, source: object, read: Callable[[object], Resource], unreadable: list[str]
) -> Resource | None:
    """The resource, unless it is not there, or lacks what it cannot be without: that poisons nothing."""
    if source is None:
        return None
    try:
        return read(source)
    except InvalidRequest:
        unreadable.append(name)
        return None


def _owned(subscription: object, customer_id: str | None) -> object:
    """Contents of the API's first version name the customer beside the subscription alone."""
    if isinstance(subscription, Mapping) and customer_id and not subscription.get("customer_id"):
        return {**subscription, "customer_id": customer_id}
    return subscription


def read_customer(document: object) -> Customer:
    """Read a `customer` resource. Raises InvalidRequest when it has no id."""
    customer = json_object(document, "the customer")
    return Customer(
        id=required(customer, "id"),
        meta_data=_meta_data(customer.get("meta_data")),
        deleted=customer.get("deleted") is True,
        card_status=_card_status(customer) if customer.get("auto_collection") != "off" else None,
        resource_version=integer(customer.get("resource_version")),
        email=text_or_none(customer.get("email")),
    )


def _card_status(customer: JsonObject) -> str | None:
    """Whether what pays works. A customer who pays by direct debit or PayPal may have no card, and needs none.

    https://apidocs.chargebee.com/docs/api/customers#customer_payment_method is the primary one, with a status of its
    own, which has the words of `card_status`.
    """
    method = customer.get("payment_method")
    beside = method if isinstance(method, Mapping) and method.get("type") != "card" else NOTHING
    return text_or_none(beside.get("status")) or text_or_none(customer.get("card_status"))


def read_subscription(document: object, occurred_at: int) -> Subscription:
    """Read a `subscription` resource as it was at `occurred_at` (UTC seconds).

    `deleted: true` beats the status beside it, which Chargebee leaves as it was. A status that nobody here knows is
    `unknown`. Raises InvalidRequest when the id or the customer is missing.
    """
    source = json_object(document, "the subscription")
    return Subscription(
        id=required(source, "id"),
        customer_id=required(source, "customer_id"),
        status=Status.DELETED if source.get("deleted") is True else _status(source.get("status")),
        resource_version=integer(source.get("resource_version")),
        occurred_at=occurred_at,
        items=_items(source),
        currency=text_or_none(source.get("currency_code")),
        created_at=integer(source.get("created_at")),
        started_at=integer(source.get("started_at")),
        term_start=integer(source.get("current_term_start")),
        term_end=integer(source.get("current_term_end")),
        billing_months=_billing_months(source),
        trial_start=integer(source.get("trial_start")),
        trial_end=integer(source.get("trial_end")),
        next_billing_at=integer(source.get("next_billing_at")),
        cancelled_at=integer(source.get("cancelled_at")),
        cancel_reason=text_or_none(source.get("cancel_reason_code")) or text_or_none(source.get("cancel_reason")),
        pause_date=integer(source.get("pause_date")),
        resume_date=integer(source.get("resume_date")),
        due_invoices=integer(source.get("due_invoices_count")) or 0,
        due_since=integer(source.get("due_since")),
        total_dues=integer(source.get("total_dues")),
        has_scheduled_changes=source.get("has_scheduled_changes") is True,
        changes_scheduled_at=_changes_at(source),
        contract_term=_contract_term(source.get("contract_term")),
        auto_collection=text_or_none(source.get("auto_collection")),
        remaining_cycles=integer(source.get("remaining_billing_cycles")),
        coupons=_coupons(source.get("coupons")),
    )


def promised_id(subscription: JsonObject) -> str | None:
    """The checkout id in a subscription's own `meta_data`, which a migration may have set. We never write it."""
    return text_or_none(_meta_data(subscription.get("meta_data")).get("subscriptionId"))


def _items(source: JsonObject) -> tuple[Item, ...] | None:
    try:
        return read_items(source)
    except InvalidRequest:
        return None


def _coupons(listed: object) -> tuple[RedeemedCoupon, ...]:
    """Those that have an id, in the order of their ids."""
    told = [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    named = {each_id: each for each in told if (each_id := text_or_none(each.get("coupon_id")))}
    return tuple(RedeemedCoupon(each_id, integer(named[each_id].get("apply_till"))) for each_id in sorted(named))


def _status(value: object) -> Status:
    return Status(value) if isinstance(value, str) and value in Status else Status.UNKNOWN


def _changes_at(source: JsonObject) -> int | None:
    """https://apidocs.chargebee.com/docs/api/subscriptions#subscription_changes_scheduled_at: "As a limitation, this
    attribute is not returned when the change is scheduled to happen at the end of the current term"."""
    ends = source.get("trial_end" if source.get("status") == "in_trial" else "current_term_end")
    told = integer(source.get("changes_scheduled_at"))
    return integer(ends) if told is None and source.get("has_scheduled_changes") is True else told


def _contract_term(value: object) -> JsonObject:
    return MappingProxyType(dict(value)) if isinstance(value, Mapping) else NOTHING


def _meta_data(value: object) -> JsonObject:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return NOTHING
    return value if isinstance(value, Mapping) else NOTHING


def _billing_months(source: JsonObject) -> int | None:
    """https://apidocs.chargebee.com/docs/api/subscriptions#subscription_billing_period_unit"""
    length, months = integer(source.get("billing_period")), {"month": 1, "year": 12, "week": 0, "day": 0}
    unit = months.get(str(source.get("billing_period_unit")))
    return None if length is None or unit is None else length * unit
