"""Every route of the table, with a call that it would take from the right caller."""

from typing import Any

from billing.app.routes import ROUTES
from billing.runtime.route import Route, Who
from tests.deployment.gateway import ADMIN, MACHINE, MEMBER, http_event

type Json = dict[str, Any]
type AnyRoute = Route[Any]

SCOPES = frozenset({"billing:admin", "billing:read", "usage:write", "charges:write"})
SERVED = tuple(each for each in ROUTES if each.who not in (Who.BROWSER, Who.VENDOR, Who.ANYBODY))
"""Those that want a token."""
MACHINES = tuple(each for each in SERVED if each.who is Who.MACHINE)
FOR_ONE = tuple(each for each in SERVED if each.scope and not each.about_all)
"""Those that a machine calls about one organization."""
FOR_ALL = tuple(each for each in MACHINES if each.about_all)
SESSIONS = tuple(each for each in SERVED if each.who is not Who.MACHINE)
"""Those that a browser session may call."""
WRITES = tuple(each for each in SESSIONS if each.who not in (Who.MEMBER, Who.READER))
"""Those of them that are for billing admins."""

PATH = {
    "id": "org_1",
    "feature": "api-calls",
    "eventId": "e1",
    "holdId": "h1",
    "grantId": "g1",
    "methodId": "pm_1",
    "invoiceId": "1",
    "plan": "growth",
}
QUERIES = {
    "subscriptions/access": {"itemPriceId": "growth"},
    "metering/usage_history": {"from": "2026-09-01", "to": "2026-09-02"},
    "plans/delete": {"dryRun": "true"},
    "plans/save": {"dryRun": "true"},
    "metering/margin": {"from": "2026-09-01", "to": "2026-09-02"},
    "metering/delete_grant": {"by": "ada", "reason": "over"},
}
MONEY = {"amount": 100, "currency": "USD"}
USE = {"id": "e1", "feature": "api-calls", "quantity": 1}
BODIES: dict[str, Json] = {
    "plans/save": {"entry": {"item_price_id": "growth", "name": "Growth"}},
    "subscriptions/create": {"itemPriceId": "growth"},
    "metering/record_usage": {"events": [USE | {"occurredAt": 1_790_000_000}]},
    "metering/estimate": {"feature": "api-calls", "quantity": 1},
    "metering/add_costs": {"costs": [{"id": "c1", "vendor": "model", **MONEY}]},
    "metering/void_use": {"key": "k1", "reason": "a bug"},
    "metering/correct_use": {"key": "k1", "quantity": 0, "reason": "a bug"},
    "metering/adjust_meter": {"key": "k1", "feature": "api-calls", "quantity": 1, "by": "ada", "reason": "a bug"},
    "metering/hold": USE,
    "metering/settle_hold": {"quantity": 1},
    "metering/adjust_wallet": {"id": "a1", "reason": "a gift", **MONEY},
    "metering/spending_cap": MONEY,
    "metering/save_alerts": {"thresholds": {"api-calls": [80]}},
    "metering/save_grant": {"feature": "sso", "by": "ada", "reason": "a pilot"},
    "payments/charge": {"key": "k1", "description": "Import", **MONEY},
    "payments/purchase": {"itemPriceId": "onboarding"},
    "payments/top_up": MONEY,
    "payments/auto_top_up": {"threshold": 0, "monthlyCap": 100, **MONEY},
}
"""Where nothing would be too little."""


def body_of(route: AnyRoute, **more: Any) -> Json | None:
    """A body that the route takes, None for a route without one."""
    return BODIES.get(route.function, {}) | more if route.body else None


def event_of(
    route: AnyRoute, claims: dict[str, Any] | None, *, reference: str | None = None, organization: str = "org_1"
) -> Json:
    """A call of the route. `reference` names an organization where a session does: in the body, else in the query.
    `organization` is the one that a machine names: in the path, else in the body, else in the query."""
    either = route.who in (Who.BUYER, Who.READER) and reference is None
    named = ({} if reference is None else {"referenceId": reference}) | (
        {"organizationId": organization} if either else {}
    )
    query = QUERIES.get(route.function, {}) | ({} if route.body else named)
    body = body_of(route, **(named if route.body else {}))
    event = http_event(str(route), claims=claims, body=body)
    return event | {"pathParameters": PATH | {"id": organization}, "queryStringParameters": query}


def right_caller(route: AnyRoute) -> dict[str, Any]:
    """Whom the route is for."""
    if route.who is Who.MACHINE:
        return MACHINE | {"scopes": [route.scope]}
    return MEMBER if route.who in (Who.MEMBER, Who.READER) else ADMIN
