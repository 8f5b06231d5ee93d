"""The routes of the HTTP API: authenticate, authorize, parse, call, answer. In that order, everywhere."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from billing.core import chargebee_errors, errors
from billing.core.errors import InvalidRequest
from billing.core.invocation import cause
from billing.core.names import CHOSEN, SETTLEMENT
from billing.runtime.authentication import Event, authenticate
from billing.runtime.caller import Caller, admit, organization_of
from billing.runtime.logs import count, invocation, learned, log_failure, logger, of_request
from billing.runtime.route import Route

Response = dict[str, Any]
Handler = Callable[[dict[str, Any], Any], Response]

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


@dataclass(frozen=True, slots=True)
class Request:
    """A call that may proceed: who makes it, about which organization, and what else came with it.

    `organization_id` is empty where a machine asks about all of them.
    """

    caller: Caller
    organization_id: str
    host: str
    path: Mapping[str, str]
    query: Mapping[str, str]

    def named(self, parameter: str) -> str:
        """The hold or the use in the path. Raises InvalidRequest for what none could be called."""
        name = self.path[parameter]
        if not CHOSEN.allows(name) and not CHOSEN.allows(name.removeprefix(SETTLEMENT)):
            raise InvalidRequest(f"{parameter}: {CHOSEN.sentence}")
        return name


def serve[Answer: Mapping[str, object]](route: Route[Answer]) -> Callable[[Callable[..., Answer]], Handler]:
    """Make a handler: authenticate, authorize and parse as the route says, call, answer.

    The function takes the Request and, where its route has one, the body.
    """

    def decorate(handle: Callable[..., Answer]) -> Handler:
        @wraps(handle)
        def handler(event: dict[str, Any], context: Any) -> Response:
            with invocation(context, **of_request(event)):
                try:
                    answered = answer(handle(*_arguments(route, event)))
                except Exception as error:
                    return refusal(error)
                if route.method != "GET":
                    logger().info("done")
                return answered

        return handler

    return decorate


def answer(body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer. Billing state must not be cached."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store", **(headers or {})},
        "body": json.dumps(body),
    }


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


def read_body(event: Event) -> bytes:
    """The body's bytes as they were sent. Raises InvalidRequest."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise InvalidRequest("The body is not what its encoding promises.") from None


def read_json(raw: bytes, read_object: Callable[[list[tuple[str, Any]]], Any] = dict) -> Any:
    """Raises InvalidRequest for anything but well-formed JSON in UTF-8: no NaN, no nesting without end.

    Of a field that is named twice the last one counts, unless `read_object` says otherwise.
    """
    try:
        return json.loads(raw.decode(), parse_constant=_not_json, object_pairs_hook=read_object)
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not JSON.") from None


def each_once(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose writer can have meant one thing only. Raises InvalidRequest."""
    named = dict(fields)
    if len(named) != len(fields):
        raise InvalidRequest("A field is named twice.")
    return named


def _not_json(name: str) -> None:
    raise ValueError(name)


def _arguments(route: Route[Any], event: Event) -> tuple[Any, ...]:
    caller = authenticate(event)
    learned(organization_id=caller.organization_id)
    path, query = event.get("pathParameters") or {}, event.get("queryStringParameters") or {}
    admit(route, caller, path)
    body = _body(route, event)
    organization_id = organization_of(route, caller, path, query, body)
    learned(organization_id=organization_id)
    host = str(event.get("requestContext", {}).get("domainName", ""))
    request = Request(caller, organization_id, host, path, query)
    return (request, body) if route.body else (request,)


def _body(route: Route[Any], event: Event) -> Any:
    if not route.body:
        return None
    from billing.runtime.parsing import parse  # noqa: PLC0415 - pydantic, only where there are bodies

    return parse(route.body_model(), read_json(read_body(event), each_once))
