"""Answers of the HTTP API: JSON, and one shape for every error."""

import json
from collections.abc import Mapping
from typing import Any

from billing.core import chargebee_errors, errors
from billing.core.invocation import cause
from billing.runtime.logs import count, log_failure

Response = dict[str, Any]

_STATUS: tuple[tuple[type[errors.BillingError], int], ...] = (
    (errors.Unauthenticated, 401),
    (errors.Forbidden, 403),
    (errors.NoSuchPlan, 422),
    (errors.InvalidRequest, 400),
    (errors.SubscriptionExists, 400),
    (errors.PayloadTooLarge, 413),
    (errors.RateLimited, 429),
    (errors.SubscriptionNotFound, 404),
    (errors.OrganizationNotFound, 404),
    (errors.NotFound, 404),
    (errors.UnknownFeature, 422),
    (errors.EventConflict, 409),
    (errors.Exhausted, 402),
    (errors.PlanRequired, 402),
    (errors.OrganizationDeleted, 410),
    (errors.CustomerConflict, 409),
    (errors.InvalidState, 409),
    (errors.Conflict, 409),
    (errors.Throttled, 503),
    (chargebee_errors.ChargebeeMisconfigured, 409),
    (chargebee_errors.ChargebeeRefused, 409),
    (chargebee_errors.ChargebeeRateLimited, 503),
    (chargebee_errors.ChargebeeTimeout, 504),
    (chargebee_errors.ChargebeeKeyReused, 500),
    (chargebee_errors.ChargebeeError, 502),
    (errors.BillingError, 500),
)
"""The first match counts, so that a class stands before its parents."""


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. Billing state must not be cached."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body),
    }


def redirect(url: str) -> Response:
    """Send the browser on."""
    return {"statusCode": 302, "headers": {"location": url, "cache-control": "no-store"}, "body": ""}


def refusal(error: Exception) -> Response:
    """The answer to an error: a sentence, a stable code, and the id by which an operator finds the request.

    What is not a BillingError says nothing of itself.
    """
    request = {"requestId": request_id} if (request_id := cause().get("request_id")) else {}
    if not isinstance(error, errors.BillingError):
        log_failure("unhandled_error", error)
        count("internal_error")
        told = "Something went wrong on our side. Try again."
        return answer({"error": told, "code": "internal_error", **request}, 500)
    status = status_of(type(error))
    log_failure("refused", error, status=status)
    return answer({"error": str(error), "code": error.code, **request}, status, _headers(error))


def status_of(kind: type[errors.BillingError]) -> int:
    """The HTTP status of an error."""
    return next(status for each, status in _STATUS if issubclass(kind, each))


def _headers(error: errors.BillingError) -> dict[str, str]:
    if isinstance(error, errors.RateLimited | errors.Throttled | chargebee_errors.ChargebeeRateLimited):
        return {"retry-after": str(error.retry_after)}
    return {}
