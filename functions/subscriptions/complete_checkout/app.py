"""Sync what was just bought, and send the browser back to the application."""

from typing import Any

from billing.app import wiring
from billing.app.budgets import budgets
from billing.core.clock import utc_now
from billing.runtime.browser_return import follow
from billing.subscriptions.services.complete_checkout import complete_checkout


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return follow(
        event,
        context,
        site=lambda: wiring.site(""),
        now=utc_now(),
        budgets=budgets,
        sync=lambda target: complete_checkout(target, wiring.ports()),
    )
