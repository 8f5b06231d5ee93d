"""Set at which percentages of its limits an organization's uses are announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing.metering.services.ports import UsageStore
    from billing.plans.plan import Catalog


def save_alerts(
    organization_id: str, alerts: Mapping[str, Sequence[int]], catalog: Catalog, store: UsageStore
) -> Mapping[str, Sequence[int]]:
    """They take the place of all that were set before; a feature that is not among them has its plan's.

    Raises UnknownFeature, UnknownOrganization.
    """
    for feature in alerts:
        catalog.check_feature(feature)
    store.account(organization_id)
    store.save_alerts(organization_id, alerts)
    return alerts
