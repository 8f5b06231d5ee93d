"""Estimates: what would be invoiced, computed as the invoice is, while nothing is done.

https://apidocs.chargebee.com/docs/api/estimates. Amounts are minor units, moments UTC seconds.
"""

from local.chargebee import changes, discounts, metering
from local.chargebee.billing_periods import term_end
from local.chargebee.call import Call, Operation
from local.chargebee.change_commands import change_is_later, coupons_after, items_after
from local.chargebee.customers import find as find_customer
from local.chargebee.errors import missing
from local.chargebee.invoice_lines import lines_of
from local.chargebee.items import PricedItems, compose
from local.chargebee.new_subscription import check_trial_end
from local.chargebee.promotional_credits import applicable
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.subscriptions import LIVE, find, require_status


def update_subscription_for_items(site: Site, call: Call) -> Resource:
    """What changing costs now, where it costs anything, and the invoice of the term that follows."""
    params = call.params
    if "subscription" not in params:
        raise missing("subscription[id]")
    subscription = find(site, params["subscription"]["id"], "subscription[id]")
    require_status(subscription, (*LIVE, "future"), "estimate a change of")
    check_trial_end(site, params["subscription"].get("trial_end"), "subscription[trial_end]")
    priced = items_after(site, subscription, params)
    redeemed = coupons_after(site, subscription, priced, params)
    now = [] if change_is_later(params) else _due_now(site, subscription, params, priced)
    resets = bool(now) and _resets(subscription, priced, params)
    begins = None if resets else subscription.get("next_billing_at")
    later = [] if begins is None else _of_term(site, subscription, priced, begins)
    return _estimate(
        site,
        subscription_estimate=_subscription(subscription),
        invoice_estimate=_invoice(site, subscription, now, redeemed) if now else None,
        next_invoice_estimate=_invoice(site, subscription, later, _left(site, redeemed, now)) if later else None,
    )


def upcoming_invoices_estimate(site: Site, call: Call) -> Resource:
    """One invoice for each subscription of the customer that renews, or begins to pay."""
    customer = find_customer(site, call.id)
    renewing = [
        each
        for each in site.store.subscriptions.values()
        if each["customer_id"] == customer["id"] and not each["deleted"] and "next_billing_at" in each
    ]
    lines = [(each, _of_term(site, each, _items_of(site, each), each["next_billing_at"])) for each in renewing]
    return _estimate(
        site,
        subscription_estimates=[_subscription(each) for each in renewing],
        invoice_estimates=[_invoice(site, each, due, each.get("coupons", [])) for each, due in lines if due],
    )


def _due_now(site: Site, subscription: Resource, params: Resource, priced: PricedItems) -> list[Resource]:
    reset, prorate = bool(params.get("force_term_reset")), params.get("prorate") is not False
    cost = changes.cost_now(site, subscription, priced, prorate=prorate, reset=reset)
    return changes.lines_of_change(site, cost)


def _left(site: Site, redeemed: list[Resource], billed: list[Resource]) -> list[Resource]:
    """What the first invoice leaves of the coupons."""
    used = [each.coupon for each in discounts.discounts(site, redeemed, billed)]
    gone = {coupon["id"] for coupon in used if coupon["duration_type"] == "one_time"}
    return [each for each in redeemed if each["coupon_id"] not in gone]


def _resets(subscription: Resource, priced: PricedItems, params: Resource) -> bool:
    return bool(params.get("force_term_reset")) or changes.resets_term(subscription, priced)


def _items_of(site: Site, subscription: Resource) -> PricedItems:
    """Those that it will have when its next term begins."""
    scheduled = site.store.scheduled_changes.get(subscription["id"])
    due = scheduled is not None and scheduled.due <= subscription["next_billing_at"]
    return compose(site, scheduled.items if scheduled is not None and due else subscription["subscription_items"])


def _of_term(site: Site, subscription: Resource, priced: PricedItems, begins: int) -> list[Resource]:
    """In advance for the term that begins then; usage that is not over yet is in no estimate."""
    ends = term_end(begins, begins, priced.plan["period"], priced.plan["period_unit"], site.settings.zone)
    return lines_of(site, metering.in_advance(site, priced.recurring), begins, ends)


def _invoice(site: Site, subscription: Resource, lines: list[Resource], redeemed: list[Resource]) -> Resource:
    customer = site.store.customers[subscription["customer_id"]]
    owner = {"subscription_id": subscription["id"], "customer_id": customer["id"]}
    listed: list[Resource] = [{"id": site.new_id("li_")} | each | owner for each in lines]
    found = discounts.discounts(site, redeemed, listed)
    sub_total: int = sum(each["amount"] for each in listed)
    total = sub_total - sum(each.amount for each in found)
    credit = applicable(customer, total, subscription["currency_code"])
    return {
        "recurring": True,
        "price_type": "tax_exclusive",
        "currency_code": subscription["currency_code"],
        "customer_id": customer["id"],
        "sub_total": sub_total,
        "total": total,
        "credits_applied": credit,
        "amount_paid": 0,
        "amount_due": total - credit,
        "line_items": listed,
        "taxes": [],
        **discounts.written(found, listed),
        "line_item_taxes": [],
        "round_off_amount": 0,
        "object": "invoice_estimate",
    }


def _subscription(subscription: Resource) -> Resource:
    names = ("id", "currency_code", "status", "next_billing_at", "pause_date", "resume_date")
    return {name: subscription[name] for name in names if name in subscription} | {"object": "subscription_estimate"}


def _estimate(site: Site, **parts: Resource | list[Resource] | None) -> Resource:
    present = {name: part for name, part in parts.items() if part is not None}
    return {"estimate": {"created_at": site.now(), **present, "object": "estimate"}}


OPERATIONS = (
    Operation(
        "POST",
        "/estimates/update_subscription_for_items",
        "estimate.update_subscription_for_items",
        update_subscription_for_items,
        frozenset({"subscription_items", "item_tiers", "replace_items_list", "prorate", "end_of_term", "change_option"})
        | {"coupon_ids", "replace_coupon_list"}
        | {"changes_scheduled_at", "force_term_reset", "subscription[id]", "subscription[trial_end]"},
    ),
    Operation(
        "GET",
        "/customers/{id}/upcoming_invoices_estimate",
        "estimate.upcoming_invoices_estimate",
        upcoming_invoices_estimate,
        lacks=frozenset({"include_usage_charges"}),
    ),
)
