"""The API calls that change what a subscription holds, now or at the end of its term."""

from typing import Any

from local.chargebee import changes, coupons, discounts, lifecycle
from local.chargebee.call import Call, Operation
from local.chargebee.customers import with_meta_data
from local.chargebee.errors import invalid_state, not_simulated, wrong_value
from local.chargebee.invoices import Charge
from local.chargebee.items import PricedItems, compose, merge, price_rows, with_agreed_prices
from local.chargebee.moments import future_moment
from local.chargebee.new_subscription import check_trial_end
from local.chargebee.payability import require_subscription_payable
from local.chargebee.site import Site
from local.chargebee.store import Resource, ScheduledChange
from local.chargebee.subscriptions import LIVE, entry, find, require_status
from local.chargebee.tiers import are_agreed, held_items


def update_for_items(site: Site, call: Call) -> Resource:
    """Also the trap: writing `meta_data` (any update, here) takes a pending cancellation away.

    https://www.chargebee.com/docs/billing/2.0/kb/billing/i-added-metadata-to-a-nonrenewing-subscription-and-the-subscription-status-changed-to-active-why
    """
    subscription, params = find(site, call.id), call.params
    require_status(subscription, (*LIVE, "future", "cancelled"), "update")
    if subscription["status"] == "cancelled":
        charge = change_cancelled(site, subscription, params, call.source)
    elif change_is_later(params):
        change_later(site, subscription, params, call.source)
        charge = None
    else:
        charge = change_now(site, subscription, params, call.source)
    return entry(site, subscription) | ({"invoice": charge.invoice} if charge else {})


def change_is_later(params: dict[str, Any]) -> bool:
    return bool(params.get("end_of_term")) or params.get("change_option") in ("end_of_term", "specific_date")


def items_after(site: Site, subscription: Resource, params: dict[str, Any]) -> PricedItems:
    """All that the subscription holds once the change is made, in the currency that it has.

    https://www.chargebee.com/docs/billing/2.0/kb/billing/can-i-update-the-currency-of-an-existing-subscription
    """
    replace = bool(params.get("replace_items_list"))
    held = [] if replace else subscription["subscription_items"]
    rows = site.catalog.with_attached(params.get("subscription_items") or [], held)
    if site.assumptions.agreed_unit_price == "kept":
        rows = with_agreed_prices(subscription["subscription_items"], rows)
    given = price_rows(site, rows)
    priced = compose(site, merge(site, subscription["subscription_items"], given, replace=replace))
    if priced.plan["currency_code"] != subscription["currency_code"]:
        raise wrong_value("subscription_items[item_price_id][0]", "the subscription is in another currency")
    if params.get("item_tiers") and site.settings.price_override == "off":
        raise wrong_value("item_tiers[price][0]", "price overriding is not enabled for this site")
    after = held_items(site.catalog.item_prices, priced.recurring, subscription)
    if not are_agreed(params.get("item_tiers") or [], after):
        raise not_simulated("item_tiers other than those that are agreed")
    return priced


def coupons_after(site: Site, subscription: Resource, priced: PricedItems, params: dict[str, Any]) -> list[Resource]:
    """All that the subscription has redeemed once the change is made. Those that it has already are not checked."""
    held = {each["coupon_id"] for each in subscription.get("coupons", ())}
    new = [each for each in params.get("coupon_ids") or [] if each not in held]
    items = [*priced.recurring, *priced.charges]
    coupons.require_redeemable(site, new, items, subscription["currency_code"])
    return coupons.after(subscription, params)


def change_cancelled(site: Site, subscription: Resource, params: dict[str, Any], source: str) -> Charge | None:
    """Items that are given bring it back and bill it, unless the request says `reactivate: false`.

    https://www.chargebee.com/docs/billing/2.0/kb/billing/how-to-change-the-plan-of-a-canceled-subscription-without-reactivation
    """
    if change_is_later(params):
        raise invalid_state("Changes of a cancelled subscription cannot be scheduled")
    priced = items_after(site, subscription, params)
    redeemed = coupons_after(site, subscription, priced, params)
    asked = params.get("reactivate")
    if not (bool(params.get("subscription_items")) if asked is None else asked):
        coupons.put_on(site, subscription, redeemed)
        changes.set_items(site, subscription, priced)
        _keep(site, subscription, params)
        lifecycle.publish(site, "subscription_changed", subscription, source)
        return None
    trial_end = check_trial_end(site, params.get("trial_end"), "trial_end")
    require_subscription_payable(site, subscription, 0 if trial_end else priced.recurring_total)
    coupons.put_on(site, subscription, redeemed)
    changes.set_items(site, subscription, priced)
    _keep(site, subscription, params)
    return lifecycle.reactivate(site, subscription, trial_end, source)


def change_now(site: Site, subscription: Resource, params: dict[str, Any], source: str) -> Charge | None:
    """Also the end of any change that was scheduled before."""
    priced = items_after(site, subscription, params)
    trial_end = check_trial_end(site, params.get("trial_end"), "trial_end")
    if trial_end and subscription["status"] not in ("in_trial", "future"):
        raise invalid_state("Only a subscription that is not yet active can have its trial end changed")
    reset = bool(params.get("force_term_reset"))
    prorate = params.get("prorate") is not False
    cost = changes.cost_now(site, subscription, priced, prorate=prorate, reset=reset)
    redeemed = coupons_after(site, subscription, priced, params)
    due = discounts.net(site, redeemed, changes.lines_of_change(site, cost))
    require_subscription_payable(site, subscription, due)
    coupons.put_on(site, subscription, redeemed)
    if trial_end:
        subscription |= {"trial_end": trial_end, "next_billing_at": trial_end}
    _keep(site, subscription, params)
    lifecycle.clear_cancellation(subscription)
    return changes.apply_now(site, subscription, priced, source, cost=cost, reset=reset)


def _keep(site: Site, subscription: Resource, params: dict[str, Any]) -> None:
    kept = with_meta_data(site, subscription, params)
    for name in ("meta_data", "auto_collection", "po_number", "invoice_notes", "net_term_days"):
        if kept.get(name) is not None:
            subscription[name] = kept[name]
    if params.get("auto_collection") is not None:
        site.store.collects_as_customer.discard(subscription["id"])


def change_later(site: Site, subscription: Resource, params: dict[str, Any], source: str) -> None:
    if subscription["status"] not in ("active", "in_trial"):
        raise invalid_state("Changes can be scheduled only on a subscription that goes on")
    priced = items_after(site, subscription, params)
    if priced.charges:
        raise not_simulated("charges in a scheduled change")
    coupons_after(site, subscription, priced, params)
    redeems: Resource = {name: params[name] for name in ("coupon_ids", "replace_coupon_list") if name in params}
    scheduled = ScheduledChange(priced.recurring, _due(site, subscription, params), redeems)
    changes.schedule(site, subscription, scheduled, source)


def _due(site: Site, subscription: Resource, params: dict[str, Any]) -> int:
    if params.get("change_option") == "specific_date":
        return future_moment(params, "changes_scheduled_at", site.now())
    return int(subscription["trial_end" if subscription["status"] == "in_trial" else "current_term_end"])


def retrieve_with_scheduled_changes(site: Site, call: Call) -> Resource:
    """The subscription as it is going to be."""
    subscription = find(site, call.id)
    scheduled = site.store.scheduled_changes.get(call.id)
    if scheduled is None:
        raise invalid_state("The subscription has no scheduled changes")
    kept = {name: value for name, value in subscription.items() if name != "item_tiers"}
    held = held_items(site.catalog.item_prices, scheduled.items, subscription)
    return entry(site, subscription) | {"subscription": kept | held}


def remove_scheduled_changes(site: Site, call: Call) -> Resource:
    subscription = find(site, call.id)
    if not subscription["has_scheduled_changes"]:
        raise invalid_state("The subscription has no scheduled changes")
    changes.unschedule(site, subscription, call.source)
    return entry(site, subscription)


_CHANGE = frozenset(
    {
        "subscription_items",
        "item_tiers",
        "coupon_ids",
        "replace_coupon_list",
        "replace_items_list",
        "trial_end",
        "prorate",
        "end_of_term",
        "change_option",
        "changes_scheduled_at",
        "reactivate",
        "net_term_days",
        "force_term_reset",
        "invoice_immediately",
        "auto_collection",
        "po_number",
        "invoice_notes",
        "meta_data",
    }
)

OPERATIONS = (
    Operation(
        "GET",
        "/subscriptions/{id}/retrieve_with_scheduled_changes",
        "subscription.retrieve_with_scheduled_changes",
        retrieve_with_scheduled_changes,
    ),
    Operation(
        "POST",
        "/subscriptions/{id}/update_for_items",
        "subscription.update_for_items",
        update_for_items,
        _CHANGE,
    ),
    Operation(
        "POST",
        "/subscriptions/{id}/remove_scheduled_changes",
        "subscription.remove_scheduled_changes",
        remove_scheduled_changes,
    ),
)
