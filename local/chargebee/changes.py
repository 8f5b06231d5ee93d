"""Changing what a subscription holds: now, with a prorated charge for what it gains, or later."""

from local.chargebee import lifecycle, metering
from local.chargebee.invoice_lines import line
from local.chargebee.invoices import Charge
from local.chargebee.items import PricedItems
from local.chargebee.site import Site
from local.chargebee.store import Resource, ScheduledChange
from local.chargebee.tiers import held_items


def resets_term(subscription: Resource, priced: PricedItems) -> bool:
    """A plan with another billing period starts a term of its own."""
    return (subscription["billing_period"], subscription["billing_period_unit"]) != (
        priced.plan["period"],
        priced.plan["period_unit"],
    )


def cost_now(site: Site, subscription: Resource, priced: PricedItems, *, prorate: bool, reset: bool = False) -> int:
    """What changing now costs, in minor units. A reduction costs nothing: credit notes are not simulated."""
    once: int = sum(item["amount"] for item in priced.charges)
    if subscription["status"] not in ("active", "non_renewing"):
        return once
    if reset or resets_term(subscription, priced):
        return once + priced.recurring_total
    gain: int = priced.recurring_total - sum(item["amount"] for item in subscription["subscription_items"])
    if not prorate or gain <= 0:
        return once
    start: int = subscription["current_term_start"]
    end: int = subscription["current_term_end"]
    return once + round(gain * max(0, end - site.now()) / (end - start))


def apply_now(
    site: Site,
    subscription: Resource,
    priced: PricedItems,
    source: str,
    *,
    cost: int,
    reset: bool = False,
) -> Charge | None:
    """Put the items in place; `cost` is invoiced when there is any."""
    now = site.now()
    starts_term = reset or resets_term(subscription, priced)
    starts_term = starts_term and subscription["status"] in ("active", "non_renewing")
    ended = metering.end(site, subscription, now) if starts_term else None
    set_items(site, subscription, priced)
    lifecycle.forget_scheduled_changes(site, subscription)
    if starts_term:
        lifecycle.enter_term(site, subscription, now, now)
    charge = lifecycle.charge_for(site, subscription, lines_of_change(site, cost), ended)
    lifecycle.publish(site, "subscription_changed", subscription, source, charge)
    return charge


def lines_of_change(site: Site, cost: int) -> list[Resource]:
    """How a change is invoiced."""
    return [line({}, "Change of subscription", cost, site.now(), site.now())] if cost else []


def set_items(site: Site, subscription: Resource, priced: PricedItems) -> None:
    held = held_items(site.catalog.item_prices, priced.recurring, subscription)
    subscription.pop("item_tiers", None)
    subscription |= held | {
        "billing_period": priced.plan["period"],
        "billing_period_unit": priced.plan["period_unit"],
    }


def schedule(site: Site, subscription: Resource, scheduled: ScheduledChange, source: str) -> None:
    """https://apidocs.chargebee.com/docs/api/subscriptions: "As a limitation", `changes_scheduled_at` "is not returned
    when the change is scheduled to happen at the end of the current term"."""
    site.store.scheduled_changes[subscription["id"]] = scheduled
    subscription["has_scheduled_changes"] = True
    subscription.pop("changes_scheduled_at", None)
    if not _ends(subscription, scheduled.due):
        subscription["changes_scheduled_at"] = scheduled.due
    lifecycle.publish(site, "subscription_changes_scheduled", subscription, source)


def unschedule(site: Site, subscription: Resource, source: str) -> None:
    lifecycle.forget_scheduled_changes(site, subscription)
    lifecycle.publish(site, "subscription_scheduled_changes_removed", subscription, source)


def apply_scheduled(site: Site, subscription: Resource, priced: PricedItems) -> None:
    """At the end of a term the renewal that follows bills the new items; on another day the change bills itself."""
    if not _ends(subscription, site.now()):
        cost = cost_now(site, subscription, priced, prorate=True)
        apply_now(site, subscription, priced, lifecycle.SCHEDULER, cost=cost)
        return
    if resets_term(subscription, priced):
        site.store.term_anchors[subscription["id"]] = site.now()
    set_items(site, subscription, priced)
    lifecycle.forget_scheduled_changes(site, subscription)
    lifecycle.publish(site, "subscription_changed", subscription, lifecycle.SCHEDULER)


def _ends(subscription: Resource, moment: int) -> bool:
    """Whether its term or its trial ends then."""
    return moment in (subscription.get("current_term_end"), subscription.get("trial_end"))
