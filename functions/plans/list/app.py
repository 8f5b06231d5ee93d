"""GET /api/plans"""

from typing import Any

from billing.app import wiring
from billing.runtime.http import Request, route
from billing.subscriptions.api.views import plan_view


@route
def handler(request: Request) -> dict[str, Any]:
    """The plans in display order; the default one is what everybody has, and not for sale."""
    return {"plans": [plan_view(plan) for plan in wiring.catalog()().plans.values()]}
