"""What the schedule and the operators ask for: reconcile, replay, sync."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from billing.app import chargebee_wiring, wiring
from billing.app.existing import provisions_existing
from billing.app.outcome_log import log_applied
from billing.app.reconcile import (
    Findings,
    reconcile_customers,
    reconcile_events,
    reconcile_organizations,
    reconcile_subscriptions,
    replay_events,
    restore_organizations,
)
from billing.core.clock import utc_now
from billing.core.errors import InvalidRequest, NotConfigured
from billing.runtime.logs import count, count_many, logger
from billing.subscriptions.domain.transaction import Outcome
from billing.subscriptions.services.resync_organization import resync_organization

if TYPE_CHECKING:
    from billing.organizations.api.answers import SyncView

IN_FLIGHT = 120
"""Seconds for which news may simply be on its way."""

NAMED = 20
"""Of the organizations that wait for a customer, in a line of the log."""

NOTHING = Findings(0, 0)


def reconcile(window: int) -> dict[str, Any]:
    """Feed what both vendors know of the last `window` seconds, and we do not. Drift is counted.

    Each pass runs, whatever became of the others. Raises the first failure once all have run.
    """
    now = utc_now()
    since, until = now - window, now - IN_FLIGHT
    store, events, failures = wiring.store(), wiring.events_queue(), list[Exception]()
    passes: dict[str, Callable[[], Findings]] = {
        "events": lambda: reconcile_events(chargebee_wiring.chargebee(), store, events, since, until),
        "subscriptions": lambda: reconcile_subscriptions(chargebee_wiring.chargebee(), store, events, since, until),
        "customers": lambda: reconcile_customers(chargebee_wiring.chargebee(), store, events, since, until),
        "organizations": lambda: _reconcile_organizations(now),
    }
    found = {name: _run(name, each, failures) for name, each in passes.items()}
    count_many("missing_events", found["events"].missing)
    count_many("missing_organizations", found["organizations"].missing)
    _tell_of_waiting(found["organizations"].waiting)
    if failures:
        raise failures[0]
    return {name: _summary(each) for name, each in found.items()}


def _tell_of_waiting(organization_ids: tuple[str, ...]) -> None:
    """Count them, zero too, and name the first of them."""
    count_many("organizations_without_customer", len(organization_ids))
    if organization_ids:
        logger().warning("organizations_without_customer", extra={"organizations": organization_ids[:NAMED]})


def _reconcile_organizations(now: int) -> Findings:
    """Without a secret nobody can ask Scalekit, and nothing else waits for it."""
    try:
        lists = wiring.scalekit()
    except NotConfigured as missing:
        count("scalekit_not_asked", reason=str(missing))
        return NOTHING
    feed = reconcile_organizations if provisions_existing() else restore_organizations
    return feed(lists, wiring.store(), wiring.provisioning_queue(), now)


def _run(name: str, each: Callable[[], Findings], failures: list[Exception]) -> Findings:
    try:
        return each()
    except Exception as failure:
        logger().exception("reconcile_failed", extra={"pass": name})
        failures.append(failure)
        return NOTHING


def replay(since: int, organization_id: str | None) -> dict[str, Any]:
    """Queue Chargebee's events since then (UTC seconds) again, all of them or one organization's."""
    customer_id = None
    if organization_id is not None:
        organization = wiring.store().load(organization_id).organization
        customer_id = (organization.customer_id if organization else None) or organization_id
    return {"events": _summary(replay_events(chargebee_wiring.chargebee(), wiring.events_queue(), since, customer_id))}


def sync(organization_id: str) -> "SyncView":
    """Read one organization from Chargebee now."""
    results = resync_organization(organization_id, wiring.ports())
    for applied in results:
        log_applied(applied, organization_id=organization_id)
    changed = sum(applied.outcome is Outcome.APPLIED for applied in results)
    return {"organizationId": organization_id, "subscriptions": len(results), "changed": changed}


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the invocation asks for. Raises InvalidRequest for anything else."""
    result: Mapping[str, Any]
    match request:
        case {"task": "reconcile", "window": int(window)}:
            result = reconcile(window)
        case {"task": "replay", "since": int(since)}:
            result = replay(since, request.get("organizationId"))
        case {"task": "sync", "organizationId": str(organization_id)}:
            result = sync(organization_id)
        case _:
            raise InvalidRequest(f"There is no such task: {dict(request)!r}.")
    logger().info("reconciled", extra={"task": request["task"], "result": result})
    return dict(result)


def _summary(found: Findings) -> dict[str, int]:
    return {"read": found.read, "queued": found.missing}
