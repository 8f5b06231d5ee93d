"""Logs and metrics: one id from click to hook, types and outcomes, never a payload nor a vendor's words."""

import re
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from billing.core.chargebee_errors import (
    ChargebeeBlocked,
    ChargebeeError,
    ChargebeeMisconfigured,
    ChargebeeRejectedKey,
)
from billing.core.errors import BillingError
from billing.core.invocation import CARRIED, caused_by, deadline

NAMESPACE = "Billing"


@cache
def logger() -> Logger:
    """One structured logger a function; its service name comes from the template."""
    return Logger(logger_formatter=WithoutValues(serialize_stacktrace=False, location=None))


@contextmanager
def about(**ids: str | None) -> Iterator[None]:
    """Every line within says the ids that are not None, and of what was said around it whose invocation it is."""
    around = dict(logger().thread_safe_get_current_keys())
    kept = {name: around.get(name) for name in ("function", "function_request_id", "request_id")}
    _say(kept | {name: value for name, value in ids.items() if value})
    try:
        yield
    finally:
        _say(around)


@contextmanager
def invocation(context: Any, **ids: str | None) -> Iterator[None]:
    """Where every handler begins. What no request to the API began is named after the invocation.

    What escapes is logged, and raised.
    """
    deadline.begin(context)
    own = getattr(context, "aws_request_id", None)
    name = getattr(context, "function_name", None)
    with about(**{"function": name, "function_request_id": own, "request_id": own, **ids}):
        try:
            yield
        except Exception as error:
            log_failure("invocation_failed", error)
            raise


def learned(**ids: Any) -> None:
    """What is known only now, for the lines from here on."""
    logger().thread_safe_append_keys(**{name: value for name, value in ids.items() if value})
    caused_by(logger().thread_safe_get_current_keys())


def of_request(event: Mapping[str, Any]) -> dict[str, str | None]:
    """The gateway's id of an HTTP API event, and its route."""
    request = event.get("requestContext", {})
    return {"request_id": request.get("requestId"), "route": event.get("routeKey")}


def attributes(known: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """A cause as the attributes of a message, which whoever does not know them leaves alone."""
    return {name: {"DataType": "String", "StringValue": known[name]} for name in CARRIED if known.get(name)}


def carried(record: Mapping[str, Any]) -> dict[str, str]:
    """The cause that a queue's record carries. One that was sent by a version of before carries none."""
    told = record.get("messageAttributes") or {}
    return {name: told[name]["stringValue"] for name in CARRIED if name in told}


def _say(ids: Mapping[str, Any]) -> None:
    logger().thread_safe_clear_keys()
    learned(**ids)


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

    A defect of ours comes with its traceback; that Chargebee refuses our key, or lacks what is sold, is counted too.
    """
    if not isinstance(error, BillingError):
        logger().error(message, extra={"code": "internal_error", **more}, exc_info=error)
        return
    logger().warning(message, extra={"code": error.code, "error": type(error).__name__, **_told(error), **more})
    if isinstance(error, ChargebeeRejectedKey | ChargebeeBlocked):
        count("chargebee_refused_our_key", code=error.code)
    if isinstance(error, ChargebeeMisconfigured):
        count("chargebee_not_set_up", code=error.code, reason=sentence(error))


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
