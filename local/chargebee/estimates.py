"""Estimates: what would be invoiced, computed as the invoice is, while nothing is done.

https://apidocs.chargebee.com/docs/api/estimates. Amounts are minor units, moments UTC seconds.
"""

from local.chargebee import changes, discounts
from local.chargebee.call import Call, Operation
from local.chargebee.change_commands import change_is_later, coupons_after, items_after
from local.chargebee.customers import find as find_customer
from local.chargebee.errors import missing
from local.chargebee.estimated_invoices import ends_at, invoice_of, of_term
from local.chargebee.invoice_lines import lines_of
from local.chargebee.items import PricedItems, compose
from local.chargebee.new_subscription import check_new, check_trial_end
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.subscriptions import LIVE, find, require_status


def create_sub_item_estimate(site: Site, call: Call) -> Resource:
    """For a customer that is not there yet.

    https://apidocs.chargebee.com/docs/api/estimates/estimate-for-creating-a-customer-and-subscription
    """
    return _of_new(site, None, call.params)


def create_sub_item_for_customer_estimate(site: Site, call: Call) -> Resource:
    """For one that is there, with its credits."""
    return _of_new(site, find_customer(site, call.id), call.params)


def _of_new(site: Site, customer: Resource | None, params: Resource) -> Resource:
    """The invoice of the next billing date is told only where none is made at once."""
    new = check_new(site, params.get("subscription") or {}, params, at="subscription")
    later = new.start_date or new.trial_end
    term = of_term(site, new.priced, later or site.now())
    now = [*([] if later else term), *lines_of(site, new.priced.charges, site.now(), site.now())]
    owner = {"subscription_id": new.id, "currency_code": new.priced.plan["currency_code"]}
    status = "future" if new.start_date else "in_trial" if new.trial_end else "active"
    billing = {"status": status, "next_billing_at": later or ends_at(site, new.priced, site.now())}
    return _estimate(
        site,
        subscription_estimate=_subscription(owner | billing),
        invoice_estimate=invoice_of(site, owner, customer, now, new.coupons) if now else None,
        next_invoice_estimate=None if now else invoice_of(site, owner, customer, term, new.coupons),
    )


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
    later = [] if begins is None else of_term(site, priced, begins)
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
    lines = [(each, of_term(site, _items_of(site, each), each["next_billing_at"])) for each in renewing]
    return _estimate(
        site,
        subscription_estimates=[_subscription(each) for each in renewing],
        invoice_estimates=[_invoice(site, each, due, each.get("coupons", [])) for each, due in lines if due],
    )


def _invoice(site: Site, subscription: Resource, lines: list[Resource], redeemed: list[Resource]) -> Resource:
    owner = {"subscription_id": subscription["id"], "currency_code": subscription["currency_code"]}
    return invoice_of(site, owner, site.store.customers[subscription["customer_id"]], lines, redeemed)


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


def _subscription(subscription: Resource) -> Resource:
    names = ("id", "currency_code", "status", "next_billing_at", "pause_date", "resume_date")
    return {name: subscription[name] for name in names if name in subscription} | {"object": "subscription_estimate"}


def _estimate(site: Site, **parts: Resource | list[Resource] | None) -> Resource:
    present = {name: part for name, part in parts.items() if part is not None}
    return {"estimate": {"created_at": site.now(), **present, "object": "estimate"}}


_NEW = frozenset({"subscription_items", "coupon_ids"}) | {
    f"subscription[{name}]" for name in ("id", "trial_end", "start_date")
}

OPERATIONS = (
    Operation(
        "POST",
        "/estimates/create_subscription_for_items",
        "estimate.create_sub_item_estimate",
        create_sub_item_estimate,
        _NEW,
    ),
    Operation(
        "POST",
        "/customers/{id}/create_subscription_for_items_estimate",
        "estimate.create_sub_item_for_customer_estimate",
        create_sub_item_for_customer_estimate,
        _NEW,
    ),
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
