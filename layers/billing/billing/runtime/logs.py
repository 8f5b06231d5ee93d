"""Logs and metrics: ids, types and outcomes, never a payload nor a vendor's words."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from billing.core.chargebee_errors import ChargebeeBlocked, ChargebeeError, ChargebeeRejectedKey
from billing.core.errors import BillingError
from billing.runtime.log_format import WithoutValues, sentence

NAMESPACE = "Billing"


@cache
def logger() -> Logger:
    """One structured logger a function; its service name comes from the template."""
    return Logger(logger_formatter=WithoutValues(serialize_stacktrace=False))


def count_many(metric: str, occurrences: int) -> None:
    """Put a number where the alarms look, zero too."""
    with single_metric(name=metric, unit=MetricUnit.Count, value=occurrences, namespace=NAMESPACE):
        pass


def measure(metric: str, seconds: int, **dimensions: str) -> None:
    """Put a duration where the alarms look."""
    with single_metric(name=metric, unit=MetricUnit.Seconds, value=seconds, namespace=NAMESPACE) as written:
        for name, value in dimensions.items():
            written.add_dimension(name=name, value=value)


def count(metric: str, **ids: Any) -> None:
    """Count an occurrence for the alarms, and log the ids that it was about."""
    count_many(metric, 1)
    logger().warning(metric, extra=ids)


def log_failure(message: str, error: Exception, **more: Any) -> None:
    """One line of what failed, for whom, and what the vendor answered, never in its words.

    A defect of ours comes with its traceback; that Chargebee refuses our key is counted too.
    """
    if not isinstance(error, BillingError):
        logger().error(message, extra={"code": "internal_error", **more}, exc_info=error)
        return
    logger().warning(message, extra={"code": error.code, "error": type(error).__name__, **_told(error), **more})
    if isinstance(error, ChargebeeRejectedKey | ChargebeeBlocked):
        count("chargebee_refused_our_key", code=error.code)


def _told(error: BillingError) -> dict[str, Any]:
    """Our own words, or of Chargebee's answer its status and code."""
    if isinstance(error, ChargebeeError):
        return {"upstream_status": error.upstream_status, "upstream_code": error.upstream_code}
    return {"reason": sentence(error)}
