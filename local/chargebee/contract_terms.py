"""Contract terms: a subscription that is bound for a number of billing cycles.

https://apidocs.chargebee.com/docs/api/contract_terms: the active one is part of its subscription, and is over when the
subscription is. Moments are UTC seconds, amounts minor units.
"""

from typing import Any

from local.chargebee.billing_periods import moment_after
from local.chargebee.errors import missing, not_simulated, wrong_value
from local.chargebee.site import Site
from local.chargebee.store import Resource

SCHEDULER = "scheduled_job"


def check(params: dict[str, Any]) -> dict[str, Any] | None:
    """The terms that a request asks for, if any; they last as long as the billing cycles that it names."""
    terms: dict[str, Any] | None = params.get("contract_term")
    if terms is None:
        if params.get("billing_cycles"):
            raise not_simulated("billing cycles without a contract term")
        return None
    if not params.get("billing_cycles"):
        raise missing("billing_cycles")
    return terms | {"billing_cycle": params["billing_cycles"]}


def begin(site: Site, subscription: Resource, terms: dict[str, Any], source: str) -> None:
    """`terms` has a `billing_cycle`, and may have an `action_at_term_end` and a `cancellation_cutoff_period`."""
    if terms["billing_cycle"] < 1:
        raise wrong_value("billing_cycles", "must be at least 1")
    first = next((subscription[name] for name in ("current_term_start", "trial_end") if name in subscription), None)
    _sign(site, subscription, terms, first or subscription.get("start_date") or site.now())
    site.record("contract_term_created", {"contract_term": subscription["contract_term"]}, source)


def _sign(site: Site, subscription: Resource, terms: dict[str, Any], start: int) -> None:
    cycles, period, unit = terms["billing_cycle"], subscription["billing_period"], subscription["billing_period_unit"]
    value = cycles * sum(item["amount"] for item in subscription["subscription_items"])
    subscription["contract_term"] = {
        "id": site.new_id("ct_"),
        "status": "active",
        "contract_start": start,
        "contract_end": moment_after(start, cycles * period, unit, site.settings.zone),
        "billing_cycle": cycles,
        "remaining_billing_cycles": cycles - 1,
        "action_at_term_end": terms.get("action_at_term_end") or "renew",
        "cancellation_cutoff_period": terms.get("cancellation_cutoff_period") or 0,
        "total_contract_value": value,
        "total_contract_value_before_tax": value,
        "created_at": site.now(),
        "subscription_id": subscription["id"],
        "object": "contract_term",
    }


def end(site: Site, subscription: Resource, source: str) -> None:
    """The subscription is over, and with it the contract: completed at its end, terminated before it."""
    contract = subscription.pop("contract_term", None)
    if contract is None:
        return
    outcome = "completed" if site.now() >= contract["contract_end"] else "terminated"
    contract["status"] = outcome
    site.record(f"contract_term_{outcome}", {"contract_term": contract}, source)


def run_out(site: Site, subscription: Resource) -> None:
    """The contract ends while its subscription goes on: it is renewed for as long again, or is no more."""
    contract = subscription["contract_term"]
    end(site, subscription, SCHEDULER)
    if contract["action_at_term_end"] == "evergreen":
        return
    next_action = "evergreen" if contract["action_at_term_end"] == "renew_once" else "renew"
    _sign(site, subscription, contract | {"action_at_term_end": next_action}, contract["contract_end"])
    site.record("contract_term_renewed", {"contract_term": subscription["contract_term"]}, SCHEDULER)
