"""The gate, for your own functions: put the billing layers on them and call `require_active_plan` or `require_feature`.

The function needs the layers, the rights and the variables that docs/how-to/gate-in-your-function.md names.
"""

from __future__ import annotations

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.core.clock import utc_now
from billing.core.errors import Exhausted, PlanRequired
from billing.core.quantity import read_quantity
from billing.subscriptions.domain.access import Access, Reason
from billing.subscriptions.services.check_access import check_access


def plan_access(organization_id: str, plan: str) -> Access:
    """Whether the organization has the plan or add-on now, and why: one read of the table, and no call of Chargebee.

    `plan` is its name, whichever of its prices is paid; or an item price, which is meant alone unless it is the plan's
    name too. The plans are read once a minute, and only for who does not have the very item price. A cache that has
    been without news is verified in the background, once a minute at most. Raises NoSuchPlan for a name that neither
    the catalog nor the organization's subscriptions know.
    """
    access = check_access(organization_id, plan, _priced, wiring.policy(), wiring.store(), now=utc_now())
    return _verified(organization_id, access)


def feature_access(organization_id: str, feature: str, quantity: int | str = 1) -> Access:
    """Whether so much of the feature could be used now, as `plan_access`: a decimal is text, such as "0.5".

    Raises UnknownFeature, InvalidRequest for more decimals than it has, and ValueError for what is no quantity.
    """
    from billing.metering.services.read_entitlements import read_entitlement  # noqa: PLC0415 - plans need no metering

    found = read_entitlement(organization_id, feature, read_quantity(quantity), wiring.metering())
    refused = Reason(found.reason) if found.reason else Reason.EXHAUSTED
    return _verified(
        organization_id, Access(found.allowed, Reason.IN_PLAN if found.allowed else refused, found.unverified)
    )


def require_active_plan(organization_id: str, plan: str) -> None:
    """Raises PlanRequired unless the organization has the plan now: its name, or one of its item prices."""
    access = plan_access(organization_id, plan)
    if not access.allowed:
        raise PlanRequired(f"This needs the plan {plan} ({access.reason}).")


def require_feature(organization_id: str, feature: str, quantity: int | str = 1) -> None:
    """Raises PlanRequired unless the organization has the feature now, Exhausted when less than `quantity` is left."""
    access = feature_access(organization_id, feature, quantity)
    if access.reason is Reason.EXHAUSTED:
        raise Exhausted(f"Less than {quantity} is left of {feature}.")
    if not access.allowed:
        raise PlanRequired(f"This needs a plan with {feature} ({access.reason}).")


def _priced(name: str) -> tuple[str, ...]:
    return wiring.catalog().priced(name)


def _verified(organization_id: str, access: Access) -> Access:
    if access.verify:
        verify_soon(organization_id)
    return access
