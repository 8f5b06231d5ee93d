"""Every route of the HTTP API, room by room."""

from typing import Any

from billing.metering.api.adjustment_routes import ROUTES as ADJUSTMENTS
from billing.metering.api.history_routes import ROUTES as HISTORY
from billing.metering.api.limit_routes import ROUTES as LIMITS
from billing.metering.api.routes import ROUTES as METERING
from billing.organizations.api.routes import ROUTES as ORGANIZATIONS
from billing.payments.api.invoice_routes import ROUTES as INVOICES
from billing.payments.api.routes import ROUTES as PAYMENTS
from billing.runtime.route import Route
from billing.runtime.routes import ROUTES as RUNTIME
from billing.subscriptions.api.change_routes import ROUTES as CHANGES
from billing.subscriptions.api.routes import ROUTES as SUBSCRIPTIONS

ROUTES: tuple[Route[Any], ...] = (
    *RUNTIME,
    *SUBSCRIPTIONS,
    *CHANGES,
    *METERING,
    *LIMITS,
    *HISTORY,
    *ADJUSTMENTS,
    *PAYMENTS,
    *INVOICES,
    *ORGANIZATIONS,
)
