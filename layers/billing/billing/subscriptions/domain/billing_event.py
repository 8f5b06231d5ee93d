"""What one of Chargebee's events says: the snapshots that it carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from billing.subscriptions.domain.subscription import Subscription

JsonObject = Mapping[str, Any]
NOTHING: JsonObject = MappingProxyType({})

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

    @property
    def organization_id(self) -> str | None:
        """The organization that the customer says it bills."""
        return text_or_none(self.meta_data.get("organizationId"))

    @property
    def pending_subscription_id(self) -> str | None:
        """The checkout that was opened last for this customer."""
        return text_or_none(self.meta_data.get("pendingSubscriptionId"))


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


def text_or_none(value: object) -> str | None:
    """Text that is there: neither empty nor anything else."""
    return value if isinstance(value, str) and value else None
