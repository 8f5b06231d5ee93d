"""The gate, for your own functions: put the billing layers on them and call `require_active_plan`.

The function needs the layers, the rights and the variables that docs/how-to/gate-in-your-function.md names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.core.clock import utc_now
from billing.core.errors import PlanRequired
from billing.subscriptions.services.check_access import check_access

if TYPE_CHECKING:
    from billing.subscriptions.domain.access import Access


def plan_access(organization_id: str, item_price_id: str) -> Access:
    """Whether the organization has the plan or add-on now, and why: one read of the table, and no call of Chargebee.

    A cache that has been without news is verified in the background, once a minute at most.
    """
    access = check_access(organization_id, item_price_id, wiring.policy(), wiring.store(), utc_now())
    if access.verify:
        verify_soon(organization_id)
    return access


def require_active_plan(organization_id: str, item_price_id: str) -> None:
    """Raises PlanRequired unless the organization has the plan now."""
    access = plan_access(organization_id, item_price_id)
    if not access.allowed:
        raise PlanRequired(f"This needs the plan {item_price_id} ({access.reason}).")
