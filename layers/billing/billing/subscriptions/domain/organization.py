"""An organization: the consistency boundary of everything that is billed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from billing.core.clock import DAY
from billing.core.errors import OrganizationDeleted, SubscriptionExists
from billing.plans.selection import Selection
from billing.subscriptions.domain.subscription import Subscription

if TYPE_CHECKING:
    from collections.abc import Collection

    from billing.plans.plan import Plan

CHECKOUT_LIFETIME = 10_800
"""Seconds for which Chargebee's checkout pages live: https://apidocs.chargebee.com/docs/api/hosted_pages"""

PAGE_LIFETIME = 1_500
"""Seconds for which the same selection is the same page. Chargebee replays an idempotent call for 30 minutes."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The organization's one open checkout.

    `subscription_id` is minted once and survives every change of mind, so that of all pages ever opened for it
    Chargebee lets only one be paid. `opened_at` is UTC seconds and names the page: the same selection within a
    few minutes is the same page; it is 0 once the checkout was withdrawn, whose id stays for the next one. `asked_at`
    (UTC seconds) is when somebody last asked for it. The paths, relative and checked, are where its browser returns to.
    """

    subscription_id: str
    selection: Selection
    opened_at: int
    user_id: str = ""
    success_path: str = "/"
    cancel_path: str = "/"
    asked_at: int = 0

    @property
    def withdrawn(self) -> bool:
        """Nobody wants it any more, although its last page may still be open at Chargebee."""
        return self.opened_at == 0

    def wanted(self, now: int) -> bool:
        """Whether somebody may still be about to pay it, at `now` (UTC seconds)."""
        return not self.withdrawn and now < (self.asked_at or self.opened_at) + CHECKOUT_LIFETIME


@dataclass(frozen=True, slots=True)
class Organization:
    """One row. `version` grows with every write, guards the next and names what is announced; times are UTC seconds.

    `live` names the subscriptions that bill: another is created beside those of other lines alone. `plan_id` is the
    newest one's item price.
    `named_at` is the Scalekit update (UTC nanoseconds) that the display name comes from: older updates lose.
    `retired_customers` are the customers that Chargebee deleted: their late events change nothing, and their ids are
    never used again.
    `card_status` is the customer's as of its `customer_version` (milliseconds), None when nobody collects from a card.
    `migrated_at` is when it was given a customer from before this system: an older subscription is no news of today.
    """

    id: str
    version: int = 0
    customer_id: str | None = None
    display_name: str = ""
    named_at: int = 0
    live: frozenset[str] = frozenset()
    checkout: Checkout | None = None
    trial_used_at: int | None = None
    deleted_at: int | None = None
    retired_customers: frozenset[str] = frozenset()
    plan_id: str | None = None
    card_status: str | None = None
    customer_version: int | None = None
    migrated_at: int | None = None

    @property
    def next_customer_id(self) -> str:
        """The id of the customer to create: the organization's own, until Chargebee deletes that one."""
        return f"{self.id}-{len(self.retired_customers) + 1}" if self.retired_customers else self.id

    def made(self, customer_id: str) -> bool:
        """Whether the customer's id is one that this system gives: a customer from before bears another."""
        return customer_id == self.id or customer_id.startswith(f"{self.id}-")

    def inherited(self, subscription: Subscription) -> bool:
        """Whether the subscription came with a customer from before: it is older than that customer's mapping."""
        return self.migrated_at is not None and (subscription.created_at or 0) < self.migrated_at


@dataclass(frozen=True, slots=True)
class OrganizationState:
    """Everything the table knows of one organization, read in one query.

    `epoch` is the version that a row begins behind which is not there: above every version that it ever had.
    """

    organization: Organization | None = None
    subscriptions: tuple[Subscription, ...] = ()
    epoch: int = field(default=0, compare=False)

    def opened(self, organization_id: str) -> Organization:
        """The organization; one without a row as its subscriptions tell of it, or a new one.

        Only a live subscription tells the customer: an ended one may be another's by now.
        """
        if self.organization is not None:
            return self.organization
        return Organization(
            organization_id,
            version=self.epoch,
            customer_id=next((row.customer_id for row in self.live), None),
            live=frozenset(row.id for row in self.live),
            plan_id=self.plan_id,
            trial_used_at=min((row.trial_start for row in self.subscriptions if row.trial_start), default=None),
        )

    def subscription(self, subscription_id: str) -> Subscription | None:
        """Find by Chargebee's id, then by the id that a checkout promised."""
        exact = (each for each in self.subscriptions if each.id == subscription_id)
        promised = (each for each in self.subscriptions if each.checkout_id == subscription_id)
        return next(exact, None) or next(promised, None)

    @property
    def newest_first(self) -> tuple[Subscription, ...]:
        """Every subscription, the live ones before the ended."""
        return tuple(
            sorted(
                self.subscriptions,
                key=lambda each: (each.live, each.created_at or 0, each.id),
                reverse=True,
            )
        )

    def holders(self, item_price_ids: Collection[str]) -> tuple[Subscription, ...]:
        """The subscriptions that have one of those item prices, or may have it, the live ones first."""
        return tuple(
            row
            for row in self.newest_first
            if any(item.item_price_id in item_price_ids for item in row.items or ()) or (row.live and not row.items)
        )

    @property
    def live(self) -> tuple[Subscription, ...]:
        """The subscriptions that bill now or will, newest first."""
        return tuple(each for each in self.newest_first if each.live)

    @property
    def plan_id(self) -> str | None:
        """The plan item price of the newest subscription that bills."""
        return next((each.plan.item_price_id for each in self.live if each.plan), None)


def derived(
    organization: Organization, known: tuple[Subscription, ...], changed: tuple[Subscription, ...]
) -> Organization:
    """The organization as its subscriptions' rows, the changed among them, make it.

    The checkout is closed only by the subscription that it was opened for. Any other leaves its page payable.
    """
    rows = {row.id: row for row in (*known, *changed)}
    after = OrganizationState(None, tuple(rows.values()))
    trials = [row.trial_start for row in rows.values() if row.trial_start is not None]
    if organization.trial_used_at is not None:
        trials.append(organization.trial_used_at)
    checkout = organization.checkout
    return replace(
        organization,
        live=frozenset(row.id for row in after.live),
        plan_id=after.plan_id,
        trial_used_at=min(trials, default=None),
        checkout=None if checkout is not None and checkout.subscription_id in rows else checkout,
    )


def claim(organization: Organization, wanted: Checkout, reopen: int | None) -> Organization:
    """The rule that the table runs as one conditional update, `claim_checkout`: only a claim without a row runs it.

    The model of the table runs it too, and the store's contract test holds both to the same answers. It gives the
    organization with its checkout open, or the very same one when the open checkout already is that. `reopen` is the
    `opened_at` of a page that turned out to be closed. Raises SubscriptionExists or OrganizationDeleted.
    """
    check_free(organization)
    return renewed(organization, wanted, reopen)


def renewed(organization: Organization, wanted: Checkout, reopen: int | None) -> Organization:
    """The same, whatever else the organization has."""
    held = organization.checkout
    if held is None:
        opened = wanted
    elif renewable(held, wanted, reopen):
        opened = replace(wanted, subscription_id=held.subscription_id)
    else:
        return organization
    return replace(organization, checkout=opened, version=organization.version + 1)


def check_free(organization: Organization) -> None:
    """Raises SubscriptionExists or OrganizationDeleted when nothing may be bought."""
    if organization.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    if organization.live:
        raise SubscriptionExists("This organization already has a subscription. Change that one instead.")


def renewable(held: Checkout, wanted: Checkout, reopen: int | None) -> bool:
    """Whether `wanted` needs a page of its own: another selection, an old page, or one known to be closed."""
    return (
        held.selection != wanted.selection
        or held.opened_at <= wanted.opened_at - PAGE_LIFETIME
        or held.opened_at == reopen
    )


def trial_end(organization: Organization, plan: Plan) -> int | None:
    """When the trial of the open checkout would end (UTC seconds): one trial per organization, ever."""
    return None if organization.checkout is None else trial_from(organization, plan, organization.checkout.opened_at)


def trial_from(organization: Organization, plan: Plan, begins_at: int) -> int | None:
    """When a trial that begins then would end (UTC seconds), None without one."""
    used = organization.trial_used_at is not None
    return None if used or plan.trial_days == 0 else begins_at + plan.trial_days * DAY
