"""The route of past use."""

from billing.metering.api.history_answers import UsageHistory
from billing.runtime.route import Route, Who

HISTORY = Route(
    "metering/usage_history",
    "GET",
    "/api/usage",
    Who.READER,
    UsageHistory,
    scope="billing:read",
    query=("from", "to", "feature", "referenceId", "organizationId"),
)

ROUTES = (HISTORY,)
