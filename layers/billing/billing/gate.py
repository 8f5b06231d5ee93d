"""The gate, for your own functions: put the billing layers on them and call `require_active_plan`.

The function needs the same environment, and read access to the table; see the `Access` function in `template.yaml`.
"""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.core.errors import PlanRequired
from billing.subscriptions.domain.access import Access
from billing.subscriptions.services.check_access import check_access


def plan_access(organization_id: str, item_price_id: str) -> Access:
    """Whether the organization has the plan or add-on now, and why. One read of the table in all but rare cases.

    Raises the ChargebeeError when the cache has been without news for days and Chargebee cannot be asked.
    """
    return check_access(
        organization_id, item_price_id, wiring.policy(), store=wiring.store(), now=utc_now(), ports=wiring.ports
    )


def require_active_plan(organization_id: str, item_price_id: str) -> None:
    """Raises PlanRequired unless the organization has the plan now."""
    access = plan_access(organization_id, item_price_id)
    if not access.allowed:
        raise PlanRequired(f"This needs the plan {item_price_id} ({access.reason}).")
