"""What one of Chargebee's events says: the snapshots that it carries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from billing.subscriptions.domain.subscription import Subscription

JsonObject = Mapping[str, Any]
NOTHING: JsonObject = MappingProxyType({})
_SURROGATE = re.compile("[\ud800-\udfff]")

RECONCILED = "subscription_reconciled"
"""Our own event type: a subscription as Chargebee listed it, not as it told of it."""

RECONCILED_CUSTOMER = "customer_reconciled"
"""The same of a customer."""


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
    email: str | None = None

    @property
    def organization_id(self) -> str | None:
        """The organization that the customer says it bills."""
        return text_or_none(self.meta_data.get("organizationId"))

    @property
    def pending_subscription_id(self) -> str | None:
        """The checkout that was opened last for this customer."""
        return text_or_none(self.meta_data.get("pendingSubscriptionId"))


class Dues(IntEnum):
    """What an event without a subscription says about its dues, in rising order of weight."""

    UNTOUCHED = 0
    SETTLED = 1
    """An invoice is paid by a payment, or was never due: news only of a subscription that seems to owe something."""
    CHANGED = 2
    """An invoice is due, or is settled without a payment: only Chargebee knows what is owed now."""


@dataclass(frozen=True, slots=True)
class BillingEvent:
    """A Chargebee event, of any type, reduced to the snapshots that it carries.

    `occurred_at` is UTC seconds. `promised_id` is what the subscription's own `meta_data.subscriptionId` names.
    `owner_id` is the customer that anything else in it names: an invoice, a credit note, a transaction.
    `excess` (minor units) is what was paid and no invoice takes.
    `entitled` are the subscriptions whose entitlements it says are others: what they are is to be read.
    `unreadable` is what of its content is of no known shape.
    """

    id: str
    type: str
    occurred_at: int
    customer: Customer | None = None
    subscription: Subscription | None = None
    promised_id: str | None = None
    closed: tuple[Subscription, ...] = ()
    owner_id: str | None = None
    dues: Dues = Dues.UNTOUCHED
    excess: int = 0
    entitled: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def customer_id(self) -> str | None:
        """The customer that the event is about, however it says so."""
        if self.subscription:
            return self.subscription.customer_id
        return self.customer.id if self.customer else self.owner_id


def text_or_none(value: object) -> str | None:
    """Text that is there and can be kept: neither empty nor half a character, nor anything else."""
    return value if isinstance(value, str) and value and not _SURROGATE.search(value) else None
