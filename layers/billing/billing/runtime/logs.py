"""Logs and metrics: ids, types and outcomes, never a payload."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from billing.runtime.log_format import WithoutValues

NAMESPACE = "Billing"


@cache
def logger() -> Logger:
    """One structured logger a function; its service name comes from the template."""
    return Logger(logger_formatter=WithoutValues(serialize_stacktrace=False))


def count_many(metric: str, occurrences: int) -> None:
    """Put a number where the alarms look, zero too."""
    with single_metric(name=metric, unit=MetricUnit.Count, value=occurrences, namespace=NAMESPACE):
        pass


def measure(metric: str, seconds: int) -> None:
    """Put a duration where the alarms look."""
    with single_metric(name=metric, unit=MetricUnit.Seconds, value=seconds, namespace=NAMESPACE):
        pass


def count(metric: str, **ids: Any) -> None:
    """Count one occurrence that an operator should hear of, and log what it was about."""
    count_many(metric, 1)
    logger().warning(metric, extra=ids)
