"""Open the hosted page on which an organization buys its subscription."""

from dataclasses import dataclass, replace

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeNotFound
from billing.core.errors import Conflict
from billing.core.keys import digest
from billing.core.until_won import CHECKOUT_ATTEMPTS, until_won
from billing.links.return_state import Return
from billing.links.site import Site
from billing.plans.plan import Plan
from billing.plans.selection import Selection
from billing.subscriptions.domain.checkout import trial_end
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.services.apply_event import absorb
from billing.subscriptions.services.ensure_customer import ensure_customer, link_customer, stamp, stamp_over
from billing.subscriptions.services.ports import HostedPage, PageRequest, Ports

RETURN_WINDOW = 86_400
"""Seconds after opening the page for which its return link works; Chargebee's pages live three hours."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A checked request: what to buy, for whom, and the relative paths to come back to.

    `locale` is the language of the page, such as `fr` or `pt-BR`; None leaves it to Chargebee.
    `asked_at` (UTC seconds) is when it was asked for, None for now: whoever only shows a checkout asks for nothing.
    """

    organization_id: str
    user_id: str
    plan: Plan
    selection: Selection
    success_path: str
    cancel_path: str
    locale: str | None = None
    asked_at: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The page to send the browser to, and the id that the subscription will have."""

    page: HostedPage
    subscription_id: str


def create_checkout(wish: Wish, site: Site, ports: Ports) -> Opened:
    """Claim the organization's checkout and open its page.

    Invariant: however many requests race, crash and repeat, they share one subscription id, so that Chargebee lets at
    most one page be paid. Raises SubscriptionExists, OrganizationDeleted, InvalidUrl, or the ChargebeeError.
    """
    reopen: int | None = None
    site.page_url(wish.cancel_path)  # a path that is too long is refused before anything is written

    def attempt() -> Opened:
        nonlocal reopen
        opened_at = max(ports.clock(), 0 if reopen is None else reopen + 1)  # a closed page's second is its name
        asked_at = opened_at if wish.asked_at is None else wish.asked_at
        paths = wish.success_path, wish.cancel_path
        checkout = Checkout(ports.mint_id(), wish.selection, opened_at, wish.user_id, *paths, asked_at)
        _return_url(wish, checkout, site)
        organization = ports.store.claim_checkout(wish.organization_id, checkout, reopen)
        held = organization.checkout or checkout
        try:
            page = _opened(wish, organization, held, site, ports)
        except ChargebeeDuplicate as bought:
            _catch_up(held.subscription_id, ports)
            raise Conflict("The subscription was bought meanwhile.") from bought
        if page.replayed and not ports.chargebee.page_is_open(page.id):
            reopen = held.opened_at
            raise Conflict("The page is closed.")
        return Opened(page, held.subscription_id)

    return until_won(attempt, CHECKOUT_ATTEMPTS, "The checkout kept changing. Try again.")


def _opened(wish: Wish, organization: Organization, checkout: Checkout, site: Site, ports: Ports) -> HostedPage:
    """The page of the open checkout. Nobody hears of it before its customer is stamped with that checkout.

    The customer is read while the page is opened, and only then written: two writes at once would lock each other out.
    """
    meta_data = {
        **stamp(organization.id),
        "pendingSubscriptionId": checkout.subscription_id,
        "pendingReferenceId": organization.id,
        "userId": checkout.user_id,
    }
    if organization.customer_id is not None:
        request = _page(wish, organization, checkout, organization.customer_id, site)
        try:
            page, customer = ports.chargebee.checkout_and_customer(request)
            key = f"stamp-{checkout.subscription_id}-{checkout.opened_at}"
            stamp_over(customer, meta_data, organization, key, ports)
            return page
        except ChargebeeNotFound:
            pass
    ensured = ensure_customer(replace(organization, customer_id=None), meta_data, ports)
    link_customer(ensured, ports)
    return ports.chargebee.open_checkout(_page(wish, organization, checkout, ensured.customer_id, site))


def _catch_up(subscription_id: str, ports: Ports) -> None:
    """The subscription was bought and its webhook is on its way: read it, so that the next claim knows."""
    snapshot = ports.chargebee.subscription(subscription_id)
    absorb(snapshot, None, store=ports.store, commands=ports.commands, now=ports.clock())


def _page(wish: Wish, organization: Organization, checkout: Checkout, customer_id: str, site: Site) -> PageRequest:
    return_url = _return_url(wish, checkout, site)
    cancel_url = site.page_url(wish.cancel_path)
    trial = trial_end(organization, wish.plan)
    content = digest(customer_id, wish.selection, trial, return_url, cancel_url, wish.locale)
    return PageRequest(
        key=f"{checkout.subscription_id}-{checkout.opened_at}-{content}",
        customer_id=customer_id,
        subscription_id=checkout.subscription_id,
        selection=wish.selection,
        trial_end=trial,
        redirect_url=return_url,
        cancel_url=cancel_url,
        locale=wish.locale,
    )


def _return_url(wish: Wish, checkout: Checkout, site: Site) -> str:
    target = Return(wish.organization_id, checkout.subscription_id, wish.success_path)
    return site.return_url(target, checkout.opened_at + RETURN_WINDOW)
