"""What the services need of the world. The adapters provide it; tests provide their own.

Time is UTC seconds, ids are minted, and both come in as arguments, so that a run can be repeated exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from billing.subscriptions.domain.organization import Organization

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.core.keys import MintId
    from billing.plans.selection import Selection
    from billing.subscriptions.domain.billing_event import Customer
    from billing.subscriptions.domain.change import Lines, When
    from billing.subscriptions.domain.organization import Checkout, OrganizationState
    from billing.subscriptions.domain.subscription import Item, Subscription
    from billing.subscriptions.domain.transaction import Command, OrganizationChange, ProcessedEvent


class Store(Protocol):
    """The table. Every read is strongly consistent."""

    def load(self, organization_id: str) -> OrganizationState:
        """One query: the organization and all its subscriptions."""

    def commit(self, change: OrganizationChange) -> None:
        """One transaction, over every organization that it changes.

        Raises AlreadyProcessed when the event is known; HeldElsewhere when a subscription is held by an organization
        that the change does not name; Conflict when a version moved on.
        """

    def record(self, entry: ProcessedEvent) -> None:
        """Put an event log's entry alone. Raises AlreadyProcessed when the log has the event."""

    def unrecorded(self, source: str, event_ids: Sequence[str]) -> frozenset[str]:
        """The ids that the ledger does not have."""

    def unprovisioned(self, organization_ids: Sequence[str], nameless: Set[str] = frozenset()) -> frozenset[str]:
        """The organizations that lack their customer, or their name unless they are `nameless` at Scalekit too, and are
        not deleted."""

    def claim_checkout(self, organization_id: str, wanted: Checkout, reopen: int | None = None) -> Organization:
        """`billing.subscriptions.domain.organization.claim` as one conditional write, whatever else is going on.

        Raises SubscriptionExists, OrganizationDeleted, or Conflict when it met a transaction. Then nothing is written.
        """

    def customer_owner(self, customer_id: str) -> str | None:
        """The organization of a customer whose id is not the organization's."""

    def subscription_holder(self, subscription_id: str) -> str | None:
        """The organization that was the last to hold a subscription."""


class Queue(Protocol):
    """A durable queue: when a call returns, the message will be delivered at least once."""

    def send(self, body: str) -> None:
        """Queue a vendor's webhook body as it came."""

    def command(self, command: Command) -> None:
        """Queue a task of our own."""


@dataclass(frozen=True, slots=True)
class HostedPage:
    """A page of Chargebee's for the browser. `replayed` means an earlier call with the same key had made it.

    `expires_at` is UTC seconds.
    """

    id: str
    url: str
    replayed: bool = False
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class OpenedCheckout:
    """The page to send the browser to, and the id that the subscription will have."""

    page: HostedPage
    subscription_id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A checkout page to open. `key` names it: the same key is the same page. `trial_end` is UTC seconds."""

    key: str
    customer_id: str
    subscription_id: str
    selection: Selection
    trial_end: int | None
    redirect_url: str
    cancel_url: str
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A page that was opened, with its customer and all that it subscribed to, read beside it."""

    page: HostedPage
    customer: Customer
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """An update page to open, of a subscription that is that customer's. `key` names it."""

    key: str
    subscription_id: str
    customer_id: str
    lines: Lines
    when: When
    redirect_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class Page[Resource]:
    """One page of a list, and where the next one begins."""

    resources: Sequence[Resource]
    next_offset: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """All subscriptions of a customer, and the customer, who is None where there are none."""

    subscriptions: Sequence[Subscription]
    customer: Customer | None = None


class Chargebee(Protocol):
    """Chargebee's API. Every method raises the ChargebeeError that fits.

    A write's `key` makes it one write however often it is sent: Chargebee replays the first answer for 30 minutes
    (https://apidocs.chargebee.com/docs/api/idempotency). It names the intent, so that meaning it again is a new key.
    """

    def create_customer(self, customer_id: str, params: Mapping[str, Any]) -> None:
        """Raises ChargebeeDuplicate when the id is taken."""

    def stamp_customer(
        self, customer_id: str, meta_data: Mapping[str, Any], key: str, email: str | None = None
    ) -> None:
        """Set the customer's `meta_data`, all of it, and the e-mail where one is given. Raises ChargebeeNotFound."""

    def customer(self, customer_id: str) -> Customer:
        """Raises ChargebeeNotFound."""

    def never_billed(self, customer_id: str) -> bool:
        """Whether the customer has no subscription and no invoice, of any status. True for a customer that is gone."""

    def open_checkout(self, request: PageRequest) -> HostedPage:
        """Raises ChargebeeDuplicate when the subscription id is already a subscription."""

    def open_and_look(self, request: PageRequest) -> Opening:
        """Open the page, and read its customer and what that has, all at once.

        Raises ChargebeeNotFound when the customer is not there, whatever became of the page, and never else.
        """

    def open_change(self, request: ChangeRequest) -> tuple[HostedPage, Subscription]:
        """The page, and the subscription as it is. Raises ChargebeeNotFound, also where its customer is another."""

    def page_is_open(self, page_id: str) -> bool:
        """Whether a browser can still complete the page."""

    def open_portal(self, customer_id: str, redirect_url: str, key: str) -> str:
        """The URL of a portal session: single use, an hour."""

    def subscription(self, subscription_id: str) -> Subscription:
        """Raises ChargebeeNotFound."""

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        """All of a customer's subscriptions, of every status, the deleted too."""

    def listing(self, customer_id: str) -> Listing:
        """The same, with the customer that Chargebee lists beside them."""

    def cancel_now(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """Cancel at once, and with it the contract. Raises ChargebeeNotFound.

        One that is already cancelled, or has another customer than `row`, is returned as it is.
        """

    def cancel_at_term_end(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """Schedule the cancellation for when the contract, the paid term or the trial ends.

        One that has another customer than `row` is returned as it is. Raises ChargebeeNotFound, ChargebeeRefused.
        """

    def set_seats(self, subscription_id: str, line: Item, key: str) -> Subscription:
        """Set the quantity of the plan's line, prorated as the site does it; the other lines stay.

        It never reactivates a subscription. Raises ChargebeeNotFound, ChargebeeRefused.
        """

    def keep(self, row: Subscription, key: str) -> Subscription:
        """Take a scheduled cancellation back, as `cancel_at_term_end`. Raises ChargebeeNotFound, ChargebeeRefused."""

    def keep_items(self, row: Subscription, key: str) -> Subscription:
        """Take a scheduled change back, as `cancel_at_term_end`. Raises ChargebeeNotFound, ChargebeeRefused."""


CustomerParams = Callable[[Organization], Mapping[str, Any]]
"""The `customer_create_params` hook: more Chargebee parameters for the customer of an organization."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, for the services that also call Chargebee."""

    store: Store
    chargebee: Chargebee
    commands: Queue
    clock: Clock
    mint_id: MintId
    customer_params: CustomerParams
