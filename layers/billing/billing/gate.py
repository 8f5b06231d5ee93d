"""The gate, for your own functions: put the billing layers on them and call `require_active_plan` or `require_feature`.

The function needs the layers, the rights and the variables that docs/how-to/gate-in-your-function.md names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.app import wiring
from billing.app.verification import verify_soon
from billing.core.clock import utc_now
from billing.core.errors import Exhausted, NoSuchPlan, PlanRequired
from billing.subscriptions.domain.access import Access, Reason
from billing.subscriptions.services.check_access import check_access

if TYPE_CHECKING:
    from collections.abc import Collection


def plan_access(organization_id: str, plan: str) -> Access:
    """Whether the organization has the plan or add-on now, and why: one read of the table, and no call of Chargebee.

    `plan` is its name, whichever of its prices is paid; or one item price alone. The plans are read once a minute. A
    cache that has been without news is verified in the background, once a minute at most. Raises NoSuchPlan for a name
    that neither the catalog nor the organization's subscriptions know.
    """
    return _access(organization_id, plan, wiring.catalog().priced(plan))


def item_price_access(organization_id: str, item_price_id: str) -> Access:
    """The same of one item price, and of no other price of its plan."""
    return _access(organization_id, item_price_id, (item_price_id,))


def feature_access(organization_id: str, feature: str, quantity: int = 1) -> Access:
    """Whether so much of the feature could be used now, as `plan_access`. Raises UnknownFeature."""
    from billing.metering.services.read_entitlements import read_entitlement  # noqa: PLC0415 - plans need no metering

    found = read_entitlement(organization_id, feature, quantity, wiring.metering())
    refused = Reason(found.reason) if found.reason else Reason.EXHAUSTED
    return _verified(
        organization_id, Access(found.allowed, Reason.IN_PLAN if found.allowed else refused, found.unverified)
    )


def require_active_plan(organization_id: str, plan: str) -> None:
    """Raises PlanRequired unless the organization has the plan now: its name, or one of its item prices."""
    access = plan_access(organization_id, plan)
    if not access.allowed:
        raise PlanRequired(f"This needs the plan {plan} ({access.reason}).")


def require_feature(organization_id: str, feature: str, quantity: int = 1) -> None:
    """Raises PlanRequired unless the organization has the feature now, Exhausted when less than `quantity` is left."""
    access = feature_access(organization_id, feature, quantity)
    if access.reason is Reason.EXHAUSTED:
        raise Exhausted(f"Less than {quantity} is left of {feature}.")
    if not access.allowed:
        raise PlanRequired(f"This needs a plan with {feature} ({access.reason}).")


def _access(organization_id: str, name: str, item_price_ids: Collection[str]) -> Access:
    access = check_access(organization_id, item_price_ids or (name,), wiring.policy(), wiring.store(), utc_now())
    if access.reason in (Reason.NO_SUBSCRIPTION, Reason.OTHER_PLAN) and not wiring.catalog().priced(name):
        raise NoSuchPlan(f"There is no plan {name!r}.")
    return _verified(organization_id, access)


def _verified(organization_id: str, access: Access) -> Access:
    if access.verify:
        verify_soon(organization_id)
    return access
