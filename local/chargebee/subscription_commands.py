"""The API calls that move a subscription: each checks the request, then hands it to the lifecycle."""

from typing import Any

from local.chargebee import contract_terms, customers, lifecycle
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, missing, wrong_value
from local.chargebee.invoices import Charge
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
    new = check_new(site, call.params, call.params)
    contract = contract_terms.check(call.params)
    currency = new.priced.plan["currency_code"]
    require_payable(site, customer, new.due_now(site), currency, new.kept.get("auto_collection"))
    subscription = resource_of(site, new, customer["id"])
    charge = lifecycle.create(site, subscription, new.priced, new.coupons, call.source)
    if contract is not None:
        contract_terms.begin(site, subscription, contract, call.source)
    return _answer(site, subscription, charge)


def cancel_for_items(site: Site, call: Call) -> Resource:
    subscription, params = find(site, call.id), call.params
    option = _cancel_option(subscription, params)
    reason_code = params.get("cancel_reason_code")
    _require_reason(site, reason_code)
    if option == "immediately":
        require_status(subscription, (*LIVE, "future", "paused"), "cancel")
        details = {"cancel_reason_code": reason_code} if reason_code else {}
        lifecycle.cancel(site, subscription, call.source, **details)
        return entry(site, subscription)
    require_status(subscription, LIVE, "schedule the cancellation of")
    moment = _cancellation_date(site, subscription, option, params)
    lifecycle.schedule_cancellation(site, subscription, moment, call.source, reason_code)
    return entry(site, subscription)


def _require_reason(site: Site, reason_code: str | None) -> None:
    """It "must be one from a list of reason codes set in the Chargebee app", "must be passed if set as mandatory",
    and is case-sensitive: https://apidocs.chargebee.com/docs/api/subscriptions/cancel-subscription-for-items."""
    known = site.settings.cancel_reason_codes
    if not reason_code and site.settings.cancel_reason == "mandatory":
        raise missing("cancel_reason_code")
    if reason_code and known is not None and reason_code not in known:
        raise wrong_value("cancel_reason_code", "is not a reason code of this site")


_CONTRACT_OPTIONS = {"terminate_immediately": "immediately", "end_of_subscription_billing_term": "end_of_term"}


def _cancel_option(subscription: Resource, params: dict[str, Any]) -> str:
    """A contract is cancelled by an option of its own.

    https://apidocs.chargebee.com/docs/api/subscriptions/cancel-subscription-for-items
    """
    of_contract: str | None = params.get("contract_term_cancel_option")
    asked = params.get("cancel_option") or ("end_of_term" if params.get("end_of_term") else None)
    if "contract_term" in subscription:
        if asked is not None or of_contract is None:
            raise invalid_state("A subscription with a contract term is cancelled by contract_term_cancel_option")
        return _CONTRACT_OPTIONS.get(of_contract, of_contract)
    if of_contract is not None:
        raise wrong_value("contract_term_cancel_option", "the subscription has no contract term")
    return asked or "immediately"


def _cancellation_date(site: Site, subscription: Resource, option: str, params: dict[str, Any]) -> int:
    if option == "end_of_contract_term":
        return int(subscription["contract_term"]["contract_end"])
    if option != "specific_date":
        end = "trial_end" if subscription["status"] == "in_trial" else "current_term_end"
        return int(subscription[end])
    return future_moment(params, "cancel_at", site.now())


def remove_scheduled_cancellation(site: Site, call: Call) -> Resource:
    """https://apidocs.chargebee.com/docs/api/subscriptions/remove-scheduled-cancellation: it is not to be invoked "if
    the subscription has a `contract_term` associated with it"."""
    subscription = find(site, call.id)
    require_status(subscription, LIVE, "remove the scheduled cancellation of")
    if "contract_term" in subscription:
        raise invalid_state("The cancellation of a subscription on a contract term cannot be removed")
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


_BEGIN = frozenset(
    {
        "id",
        "trial_end",
        "start_date",
        "subscription_items",
        "coupon_ids",
        "auto_collection",
        "po_number",
        "invoice_notes",
        "meta_data",
        "trial_end_action",
        "invoice_immediately",
        "net_term_days",
        "offline_payment_method",
        "billing_cycles",
        "contract_term",
    }
)
_CANCEL = frozenset(
    {"cancel_option", "contract_term_cancel_option", "end_of_term", "cancel_at", "cancel_reason_code"}
) | {
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
