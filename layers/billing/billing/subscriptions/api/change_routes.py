"""The route of what a change would cost."""

from billing.runtime.route import Route, Who
from billing.subscriptions.api.estimate_answers import ChangePreview
from billing.subscriptions.api.routes import UPDATE

PREVIEW = Route(
    "subscriptions/preview",
    "POST",
    "/api/subscription/preview",
    Who.ADMIN,
    ChangePreview,
    body=UPDATE.body,
    errors=UPDATE.errors,
)

ROUTES = (PREVIEW,)
