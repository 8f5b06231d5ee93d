"""The API calls that pause and resume a subscription."""

from typing import Any

from local.chargebee import pausing
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, not_simulated, wrong_value
from local.chargebee.moments import future_moment
from local.chargebee.payability import require_subscription_payable
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.subscriptions import entry, find, require_status


def pause(site: Site, call: Call) -> Resource:
    subscription, params = find(site, call.id), call.params
    _require_pausable(subscription)
    option = params.get("pause_option") or "immediately"
    begin = _pause_date(site, subscription, option, params)
    if params.get("resume_date"):
        if params["resume_date"] <= begin:
            raise wrong_value("resume_date", "must be after the pause begins")
        subscription["resume_date"] = params["resume_date"]
    if option == "immediately":
        pausing.pause(site, subscription, call.source)
    else:
        pausing.schedule_pause(site, subscription, begin, call.source)
    return entry(site, subscription)


def _require_pausable(subscription: Resource) -> None:
    """https://apidocs.chargebee.com/docs/api/subscriptions/pause-a-subscription: "Subscriptions with active
    `contract_terms` cannot be paused"."""
    if subscription["status"] not in ("active", "non_renewing"):
        raise invalid_state(
            f"Cannot pause a subscription in the state {subscription['status']}", "invalid_state_for_pause"
        )
    if "contract_term" in subscription:
        raise invalid_state("Cannot pause a subscription with a contract term")
    if subscription["has_scheduled_changes"]:
        raise invalid_state("Cannot pause a subscription with scheduled changes", "invalid_state_for_pause")


def _pause_date(site: Site, subscription: Resource, option: str, params: dict[str, Any]) -> int:
    match option:
        case "immediately":
            return site.now()
        case "end_of_term":
            return int(subscription["current_term_end"])
        case "specific_date":
            return future_moment(params, "pause_date", site.now())
        case _:
            raise not_simulated(f"the pause option {option}")


def resume(site: Site, call: Call) -> Resource:
    subscription, params = find(site, call.id), call.params
    require_status(subscription, ("paused",), "resume")
    if params.get("resume_option") == "specific_date":
        moment = future_moment(params, "resume_date", site.now())
        pausing.schedule_resumption(site, subscription, moment, call.source)
        return entry(site, subscription)
    if pausing.needs_new_term(site, subscription) and "cancelled_at" not in subscription:
        total = sum(item["amount"] for item in subscription["subscription_items"])
        require_subscription_payable(site, subscription, total)
    charge = pausing.resume(site, subscription, call.source)
    return entry(site, subscription) | ({"invoice": charge.invoice} if charge else {})


OPERATIONS = (
    Operation(
        "POST",
        "/subscriptions/{id}/pause",
        "subscription.pause",
        pause,
        lacks=frozenset({"skip_billing_cycles"}),
    ),
    Operation(
        "POST",
        "/subscriptions/{id}/resume",
        "subscription.resume",
        resume,
        lacks=frozenset({"payment_initiator", "payment_intent"}),
    ),
)
