"""Say what a first purchase would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.errors import OrganizationDeleted
from billing.plans.select import select
from billing.subscriptions.domain.organization import trial_from
from billing.subscriptions.services.check_coupons import check_selection

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.change import Wanted
    from billing.subscriptions.domain.estimate import ChangeEstimate
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.check_coupons import Coupons
    from billing.subscriptions.services.preview_change import Estimates


def preview_purchase(
    buyer: Organization, wanted: Wanted, catalog: Catalog, coupons: Coupons, estimates: Estimates, *, clock: Clock
) -> ChangeEstimate:
    """What a checkout of it would cost that is paid now: one seat and no add-on unless it says so, with the trial that
    the organization still has.

    Raises UnknownPlan, InvalidSeats, CouponNotValid, OrganizationDeleted, or the ChargebeeError.
    """
    seats = 1 if wanted.seats is None else wanted.seats
    selection = select(catalog, wanted.item_price_id or "", seats, wanted.addons or {}, wanted.coupons)
    if buyer.deleted_at is not None:
        raise OrganizationDeleted("This organization has been deleted.")
    check_selection(selection, catalog, coupons, clock)
    plan = catalog.plan(selection.item_price_id)
    return estimates.purchase(buyer.customer_id, selection, trial_from(buyer, plan, clock()))
