"""The API calls that move a subscription: each checks the request, then hands it to the lifecycle."""

from typing import Any

from local.chargebee import changes, customers, lifecycle
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, not_simulated
from local.chargebee.invoices import Charge
from local.chargebee.items import compose, merge, price_rows
from local.chargebee.moments import future_moment
from local.chargebee.new_subscription import check_new, check_trial_end, resource_of
from local.chargebee.payability import require_payable, require_subscription_payable
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.subscriptions import LIVE, entry, find, require_status


def _answer(site: Site, subscription: Resource, charge: Charge | None) -> Resource:
    return entry(site, subscription) | ({"invoice": charge.invoice} if charge else {})


def create_with_items(site: Site, call: Call) -> Resource:
    customer = customers.find(site, call.id)
    new = check_new(site, call.params, call.params.get("subscription_items"))
    currency = new.priced.plan["currency_code"]
    require_payable(site, customer, new.due_now, currency, new.kept.get("auto_collection"))
    subscription = resource_of(site, new, customer["id"])
    charge = lifecycle.create(site, subscription, new.priced, call.source)
    return _answer(site, subscription, charge)


def update_for_items(site: Site, call: Call) -> Resource:
    """Also the trap: writing `meta_data` (any update, here) takes a pending cancellation away.

    https://www.chargebee.com/docs/billing/2.0/kb/billing/i-added-metadata-to-a-nonrenewing-subscription-and-the-subscription-status-changed-to-active-why
    """
    subscription, params = find(site, call.id), call.params
    require_status(subscription, (*LIVE, "future"), "update")
    if change_is_later(params):
        change_later(site, subscription, params, call.source)
        return entry(site, subscription)
    return _answer(site, subscription, change_now(site, subscription, params, call.source))


def change_is_later(params: dict[str, Any]) -> bool:
    if params.get("change_option") == "specific_date":
        raise not_simulated("changes on a specific date")
    return bool(params.get("end_of_term")) or params.get("change_option") == "end_of_term"


def change_now(site: Site, subscription: Resource, params: dict[str, Any], source: str) -> Charge | None:
    given = price_rows(site, params.get("subscription_items") or [])
    priced = compose(
        site, merge(subscription["subscription_items"], given, replace=bool(params.get("replace_items_list")))
    )
    trial_end = check_trial_end(site, params.get("trial_end"), "trial_end")
    if trial_end and subscription["status"] not in ("in_trial", "future"):
        raise invalid_state("Only a subscription that is not yet active can have its trial end changed")
    reset = bool(params.get("force_term_reset"))
    prorate = params.get("prorate") is not False
    cost = changes.cost_now(site, subscription, priced, prorate=prorate, reset=reset)
    require_subscription_payable(site, subscription, cost)
    if trial_end:
        subscription |= {"trial_end": trial_end, "next_billing_at": trial_end}
    for name in ("meta_data", "auto_collection", "po_number", "invoice_notes"):
        if params.get(name) is not None:
            subscription[name] = params[name]
    lifecycle.clear_cancellation(subscription)
    return changes.apply_now(site, subscription, priced, source, cost=cost, reset=reset)


def change_later(site: Site, subscription: Resource, params: dict[str, Any], source: str) -> None:
    if subscription["status"] not in ("active", "in_trial"):
        raise invalid_state("Changes can be scheduled only on a subscription that goes on")
    given = price_rows(site, params.get("subscription_items") or [])
    replace = bool(params.get("replace_items_list"))
    priced = compose(site, merge(subscription["subscription_items"], given, replace=replace))
    if priced.charges:
        raise not_simulated("charges in a scheduled change")
    end = "trial_end" if subscription["status"] == "in_trial" else "current_term_end"
    changes.schedule(site, subscription, priced, subscription[end], source)


def remove_scheduled_changes(site: Site, call: Call) -> Resource:
    subscription = find(site, call.id)
    if not subscription["has_scheduled_changes"]:
        raise invalid_state("The subscription has no scheduled changes")
    changes.unschedule(site, subscription, call.source)
    return entry(site, subscription)


def cancel_for_items(site: Site, call: Call) -> Resource:
    subscription, params = find(site, call.id), call.params
    option = params.get("cancel_option") or ("end_of_term" if params.get("end_of_term") else "immediately")
    reason_code = params.get("cancel_reason_code")
    if option == "immediately":
        require_status(subscription, (*LIVE, "future", "paused"), "cancel")
        details = {"cancel_reason_code": reason_code} if reason_code else {}
        lifecycle.cancel(site, subscription, call.source, **details)
        return entry(site, subscription)
    require_status(subscription, LIVE, "schedule the cancellation of")
    moment = _cancellation_date(site, subscription, option, params)
    lifecycle.schedule_cancellation(site, subscription, moment, call.source, reason_code)
    return entry(site, subscription)


def _cancellation_date(site: Site, subscription: Resource, option: str, params: dict[str, Any]) -> int:
    if option != "specific_date":
        end = "trial_end" if subscription["status"] == "in_trial" else "current_term_end"
        return int(subscription[end])
    return future_moment(params, "cancel_at", site.now())


def remove_scheduled_cancellation(site: Site, call: Call) -> Resource:
    subscription = find(site, call.id)
    require_status(subscription, LIVE, "remove the scheduled cancellation of")
    if "cancelled_at" not in subscription:
        raise invalid_state("The subscription has no scheduled cancellation")
    lifecycle.unschedule_cancellation(site, subscription, call.source)
    return entry(site, subscription)


def reactivate(site: Site, call: Call) -> Resource:
    subscription = find(site, call.id)
    require_status(subscription, ("cancelled",), "reactivate")
    trial_end = check_trial_end(site, call.params.get("trial_end"), "trial_end")
    total = 0 if trial_end else sum(item["amount"] for item in subscription["subscription_items"])
    require_subscription_payable(site, subscription, total)
    charge = lifecycle.reactivate(site, subscription, trial_end, call.source)
    return _answer(site, subscription, charge)


_CHANGE = frozenset(
    {
        "subscription_items",
        "replace_items_list",
        "trial_end",
        "prorate",
        "end_of_term",
        "change_option",
        "force_term_reset",
        "invoice_immediately",
        "auto_collection",
        "po_number",
        "invoice_notes",
        "meta_data",
    }
)
_BEGIN = frozenset(
    {
        "id",
        "trial_end",
        "start_date",
        "subscription_items",
        "auto_collection",
        "po_number",
        "invoice_notes",
        "meta_data",
        "trial_end_action",
        "invoice_immediately",
    }
)
_CANCEL = frozenset({"cancel_option", "end_of_term", "cancel_at", "cancel_reason_code"}) | {
    "credit_option_for_current_term_charges",
    "unbilled_charges_option",
    "account_receivables_handling",
    "refundable_credits_handling",
}

OPERATIONS = (
    Operation(
        "POST",
        "/customers/{id}/subscription_for_items",
        "subscription.create_with_items",
        create_with_items,
        _BEGIN,
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
    Operation(
        "POST",
        "/subscriptions/{id}/cancel_for_items",
        "subscription.cancel_for_items",
        cancel_for_items,
        _CANCEL,
    ),
    Operation(
        "POST",
        "/subscriptions/{id}/remove_scheduled_cancellation",
        "subscription.remove_scheduled_cancellation",
        remove_scheduled_cancellation,
        lacks=frozenset({"billing_cycles", "contract_term", "contract_term_billing_cycle_on_renewal"}),
    ),
    Operation(
        "POST",
        "/subscriptions/{id}/reactivate",
        "subscription.reactivate",
        reactivate,
        frozenset({"trial_end", "invoice_immediately"}),
    ),
)
