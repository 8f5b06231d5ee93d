"""A subscription about to begin: checked in full, so that beginning it cannot fail half way."""

from dataclasses import dataclass, field
from typing import Any

from local.chargebee import coupons, discounts, metering
from local.chargebee.billing_periods import moment_after
from local.chargebee.currencies import require_currency
from local.chargebee.errors import duplicate, missing, not_simulated, wrong_value
from local.chargebee.invoice_lines import lines_of
from local.chargebee.items import PricedItems, compose, price_rows
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.tiers import held_items

# Attributes that are kept as they are given.
_KEPT = (
    "auto_collection",
    "offline_payment_method",
    "net_term_days",
    "po_number",
    "invoice_notes",
    "meta_data",
    "trial_end_action",
)


@dataclass(frozen=True)
class NewSubscription:
    """`trial_end` and `start_date` (UTC seconds) are None where they do not lie ahead."""

    priced: PricedItems
    id: str
    trial_end: int | None
    start_date: int | None
    kept: Resource
    coupons: list[Resource] = field(default_factory=list)

    def lines_now(self, site: Site) -> list[Resource]:
        """What is charged when it begins."""
        begins = not (self.trial_end or self.start_date)
        items = [*(metering.in_advance(site, self.priced.recurring) if begins else ()), *self.priced.charges]
        return lines_of(site, items, site.now(), site.now())

    def due_now(self, site: Site) -> int:
        """What that comes to, in minor units."""
        return discounts.net(site, self.coupons, self.lines_now(site))


def check_new(site: Site, attributes: dict[str, Any], params: dict[str, Any], *, at: str = "") -> NewSubscription:
    """`at` is the group that the attributes were sent in, for the error's `param`."""
    rows: list[dict[str, Any]] | None = params.get("subscription_items")
    if not rows:
        raise missing("subscription_items[item_price_id][0]")
    subscription_id = attributes.get("id") or site.new_id("sub_")
    if subscription_id in site.store.subscriptions:
        raise duplicate("subscription", subscription_id, f"{at}[id]" if at else "id")
    priced = compose(site, price_rows(site, site.catalog.with_attached(rows)))
    currency = priced.plan["currency_code"]
    require_currency(site, currency, "subscription_items[item_price_id][0]")
    coupon_ids = params.get("coupon_ids") or []
    coupons.require_redeemable(site, coupon_ids, [*priced.recurring, *priced.charges], currency)
    start_date = attributes.get("start_date") if (attributes.get("start_date") or 0) > site.now() else None
    if start_date and priced.charges:
        raise not_simulated("charges on a subscription that starts later")
    trial_end = attributes.get("trial_end")
    if trial_end is None:
        trial_end = trial_of(site, priced.plan, start_date or site.now())
    else:
        trial_end = check_trial_end(site, trial_end, f"{at}[trial_end]" if at else "trial_end")
    return NewSubscription(
        priced=priced,
        id=subscription_id,
        trial_end=trial_end,
        start_date=start_date,
        kept={name: attributes[name] for name in _KEPT if attributes.get(name) is not None},
        coupons=coupons.after({}, params),
    )


def trial_of(site: Site, plan: Resource, start: int) -> int | None:
    """When the plan's own trial ends that begins at `start` (UTC seconds); None without one.

    https://apidocs.chargebee.com/docs/api/subscriptions/create-subscription-for-items: a `trial_end` overrides the
    trial period of the plan, and 0 is no trial; a request that says nothing has the plan's.
    """
    if not plan.get("trial_period"):
        return None
    return moment_after(start, plan["trial_period"], plan["trial_period_unit"], site.settings.zone)


def check_trial_end(site: Site, trial_end: int | None, param: str) -> int | None:
    """Zero means no trial; any other moment has to lie ahead."""
    if not trial_end:
        return None
    if site.assumptions.callers_trial_end == "shifted":
        trial_end = site.clock.meant(trial_end)
    if trial_end <= site.now():
        raise wrong_value(param, "must be in the future")
    return trial_end


def resource_of(site: Site, new: NewSubscription, customer_id: str) -> Resource:
    """The subscription as the API shows it at its first moment."""
    now, plan = site.now(), new.priced.plan
    if "auto_collection" not in new.kept:
        site.store.collects_as_customer.add(new.id)
    subscription: Resource = {
        "id": new.id,
        "customer_id": customer_id,
        "currency_code": plan["currency_code"],
        "base_currency_code": plan["currency_code"],
        "billing_period": plan["period"],
        "billing_period_unit": plan["period_unit"],
        "created_at": now,
        "has_scheduled_changes": False,
        "has_scheduled_advance_invoices": False,
        "override_relationship": False,
        "decommissioned": False,
        "auto_collection": site.store.customers[customer_id]["auto_collection"],
        "create_pending_invoices": False,
        "auto_close_invoices": True,
        "channel": "web",
        "due_invoices_count": 0,
        "mrr": 0,
        "deleted": False,
        **held_items(site.catalog.item_prices, new.priced.recurring, {}),
        **new.kept,
        "object": "subscription",
    }
    return subscription | _beginning(new, now)


def _beginning(new: NewSubscription, now: int) -> Resource:
    if new.start_date:
        ahead = {"trial_end": new.trial_end} if new.trial_end else {}
        return {"status": "future", "start_date": new.start_date, "next_billing_at": new.start_date, **ahead}
    if new.trial_end:
        trial = {"trial_start": now, "trial_end": new.trial_end, "next_billing_at": new.trial_end}
        return {"status": "in_trial", "started_at": now, **trial}
    return {"status": "active", "started_at": now}
