"""Open the hosted page on which a subscription is changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound
from billing.core.clock import HOUR
from billing.core.errors import Conflict, SubscriptionNotFound
from billing.links.site import RETURN_WINDOW, Return
from billing.subscriptions.domain.change import changed, check_scheduled
from billing.subscriptions.domain.choice import choose
from billing.subscriptions.services.ports import ChangeRequest, OpenedCheckout

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.links.site import Site
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.change import Lines, Wanted
    from billing.subscriptions.domain.organization import OrganizationState
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.check_coupons import Coupons
    from billing.subscriptions.services.ports import Ports


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """What an admin asks for. Without an id the only live subscription is meant. The paths are checked and relative.

    `drop_scheduled_changes` says that what is scheduled may go.
    """

    organization_id: str
    subscription_id: str | None
    wanted: Wanted
    success_path: str
    cancel_path: str
    drop_scheduled_changes: bool = False


def prepare(
    change: SubscriptionChange, partition: OrganizationState, catalog: Catalog, coupons: Coupons, clock: Clock
) -> tuple[Subscription, Lines]:
    """The subscription that is meant, of those that there are, and the lines to set.

    Raises SubscriptionNotFound, InvalidState, ChangesScheduled, ChangeNotSupported, UnknownPlan, InvalidSeats,
    NothingToChange, or CouponNotValid.
    """
    subscription = choose(partition, change.subscription_id)
    lines = changed(subscription, catalog, change.wanted)
    if subscription.plan and subscription.plan.item_price_id not in catalog.plans and change.wanted.item_price_id:
        from billing.subscriptions.domain.line import check_untaken  # noqa: PLC0415 - hardly ever

        others = [row for row in partition.live if row.id != subscription.id]
        check_untaken(others, change.wanted.item_price_id, catalog)
    if not change.drop_scheduled_changes:
        check_scheduled(subscription)
    if lines.coupons:
        from billing.subscriptions.services.check_coupons import check_lines  # noqa: PLC0415 - hardly ever

        check_lines(subscription, lines, coupons, clock)
    return subscription, lines


def change_subscription(
    change: SubscriptionChange, catalog: Catalog, coupons: Coupons, site: Site, ports: Ports
) -> OpenedCheckout:
    """Open the page; nothing changes until the admin confirms there.

    The same wanted about the same version of the subscription is the same page, until that page is closed. No page is
    handed out that was made of an older version than Chargebee has: it would take away what came since.
    Raises what `prepare` raises, Conflict, or the ChargebeeError.
    """

    def attempt() -> OpenedCheckout:
        partition = ports.store.load(change.organization_id)
        subscription, lines = prepare(change, partition, catalog, coupons, ports.clock)
        request = _request(change, subscription, lines, site, ports)
        try:
            page, current = ports.chargebee.open_change(request)
            if (current.resource_version or 0) > (subscription.resource_version or 0):
                from billing.subscriptions.services.apply_event import absorb  # noqa: PLC0415 - hardly ever

                absorb(current, ports)
                raise Conflict("The subscription has changed meanwhile.")
            if page.replayed and not ports.chargebee.page_is_open(page.id):
                page, _ = ports.chargebee.open_change(_anew(request, ports))
        except ChargebeeNotFound as error:
            from billing.subscriptions.services.resync_organization import resync_organization  # noqa: PLC0415 - hardly ever

            resync_organization(change.organization_id, ports)
            raise SubscriptionNotFound("Chargebee no longer has this subscription.") from error
        return OpenedCheckout(page, subscription.checkout_id)

    try:
        return attempt()
    except Conflict:
        from billing.core.until_won import CHECKOUT_ATTEMPTS, until_won  # noqa: PLC0415 - hardly ever

        return until_won(attempt, CHECKOUT_ATTEMPTS, "The subscription kept changing. Try again.")


def _request(
    change: SubscriptionChange, subscription: Subscription, lines: Lines, site: Site, ports: Ports
) -> ChangeRequest:
    now = ports.clock()
    target = Return(change.organization_id, subscription.checkout_id, change.success_path)
    hour = now - now % HOUR  # so that the link, and with it the page, is the same for a while
    redirect_url = site.return_url(target, hour + RETURN_WINDOW)
    cancel_url = site.page_url(change.cancel_path)
    content = repr((lines, str(change.wanted.when), redirect_url, cancel_url, subscription.resource_version)).encode()
    key = f"change-{subscription.id}-{hashlib.sha256(content).hexdigest()[:16]}"
    named = subscription.id, subscription.customer_id
    return ChangeRequest(key, *named, lines, change.wanted.when, redirect_url, cancel_url)


def _anew(request: ChangeRequest, ports: Ports) -> ChangeRequest:
    """The same request under a key of its own."""
    return replace(request, key=f"change-{ports.mint_id()}")
