"""How organizations, subscriptions and announcements look as DynamoDB items."""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from billing.core.clock import DAY
from billing.core.invocation import cause
from billing.plans.selection import Selection
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transition import Transition
from billing.table.codec import SHARDS, Attributes, Codec, Form, decode, encode, key, shard_of

LISTED = "ORGANIZATIONS"
NO_PLAN = "NO_PLAN"


def organization_key(organization_id: str) -> Attributes:
    """The key of the organization's own item."""
    return key(f"ORG#{organization_id}", "ORG")


def subscription_key(organization_id: str, subscription_id: str) -> Attributes:
    """The key of one subscription, in its organization's partition."""
    return key(f"ORG#{organization_id}", f"SUB#{subscription_id}")


def pointer_key(customer_id: str) -> Attributes:
    """The key of the pointer from a customer whose id is not its organization's."""
    return key(f"CUSTOMER#{customer_id}", "CUSTOMER")


def holder_key(subscription_id: str) -> Attributes:
    """The key of the row that says which organization was the last to hold a subscription."""
    return key(f"SUBSCRIPTION#{subscription_id}", "SUBSCRIPTION")


def listed_values(organization_id: str, plan_id: str | None) -> dict[str, str]:
    """What puts an organization into both indexes by which organizations are listed."""
    shard = shard_of(organization_id)
    return {"listed": f"{shard}#{LISTED}", "listed_plan": f"{shard}#{_plan(plan_id)}"}


def all_partitions() -> list[str]:
    """Of the index of all organizations."""
    return _partitions(LISTED)


def plan_partitions(plan_id: str | None) -> list[str]:
    """Of the index by plan, those of one plan."""
    return _partitions(_plan(plan_id))


def _plan(plan_id: str | None) -> str:
    return NO_PLAN if plan_id is None else f"PLAN#{plan_id}"


def _partitions(name: str) -> list[str]:
    """That of older versions is the first to be read: a row that leaves it meanwhile is met twice, and not missed."""
    return [name, *(f"{shard}#{name}" for shard in range(SHARDS))]


def selection_text(selection: Selection) -> str:
    """Equal selections are equal text; one without coupons is the text that it was before there were any."""
    coupons = [selection.coupons] if selection.coupons else []
    listed = [selection.item_price_id, selection.seats, selection.addons, *coupons]
    return json.dumps(listed, separators=(",", ":"))


def _read_selection(text: str) -> Selection:
    item_price_id, seats, addons, *more = json.loads(text)
    coupons = tuple(more[0]) if more else ()
    return Selection(item_price_id, seats, tuple((addon, quantity) for addon, quantity, *_ in addons), coupons)


CHECKOUT = Codec(
    Checkout, forms={"selection": Form(selection_text, _read_selection)}, apart=frozenset({"subscription_id"})
)
"""The open checkout as a map, but for its subscription id, which is an attribute of its own: a claim replaces the one
and keeps the other. The selection is compared as one piece of text."""

ORGANIZATION = Codec(Organization, attributes={"plan_id": "plan"}, apart=frozenset({"checkout"}))

SUBSCRIPTION = Codec(
    Subscription,
    forms={
        "contract_term": Form(
            lambda term: json.dumps(dict(term)) if term else None, lambda text: MappingProxyType(json.loads(text))
        )
    },
)


def organization_item(organization: Organization) -> Attributes:
    """The whole item. `live` is a set and therefore absent when empty, which the claim relies on.

    A tombstone is in no list.
    """
    checkout = organization.checkout
    values = {
        **ORGANIZATION.values(organization),
        **(listed_values(organization.id, organization.plan_id) if organization.deleted_at is None else {}),
        "checkout_id": checkout.subscription_id if checkout else None,
        "checkout": CHECKOUT.values(checkout) if checkout else None,
    }
    return organization_key(organization.id) | encode(values)


def read_organization(item: Mapping[str, Any]) -> Organization:
    """The inverse of `organization_item`."""
    values = decode(item)
    checkout = values.get("checkout")
    opened = CHECKOUT.read(checkout, subscription_id=values["checkout_id"]) if checkout else None
    return ORGANIZATION.read(values, checkout=opened)


def subscription_item(organization_id: str, subscription: Subscription) -> Attributes:
    """The whole item, with its lines embedded: replacing it can never leave a mixture."""
    values = subscription_values(subscription)
    if subscription.live and subscription.plan:  # it is in the index by plan beside its organization
        values |= {"listed_plan": listed_values(organization_id, subscription.plan.item_price_id)["listed_plan"]}
    return subscription_key(organization_id, subscription.id) | encode(values)


def read_subscription_item(item: Mapping[str, Any]) -> Subscription:
    """The inverse of `subscription_item`."""
    return read_subscription_values(decode(item))


def subscription_values(subscription: Subscription) -> dict[str, Any]:
    """A subscription as plain values. A row always has its lines, if only none."""
    return {"items": [], **SUBSCRIPTION.values(subscription)}


def read_subscription_values(values: Mapping[str, Any]) -> Subscription:
    """The inverse of `subscription_values`."""
    return SUBSCRIPTION.read({"items": [], **values})


OUTBOX_LIFETIME = 7 * DAY
"""Seconds for which an announcement that was relayed can still be looked at."""

VERSION = 1
"""Of the rows: those of before have none, and tell their content in other words."""


ANNOUNCEMENT = Codec(Announcement, forms={"subscription": Form(subscription_values, read_subscription_values)})


def outbox_item(announcement: Announcement, now: int) -> Attributes:
    """The row, under the announcement's name: of its subscription as the table keeps it, of all else as published.

    It notes what began the work that is under way.
    """
    values = {
        **cause(),
        **ANNOUNCEMENT.values(announcement),
        "version": VERSION,
        "content": dict(announcement.content) or None,
        "details": _older_details(announcement),
        "expires_at": now + OUTBOX_LIFETIME,
    }
    return key(f"OUTBOX#{announcement.organization_id}", announcement.name) | encode(values)


def read_announcement(values: Mapping[str, Any]) -> Announcement:
    """The inverse of `outbox_item`, of the decoded row; rows of before are read too.

    Raises ValueError for a transition that this version does not know.
    """
    if "version" not in values and "details" in values:
        from billing.subscriptions.table.older_outbox import content_of  # noqa: PLC0415 - rows of before only

        content = content_of(Transition(values["transition"]), int(values["at"]), values["details"])
        return ANNOUNCEMENT.read({**values, "content": content})
    return ANNOUNCEMENT.read(values)


def _older_details(announcement: Announcement) -> dict[str, Any] | None:
    """What a relay of before asks of a low wallet, while a deployment or a rollback leaves one at work."""
    if announcement.transition is not Transition.WALLET_LOW:
        return None
    rule = announcement.content.get("autoTopUp")
    currency = announcement.content["wallet"]["currency"]
    return {"currency": currency, "auto_top_up": bool(rule and rule["enabled"])}
