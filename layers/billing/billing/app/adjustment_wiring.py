"""The adapter for adjustments of meters, made once for a warm function, and imported where there are some."""

from functools import cache
from typing import TYPE_CHECKING

from billing.app.clients import client
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from billing.metering.table.adjustments import DynamoAdjustments


@cache
def adjustments() -> "DynamoAdjustments":
    """The adjustments of meters."""
    from billing.metering.table.adjustments import DynamoAdjustments  # noqa: PLC0415 - hardly ever

    return DynamoAdjustments(client("dynamodb"), settings()["TABLE_NAME"])
