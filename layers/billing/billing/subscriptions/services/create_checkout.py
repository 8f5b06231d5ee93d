"""Open the hosted page on which an organization buys its subscription."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeNotFound
from billing.core.errors import Conflict, SubscriptionExists
from billing.core.keys import digest
from billing.core.until_won import CHECKOUT_ATTEMPTS, ORGANIZATION_ATTEMPTS, until_won
from billing.links.site import RETURN_WINDOW, Return
from billing.subscriptions.domain.line import in_the_way, side_by_side
from billing.subscriptions.domain.organization import Checkout, trial_end
from billing.subscriptions.domain.transaction import OrganizationChange, Outcome
from billing.subscriptions.services.ensure_customer import ensure_customer, link_customer, stamp, stamp_over
from billing.subscriptions.services.ports import OpenedCheckout, PageRequest

if TYPE_CHECKING:
    from billing.links.site import Site
    from billing.plans.plan import Catalog, Plan
    from billing.plans.selection import Selection
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import HostedPage, Ports


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """A checked request: what to buy, for whom, and the relative paths to come back to.

    `locale` is the language of the page, such as `fr` or `pt-BR`; None leaves it to Chargebee.
    `asked_at` (UTC seconds) is when it was asked for, None for now: whoever only shows a checkout asks for nothing.
    """

    organization_id: str
    user_id: str
    catalog: Catalog
    selection: Selection
    success_path: str
    cancel_path: str
    locale: str | None = None
    asked_at: int | None = None

    @property
    def plan(self) -> Plan:
        """What is bought."""
        return self.catalog.plan(self.selection.item_price_id)


def create_checkout(order: CheckoutOrder, site: Site, ports: Ports) -> OpenedCheckout:
    """Claim the organization's checkout and open its page.

    Invariants: however many requests race, crash and repeat, they share one subscription id, so that Chargebee lets at
    most one page be paid; beside a subscription of its line that is live there nothing is sold, whoever made it.
    Raises SubscriptionExists, OrganizationDeleted, InvalidUrl, or the ChargebeeError.
    """
    reopen: int | None = None
    site.page_url(order.cancel_path)  # a path that is too long is refused before anything is written

    def attempt() -> OpenedCheckout:
        nonlocal reopen
        opened_at = max(ports.clock(), 0 if reopen is None else reopen + 1)  # a closed page's second is its name
        asked_at = opened_at if order.asked_at is None else order.asked_at
        paths = order.success_path, order.cancel_path
        checkout = Checkout(ports.mint_id(), order.selection, opened_at, order.user_id, *paths, asked_at)
        _return_url(order, checkout, site)
        organization = _claimed(order, checkout, reopen, ports)
        held = organization.checkout or checkout
        try:
            page = _opened(order, organization, held, site, ports)
        except ChargebeeDuplicate as bought:
            _catch_up(organization, held.subscription_id, ports)
            raise Conflict("The subscription was bought meanwhile.") from bought
        if page.replayed and not ports.chargebee.page_is_open(page.id):
            reopen = held.opened_at
            raise Conflict("The page is closed.")
        return OpenedCheckout(page, held.subscription_id)

    return until_won(attempt, CHECKOUT_ATTEMPTS, "The checkout kept changing. Try again.")


def _claimed(order: CheckoutOrder, wanted: Checkout, reopen: int | None, ports: Ports) -> Organization:
    """One conditional write; where it is refused beside something live, that may be of another line."""
    try:
        return ports.store.claim_checkout(order.organization_id, wanted, reopen)
    except SubscriptionExists:
        if not side_by_side(order.catalog):
            raise
        from billing.subscriptions.services.claim_beside import claim_beside  # noqa: PLC0415 - only where lines are sold

        return claim_beside(order.organization_id, wanted, reopen, order.catalog, ports.store)


def _opened(
    order: CheckoutOrder, organization: Organization, checkout: Checkout, site: Site, ports: Ports
) -> HostedPage:
    """The page of the open checkout. Nobody hears of it before its customer is stamped with that checkout.

    The customer and what it has are read while the page is opened, and only then is it written: two writes at once
    would lock each other out. A page beside a live subscription is handed to nobody.
    """
    meta_data = {
        **stamp(organization.id),
        "pendingSubscriptionId": checkout.subscription_id,
        "pendingReferenceId": organization.id,
        "userId": checkout.user_id,
    }
    if organization.customer_id is not None:
        request = _page(order, organization, checkout, organization.customer_id, site)
        try:
            opening = ports.chargebee.open_and_look(request)
            _look_at(opening.subscriptions, organization, order, ports)
            key = f"stamp-{checkout.subscription_id}-{checkout.opened_at}"
            stamp_over(opening.customer, meta_data, organization, key, ports)
            return opening.page
        except ChargebeeNotFound:
            pass
    ensured = ensure_customer(replace(organization, customer_id=None), meta_data, ports)
    link_customer(ensured, ports)
    if ensured.found:
        _look_at(ports.chargebee.subscriptions(ensured.customer_id), organization, order, ports)
    return ports.chargebee.open_checkout(_page(order, organization, checkout, ensured.customer_id, site))


def _look_at(listed: Sequence[Subscription], organization: Organization, order: CheckoutOrder, ports: Ports) -> None:
    """Apply what Chargebee showed and nobody has told of yet, and begin again. Raises Conflict.

    Beside a live subscription of the line the next claim is refused; behind a trial the next page gives none. A
    subscription that the cache knows to be over by newer news refuses nothing.
    """
    learned = [_learn(snapshot, ports) for snapshot in in_the_way(listed, order.plan.line, order.catalog)]
    if any(outcome is not Outcome.STALE for outcome in learned):
        raise Conflict("The customer has a subscription already.")
    if order.plan.trial_days and organization.trial_used_at is None:
        tried = next((each for each in listed if each.trial_start is not None), None)
        if tried is not None and _learn(tried, ports) is Outcome.APPLIED:
            raise Conflict("The customer has had a trial already.")


def _catch_up(organization: Organization, subscription_id: str, ports: Ports) -> None:
    """The subscription was bought and its webhook is on its way: read it, so that the next claim knows of it.

    If the subscription has moved to another customer or was deleted, its id is used up without effect, and the next
    checkout gets a new one. Whether a deleted subscription had a trial cannot be found out.
    """
    try:
        snapshot = ports.chargebee.subscription(subscription_id)
    except ChargebeeNotFound:
        _give_up(organization.id, subscription_id, ports.clock(), ports)
        return
    _learn(snapshot, ports)
    if snapshot.customer_id != (organization.customer_id or organization.next_customer_id):
        _give_up(organization.id, subscription_id, snapshot.trial_start, ports)


def _give_up(organization_id: str, subscription_id: str, trial_start: int | None, ports: Ports) -> None:
    """The page that was open is closed, and the trial that it gave is remembered (UTC seconds)."""

    def attempt() -> None:
        organization = ports.store.load(organization_id).organization
        checkout = organization.checkout if organization else None
        if organization is not None and checkout is not None and checkout.subscription_id == subscription_id:
            used = organization.trial_used_at or trial_start
            closed = replace(organization, version=organization.version + 1, checkout=None, trial_used_at=used)
            ports.store.commit(OrganizationChange(closed))

    until_won(attempt, ORGANIZATION_ATTEMPTS, f"Organization {organization_id} kept changing.")


def _learn(snapshot: Subscription, ports: Ports) -> Outcome:
    from billing.subscriptions.services.apply_event import absorb  # noqa: PLC0415 - only where something is there

    return absorb(snapshot, ports).outcome


def _page(
    order: CheckoutOrder, organization: Organization, checkout: Checkout, customer_id: str, site: Site
) -> PageRequest:
    return_url = _return_url(order, checkout, site)
    cancel_url = site.page_url(order.cancel_path)
    trial = trial_end(organization, order.plan)
    content = digest(customer_id, order.selection, trial or 0, return_url, cancel_url, order.locale)
    return PageRequest(
        key=f"{checkout.subscription_id}-{checkout.opened_at}-{content}",
        customer_id=customer_id,
        subscription_id=checkout.subscription_id,
        selection=order.selection,
        trial_end=trial,
        redirect_url=return_url,
        cancel_url=cancel_url,
        locale=order.locale,
    )


def _return_url(order: CheckoutOrder, checkout: Checkout, site: Site) -> str:
    target = Return(order.organization_id, checkout.subscription_id, order.success_path)
    return site.return_url(target, checkout.opened_at + RETURN_WINDOW)
