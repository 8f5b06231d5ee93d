"""The routes around a change that is not made yet."""

from billing.runtime.route import Route, Who
from billing.subscriptions.api.answers import WithdrawnChange
from billing.subscriptions.api.estimate_answers import ChangePreview
from billing.subscriptions.api.routes import RESTORE, UPDATE

PREVIEW = Route(
    "subscriptions/preview",
    "POST",
    "/api/subscription/preview",
    Who.ADMIN,
    ChangePreview,
    body=UPDATE.body,
    errors=UPDATE.errors,
)

WITHDRAW_CHANGE = Route(
    "subscriptions/withdraw_change",
    "DELETE",
    "/api/subscription/scheduled-change",
    Who.ADMIN,
    WithdrawnChange,
    query=("subscriptionId", "referenceId"),
    errors=RESTORE.errors,
)

ROUTES = (PREVIEW, WITHDRAW_CHANGE)
