"""Everything the simulated site knows, in the vendor's own JSON shape.

A resource is the dictionary that the API returns. What the API never shows (how a card behaves, what change is
scheduled) is kept beside the resources, by id.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Resource = dict[str, Any]
Table = dict[str, Resource]
CardBehaviour = Literal["ok", "declined", "3ds"]


@dataclass(frozen=True)
class ScheduledChange:
    """New items that replace the subscription's own when the change falls due; `redeems` is what it says of coupons."""

    items: list[Resource]
    due: int
    redeems: Resource = field(default_factory=dict)


@dataclass(frozen=True)
class PageRequest:
    """The parameters that a hosted page was opened with, applied when it is completed."""

    params: dict[str, Any]


@dataclass(frozen=True)
class Download:
    """A link to an invoice's PDF, valid until `valid_till` (UTC seconds)."""

    invoice_id: str
    valid_till: int


@dataclass(frozen=True)
class Span:
    """From `start` up to but without `end`, in UTC seconds."""

    start: int
    end: int


@dataclass(frozen=True)
class Gathering:
    """A pending invoice takes in the subscription's usage of this time until it closes at `closes_at` (UTC seconds)."""

    subscription_id: str
    span: Span
    closes_at: int


@dataclass(frozen=True)
class PendingMove:
    """What goes to the customer `to` at `due` (UTC seconds): one subscription, or all that the customer `of` has."""

    to: str
    due: int
    source: str
    subscription_id: str | None = None
    of: str | None = None
    copies_card: bool = False


@dataclass
class Store:
    customers: Table = field(default_factory=dict)
    subscriptions: Table = field(default_factory=dict)
    invoices: Table = field(default_factory=dict)
    transactions: Table = field(default_factory=dict)
    coupons: Table = field(default_factory=dict)
    credit_notes: Table = field(default_factory=dict)
    promotional_credits: Table = field(default_factory=dict)
    payment_intents: Table = field(default_factory=dict)
    payment_sources: Table = field(default_factory=dict)
    usages: Table = field(default_factory=dict)
    features: Table = field(default_factory=dict)
    entitlements: Table = field(default_factory=dict)
    entitlement_overrides: Table = field(default_factory=dict)
    hosted_pages: Table = field(default_factory=dict)
    portal_sessions: Table = field(default_factory=dict)
    events: Table = field(default_factory=dict)

    card_behaviours: dict[str, CardBehaviour] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    page_requests: dict[str, PageRequest] = field(default_factory=dict)
    scheduled_changes: dict[str, ScheduledChange] = field(default_factory=dict)
    pending_moves: dict[str, PendingMove] = field(default_factory=dict)
    term_anchors: dict[str, int] = field(default_factory=dict)
    metered_from: dict[str, int] = field(default_factory=dict)
    # Subscriptions that say nothing of their own about who collects.
    collects_as_customer: set[str] = field(default_factory=set)
    # By subscription and feature, as the last event told of it.
    levels: Table = field(default_factory=dict)
    gathering: dict[str, Gathering] = field(default_factory=dict)
    # The subscription, the event and its moment.
    reminded: set[tuple[str, str, int]] = field(default_factory=set)
    portal_cookies: dict[str, str] = field(default_factory=dict)

    def clear(self) -> None:
        for name in self.__dataclass_fields__:
            getattr(self, name).clear()
