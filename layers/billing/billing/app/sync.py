"""Read one organization from Chargebee, and log what that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.app import wiring
from billing.app.outcome_log import log_applied
from billing.subscriptions.domain.transaction import Outcome
from billing.subscriptions.services.resync_organization import resync_organization

if TYPE_CHECKING:
    from billing.organizations.api.answers import SyncView


def sync(organization_id: str) -> SyncView:
    """Read one organization from Chargebee now."""
    results = resync_organization(organization_id, wiring.ports())
    for applied in results:
        log_applied(applied, organization_id=organization_id)
    _read_levels(organization_id)
    changed = sum(applied.outcome is Outcome.APPLIED for applied in results)
    return {"organizationId": organization_id, "subscriptions": len(results), "changed": changed}


def _read_levels(organization_id: str) -> None:
    from billing.app.plan_wiring import says_levels  # noqa: PLC0415 - after all that is waited for

    if says_levels():
        from billing.app.levels import read_levels  # noqa: PLC0415 - only where Chargebee says levels

        read_levels(organization_id)
