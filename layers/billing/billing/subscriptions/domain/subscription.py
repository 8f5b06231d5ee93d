"""A subscription as Chargebee last described it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from math import ceil
from types import MappingProxyType
from typing import Any


class Status(StrEnum):
    """Chargebee's subscription states; `deleted`, which Chargebee says with a flag instead; and `unknown`.

    One that is not known yet here is taken for the safer side of both: it may bill, and grants nothing.
    """

    FUTURE = "future"
    IN_TRIAL = "in_trial"
    ACTIVE = "active"
    NON_RENEWING = "non_renewing"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"
    DELETED = "deleted"
    UNKNOWN = "unknown"


ENDED = frozenset({Status.CANCELLED, Status.TRANSFERRED, Status.DELETED})
"""Bills no more, and never will unless Chargebee reactivates it."""

RUNNING = frozenset({Status.IN_TRIAL, Status.ACTIVE, Status.NON_RENEWING})
"""Has begun and is not paused."""

LEFT_OUT = "left_out"
"""Under this name a line says what it has that was too long to be kept."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a subscription. `unit_price` and `amount` are in minor currency units.

    A metered line has no quantity. The decimals are texts, prices in major units, on sites that count so. `agreed` is
    what else Chargebee says of the line, in its own words: `(field, text or number)`.
    """

    item_price_id: str
    item_type: str
    quantity: int | None = None
    unit_price: int | None = None
    amount: int | None = None
    quantity_in_decimal: str | None = None
    unit_price_in_decimal: str | None = None
    agreed: tuple[tuple[str, str | int], ...] = ()

    @property
    def counted(self) -> bool:
        """Whether it has a quantity: a metered line has none."""
        return self.seats is not None

    @property
    def seats(self) -> int | None:
        """The quantity, rounded up where it has decimals."""
        if self.quantity is None and self.quantity_in_decimal is not None:
            return ceil(Decimal(self.quantity_in_decimal))
        return self.quantity


@dataclass(frozen=True, slots=True)
class RedeemedCoupon:
    """A coupon that a subscription has. `until` (UTC seconds) is when it runs out, None where that is not known."""

    id: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """What a subscription has of one feature, by Chargebee's id of it and in Chargebee's words, until `until` (UTC
    seconds).

    A `value` of None is nothing: Chargebee lists no entitlement, or one that is not enabled.
    """

    feature_id: str
    value: str | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of a subscription as one read found them, which began at `read_at` (UTC seconds).

    `outdated` says that the subscription's items or their quantities are others since.
    """

    read_at: int
    found: tuple[Level, ...] = ()
    outdated: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """The newest snapshot known. All times are UTC seconds; `resource_version` is milliseconds.

    `id` is Chargebee's. `checkout_id` is the id that the checkout promised to the caller: the same one, except
    for a subscription that Chargebee created under an id of its own while our checkout was open.
    `billing_months` are those of a regular term: 0 where terms are days or weeks, None where Chargebee has not said.
    `items` is None only in a snapshot that came without its items, never in a stored row; a row whose items nobody has
    told yet has none. `remaining_cycles` is after how many more terms it ends by itself, None for never.
    `scheduled_items` are its lines once the scheduled change is made, None until a read has told them.
    `auto_collection` is `off` for who pays by invoice, and None where the customer's own setting counts.
    `levels` is never a snapshot's: it is read beside, and None until it was.
    """

    id: str
    customer_id: str
    status: Status
    checkout_id: str = ""
    resource_version: int | None = None
    occurred_at: int = 0
    items: tuple[Item, ...] | None = None
    currency: str | None = None
    created_at: int | None = None
    started_at: int | None = None
    term_start: int | None = None
    term_end: int | None = None
    billing_months: int | None = None
    trial_start: int | None = None
    trial_end: int | None = None
    next_billing_at: int | None = None
    cancelled_at: int | None = None
    cancel_reason: str | None = None
    pause_date: int | None = None
    resume_date: int | None = None
    due_invoices: int = 0
    due_since: int | None = None
    total_dues: int | None = None
    has_scheduled_changes: bool = False
    changes_scheduled_at: int | None = None
    scheduled_items: tuple[Item, ...] | None = None
    contract_term: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    auto_collection: str | None = None
    remaining_cycles: int | None = None
    coupons: tuple[RedeemedCoupon, ...] = ()
    levels: Levels | None = None

    @property
    def ended(self) -> bool:
        """Over: it neither bills nor grants anything."""
        return self.status in ENDED

    def in_trial_at(self, moment: int) -> bool:
        """Whether its trial lasted, or lasts, at a moment in UTC seconds."""
        start, end = self.trial_start, self.trial_end
        return start is not None and end is not None and start <= moment < end

    @property
    def live(self) -> bool:
        """Bills now or will: a second one beside it would bill the organization twice."""
        return not self.ended

    @property
    def past_due(self) -> bool:
        """An invoice of a live subscription is unpaid."""
        return self.live and self.owing

    @property
    def owing(self) -> bool:
        """An invoice is unpaid: a debt outlives the subscription, but not its record."""
        return self.due_invoices > 0 and self.status is not Status.DELETED

    @property
    def scheduled_unknown(self) -> bool:
        """A change is scheduled, and what it makes of the subscription has not been read."""
        return self.live and self.has_scheduled_changes and self.scheduled_items is None

    @property
    def plan(self) -> Item | None:
        """The plan's own line, which alone carries the seats."""
        return _plan(self.items)

    @property
    def scheduled_plan(self) -> Item | None:
        """The plan's line once the scheduled change is made, None until it is known."""
        return _plan(self.scheduled_items)

    @property
    def seats(self) -> int | None:
        """The plan item's quantity, never an add-on's."""
        return self.plan.seats if self.plan else None

    @property
    def quantities(self) -> tuple[tuple[str, int], ...]:
        """Each line's item price, and how many of it: one where it is not counted."""
        return tuple((item.item_price_id, 1 if item.seats is None else item.seats) for item in self.items or ())

    @property
    def under_contract(self) -> bool:
        """Bound by a contract term that is not over: https://apidocs.chargebee.com/docs/api/contract_terms."""
        return bool(self.contract_term) and self.contract_term.get("status", "active") == "active"

    @property
    def cancel_at(self) -> int | None:
        """When a scheduled cancellation takes effect: Chargebee puts the future date in `cancelled_at`."""
        return self.cancelled_at if self.live else None


def _plan(items: tuple[Item, ...] | None) -> Item | None:
    return next((item for item in items or () if item.item_type == "plan"), None)
