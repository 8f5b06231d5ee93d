"""Open the hosted page on which something is bought once, or a wallet is topped up."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.clock import HOUR, Lifetime
from billing.core.errors import Conflict
from billing.core.until_won import CHARGE_ATTEMPTS, until_won
from billing.links.site import RETURN_WINDOW, Return
from billing.payments.domain.charge import Charge, ChargeState, OpenPage, charge_id, check_same, opened
from billing.payments.services.ports import PaymentChange, PurchasePage
from billing.subscriptions.services.customer_of import customer_of, known_customer, living_customer

if TYPE_CHECKING:
    from billing.links.site import Site
    from billing.payments.domain.charge import Order, Purpose
    from billing.payments.services.ports import PaymentPorts


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A checked purchase: what for, under which key, the paths to come back to, the language of the page, and for how
    long what it credits can be spent."""

    organization_id: str
    key: str
    purpose: Purpose
    order: Order
    success_path: str
    cancel_path: str
    locale: str | None = None
    lifetime: Lifetime | None = None


def open_purchase(purchase: PurchaseOrder, site: Site, ports: PaymentPorts) -> Charge:
    """The charge with its open page; without one when it is paid, or its payment is on its way.

    The same key is the same page while that is open. One that is closed is replaced only after Chargebee was asked
    whether it was closed by paying. Raises EventConflict, InvalidUrl, OrganizationDeleted, or the ChargebeeError.
    """
    _urls(purchase, site, ports)  # what is too long is refused before anything is written
    charge = _charge(purchase, ports)
    check_same(charge, purchase.order)

    def attempt() -> Charge:
        nonlocal charge
        if charge.page is not None and charge.state is not ChargeState.SUCCEEDED:
            if ports.world.chargebee.page_is_open(charge.page.id):
                return charge
            from billing.payments.services.complete_purchase import complete_purchase  # noqa: PLC0415 - closed pages only

            charge = complete_purchase(charge, ports)
        if charge.bought:
            return charge
        customer_id = living_customer(charge.organization_id, ports.world)
        page = ports.payments.open_purchase(_page(purchase, charge, customer_id, site, ports))
        after = opened(charge, OpenPage(page.id, page.url), customer_id)
        try:
            ports.records.commit_payment(_change(after, ports))
        except Conflict:
            charge = ports.records.charge(charge.organization_id, charge.id) or charge
            raise
        return after

    return until_won(attempt, CHARGE_ATTEMPTS, "The purchase kept changing. Try again.")


def _charge(purchase: PurchaseOrder, ports: PaymentPorts) -> Charge:
    """Raises OrganizationDeleted for a charge that is known, too."""
    identity = charge_id(purchase.organization_id, purchase.purpose, purchase.key)
    found = ports.records.charge(purchase.organization_id, identity)
    if found is not None:
        known_customer(purchase.organization_id, ports.world)
        return found
    customer_id = customer_of(purchase.organization_id, ports.world)
    now = ports.world.clock()
    charge = Charge(
        purchase.key,
        purchase.organization_id,
        customer_id,
        purchase.purpose,
        purchase.order,
        now,
        version=1,
        lifetime=purchase.lifetime,
    )
    try:
        ports.records.commit_payment(_change(charge, ports))
    except Conflict:
        return ports.records.charge(purchase.organization_id, identity) or charge
    return charge


def _page(purchase: PurchaseOrder, charge: Charge, customer_id: str, site: Site, ports: PaymentPorts) -> PurchasePage:
    """Two who open the same version of the charge at once get the same page."""
    redirect_url, cancel_url = _urls(purchase, site, ports)
    content = repr((charge.version, customer_id, redirect_url, cancel_url, purchase.locale)).encode()
    key = f"{charge.id}-{hashlib.sha256(content).hexdigest()[:16]}"
    return PurchasePage(key, customer_id, charge.order, charge.id, redirect_url, cancel_url, purchase.locale)


def _urls(purchase: PurchaseOrder, site: Site, ports: PaymentPorts) -> tuple[str, str]:
    """Where the browser goes after paying, and after leaving; the same for an hour. Raises InvalidUrl."""
    now = ports.world.clock()
    target = Return(
        purchase.organization_id,
        charge_id(purchase.organization_id, purchase.purpose, purchase.key),
        purchase.success_path,
    )
    return site.purchase_return_url(target, now - now % HOUR + RETURN_WINDOW), site.page_url(purchase.cancel_path)


def _change(charge: Charge, ports: PaymentPorts) -> PaymentChange:
    return PaymentChange(charge.organization_id, ports.world.clock(), charge)
