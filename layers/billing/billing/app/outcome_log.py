"""The log line of what became of a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing.runtime.logs import count, learned, logger
from billing.subscriptions.domain.billing_event import RECONCILED
from billing.subscriptions.domain.decision import Alert
from billing.subscriptions.domain.transaction import Outcome

if TYPE_CHECKING:
    from billing.subscriptions.services.apply_event import AppliedSnapshot


def log_applied(applied: AppliedSnapshot, **ids: Any) -> None:
    """Log what became of a snapshot, and count what an operator should hear of: news that only reconciliation brought
    is a webhook that was lost."""
    learned(organization_id=applied.organization_id)
    logger().info("applied", extra={"outcome": str(applied.outcome), **ids})
    if ids.get("type") == RECONCILED and applied.outcome is Outcome.APPLIED:
        count("drift_repaired", **ids)
    for warning in applied.warnings:
        if warning != Alert.SECOND_LIVE_SUBSCRIPTION or _pays_twice(applied.organization_id):
            count(warning, **ids)


def _pays_twice(organization_id: str | None) -> bool:
    """Whether two that are live are of one line: others are sold side by side."""
    if organization_id is None:
        return True
    from billing.app import wiring  # noqa: PLC0415 - hardly ever
    from billing.subscriptions.domain.line import doubled  # noqa: PLC0415

    return doubled(wiring.store().load(organization_id).live, wiring.catalog())
