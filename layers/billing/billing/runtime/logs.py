"""Logs and metrics: ids, types and outcomes, never a payload nor a vendor's words."""

import re
import traceback
from functools import cache
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from billing.core.chargebee_errors import ChargebeeBlocked, ChargebeeError, ChargebeeRejectedKey
from billing.core.errors import BillingError

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


_QUOTED = re.compile(r"""(?<!\w)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")(?!\w)""")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(LambdaPowertoolsFormatter):
    """The messages of other errors quote what they choked on: a payload, a vendor's text, a caller's."""

    def formatException(self, ei: _ExcInfo) -> str:
        """The frames of the error, and of what led to it."""
        error = ei[1]
        return "" if error is None else "".join(_frames(error))


def sentence(error: BillingError) -> str:
    """Our own words, without those that they quote."""
    return _QUOTED.sub("...", str(error))


def reason(error: BaseException) -> str:
    """Our own sentence; AWS's code and operation; of any other error its kind."""
    if isinstance(error, BillingError):
        return f"{type(error).__name__}: {sentence(error)}"
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        operation = getattr(error, "operation_name", "a call")
        return f"{type(error).__name__}: {answer['Error'].get('Code')} of {operation}"
    return type(error).__name__


def _frames(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = [] if cause is None else [*_frames(cause), "which led to\n"]
    return [*before, *traceback.format_tb(error.__traceback__), f"{reason(error)}\n"]
