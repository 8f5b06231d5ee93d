"""How organizations, subscriptions and the rest look as DynamoDB items. One function each way, nothing decided."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.domain.subscription import Item, Status, Subscription

Attributes = dict[str, Any]
"""An item in DynamoDB's own typed form."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

DAY = 86_400
LEDGER_LIFETIME = 90 * DAY
OUTBOX_LIFETIME = 7 * DAY
"""Seconds; far beyond Chargebee's three days of redelivery, and the hooks' queue."""

LISTED = "ORGANIZATIONS"
NO_PLAN = "NO_PLAN"


def encode(values: Mapping[str, Any]) -> Attributes:
    """Absent and empty are the same: None and the empty set are not stored."""
    return {name: _serialize(value) for name, value in values.items() if value is not None and value != set()}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers come back as integers: nothing here is ever fractional."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def organization_key(organization_id: str) -> Attributes:
    """The key of the organization's own item."""
    return encode({"pk": f"ORG#{organization_id}", "sk": "ORG"})


def subscription_key(organization_id: str, subscription_id: str) -> Attributes:
    """The key of one subscription, in its organization's partition."""
    return encode({"pk": f"ORG#{organization_id}", "sk": f"SUB#{subscription_id}"})


def event_key(source: str, event_id: str) -> Attributes:
    """The key of the ledger entry that proves an event was dealt with."""
    return encode({"pk": f"EVENT#{source}#{event_id}", "sk": "EVENT"})


def pointer_key(customer_id: str) -> Attributes:
    """The key of the pointer from a customer whose id is not its organization's."""
    return encode({"pk": f"CUSTOMER#{customer_id}", "sk": "CUSTOMER"})


def listed_values(plan: str | None) -> dict[str, str]:
    """What puts an organization into both indexes by which organizations are listed."""
    return {"listed": LISTED, "listed_plan": NO_PLAN if plan is None else f"PLAN#{plan}"}


def organization_item(organization: Organization) -> Attributes:
    """The whole item. `live` is a set and therefore absent when empty, which the claim relies on.

    A tombstone is in no list.
    """
    values = {
        **_stored(organization, "checkout"),
        **(listed_values(organization.plan) if organization.deleted_at is None else {}),
        "live": set(organization.live),
        "retired_customers": set(organization.retired_customers),
        "checkout_id": organization.checkout.subscription_id if organization.checkout else None,
        "checkout": checkout_value(organization.checkout) if organization.checkout else None,
    }
    return organization_key(organization.id) | encode(values)


def checkout_value(checkout: Checkout) -> dict[str, Any]:
    """The open checkout as a map, but for its subscription id, which is an attribute of its own: a claim replaces the
    one and keeps the other. The selection is compared as one piece of text."""
    return {
        "selection": selection_text(checkout.selection),
        "opened_at": checkout.opened_at,
        "user_id": checkout.user_id,
        "success_path": checkout.success_path,
        "cancel_path": checkout.cancel_path,
    }


def selection_text(selection: Selection) -> str:
    """Equal selections are equal text."""
    return json.dumps([selection.item_price_id, selection.seats, selection.addons], separators=(",", ":"))


def read_organization(item: Mapping[str, Any]) -> Organization:
    """The inverse of `organization_item`."""
    values = decode(item)
    if checkout := values.get("checkout"):
        item_price_id, seats, addons = json.loads(checkout["selection"])
        selection = Selection(item_price_id, seats, tuple((addon, quantity) for addon, quantity in addons))
        values["checkout"] = Checkout(**{**checkout, "subscription_id": values["checkout_id"], "selection": selection})
    for name in ("live", "retired_customers"):
        values[name] = frozenset(values.get(name, ()))
    return Organization(**known_fields(Organization, values))


def subscription_item(organization_id: str, subscription: Subscription) -> Attributes:
    """The whole item, with its lines embedded: replacing it can never leave a mixture."""
    return subscription_key(organization_id, subscription.id) | encode(subscription_values(subscription))


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    """A subscription as plain JSON-ready values."""
    lines = [
        {name: value for name, value in asdict(line).items() if value is not None} for line in subscription.items or ()
    ]
    return {
        **_stored(subscription, "items", "contract_term"),
        "status": str(subscription.status),
        "items": lines,
        "contract_term": json.dumps(dict(subscription.contract_term)) if subscription.contract_term else None,
    }


def known_values(subscription: Subscription) -> dict[str, Any]:
    """`subscription_values` without what is not known."""
    return {name: value for name, value in subscription_values(subscription).items() if value is not None}


def read_subscription_item(item: Mapping[str, Any]) -> Subscription:
    """The inverse of `subscription_item`."""
    return read_subscription_values(decode(item))


def read_subscription_values(values: Mapping[str, Any]) -> Subscription:
    """The inverse of `subscription_values`."""
    known = known_fields(Subscription, values)
    known["status"] = Status(known["status"])
    known["items"] = tuple(Item(**known_fields(Item, line)) for line in known.get("items", ()))
    if term := known.pop("contract_term", None):
        known["contract_term"] = MappingProxyType(json.loads(term))
    return Subscription(**known)


def _stored(record: Organization | Subscription, *apart: str) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record) if each.name not in apart}


def known_fields(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Only the fields of `kind`: a newer version of the code may have stored more."""
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value
