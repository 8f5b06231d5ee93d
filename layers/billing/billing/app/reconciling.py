"""What the schedule and the operators ask for: reconcile, replay, sync, existing customers, data requests."""

from collections.abc import Mapping
from typing import Any

from billing.app import chargebee_wiring, wiring
from billing.app.parts import ALL, IN_FLIGHT, has_time_for_a_page, reconcile, summary
from billing.app.reconcile import replay_events
from billing.core.errors import InvalidRequest
from billing.runtime.logs import logger


def replay(since: int, organization_id: str | None) -> dict[str, Any]:
    """Queue Chargebee's events since then (UTC seconds) again, all of them or one organization's.

    A list for which the function's time is too short is gone on with from where the answer says that it stopped.
    """
    customer_id = None
    if organization_id is not None:
        organization = wiring.store().load(organization_id).organization
        customer_id = (organization.customer_id if organization else None) or organization_id
    lists, events = chargebee_wiring.chargebee_lists(), wiring.events_queue()
    return {"events": summary(replay_events(lists, events, since, customer_id, has_time=has_time_for_a_page))}


def run(request: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the invocation asks for. Raises InvalidRequest for anything else."""
    result: Mapping[str, Any]
    match request:
        case {"task": "reconcile", "window": int(window)}:
            result = reconcile(window, int(request.get("inFlight", IN_FLIGHT)), str(request.get("organizations", ALL)))
        case {"task": "replay", "since": int(since)}:
            result = replay(since, request.get("organizationId"))
        case {"task": "sync", "organizationId": str(organization_id)}:
            from billing.app.sync import sync  # noqa: PLC0415 - by hand only

            result = sync(organization_id)
        case {"task": "customers" | "organizations" | "assign"}:
            from billing.app.bringing import bring  # noqa: PLC0415 - by hand only

            return bring(request)  # a page of either list is nothing for the log
        case {"task": "judge_balances" | "bring_balances"}:
            from billing.app.balances import balances  # noqa: PLC0415 - by hand only

            return balances(request)
        case {"task": "billed" | "forget"}:
            from billing.app.data_requests import answer  # noqa: PLC0415 - by hand only

            return answer(request)  # nor is what somebody's invoices say
        case _:
            raise InvalidRequest(f"There is no such task: {dict(request)!r}.")
    logger().info("reconciled", extra={"task": request["task"], "result": result})
    return dict(result)
