"""The plans as they are written, and who hears of those that are wrong or missing."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from billing.app import wiring
from billing.app.clients import client
from billing.runtime.logs import count
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from billing.plans.catalog_plans import RefusedPlan
    from billing.subscriptions.services.revise_plan import Seen
    from billing.subscriptions.table.plan_rows import DynamoPlanRows


def catalog_document() -> Mapping[str, Any]:
    """The file of the layer, unchecked."""
    return tomllib.loads(wiring.CATALOG_FILE.read_text())


@cache
def says_levels() -> bool:
    """Whether the file leaves any level to Chargebee, without a look at anything else."""
    from billing.plans.catalog_fields import HEAD  # noqa: PLC0415 - hardly ever

    return not HEAD.isdisjoint(catalog_document())


@cache
def plan_rows() -> "DynamoPlanRows":
    """The plans' side of the table."""
    from billing.subscriptions.table.plan_rows import DynamoPlanRows  # noqa: PLC0415 - only where plans are changed

    return DynamoPlanRows(client("dynamodb"), settings()["TABLE_NAME"])


def seen(version: str | None) -> "Seen | None":
    """The version of a plan that a caller saw, None for whichever it is."""
    from billing.subscriptions.services.revise_plan import Seen  # noqa: PLC0415 - only where plans are changed

    return None if version is None else Seen(version, catalog_document())


def tell_of_refused_plan(row: "RefusedPlan") -> None:
    """A row of the table that is no plan."""
    count("plan_refused", plan=row.key, reason=row.problem)


@cache
def tell_of_unknown_plan(item_price_id: str) -> None:
    """An item price that somebody pays and nobody described: once for a warm function, which gates ask often."""
    count("plan_unknown", plan=item_price_id)
