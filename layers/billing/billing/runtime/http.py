"""The routes of the HTTP API: authenticate, authorize, parse, call, answer. In that order, everywhere."""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from billing.core.errors import InvalidRequest
from billing.runtime.answers import Response, answer, refusal
from billing.runtime.caller import Caller
from billing.runtime.callers import (
    Event,
    authenticate,
    authorize_reference,
    require_billing_admin,
    require_organization,
    require_scope,
)

if TYPE_CHECKING:
    from billing.runtime.parsing import Body, Strict

Handler = Callable[[dict[str, Any], Any], Response]

_ID = re.compile(r"[A-Za-z0-9_.:@+~-]{1,100}")
_NAME = re.compile(r"\S{1,105}")
"""A hold, or a use: the caller's hundred characters, and for a settlement's use what we put before them."""


@dataclass(frozen=True, slots=True)
class Request:
    """A call that may proceed: who makes it, for which organization, and what else came with it."""

    caller: Caller
    organization_id: str
    host: str
    path: Mapping[str, str]
    query: Mapping[str, str]


def route(handle: Callable[[Request], Mapping[str, Any]]) -> Handler:
    """A route for every member of the organization."""

    @wraps(handle)
    def respond(event: Event) -> Mapping[str, Any]:
        caller = authenticate(event)
        return handle(_request(event, caller, _own(event, caller)))

    return _handler(respond)


@dataclass(frozen=True, slots=True)
class MachineRequest:
    """A call of the team's own backend that may proceed."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    content: bytes

    @property
    def organization_id(self) -> str:
        """The organization in the path. Raises InvalidRequest for what no organization could be called."""
        return organization_named(self.path["id"])

    def named(self, parameter: str) -> str:
        """The hold or the use in the path. Raises InvalidRequest for what none could be called."""
        if not _NAME.fullmatch(self.path[parameter]):
            raise InvalidRequest(f"{parameter} is 1 to 100 characters without a space.")
        return self.path[parameter]

    def body[Kind: "Strict"](self, kind: type[Kind]) -> Kind:
        """The body, exactly as `kind` wants it. Raises InvalidRequest."""
        from billing.runtime.parsing import parse  # noqa: PLC0415 - pydantic, only where there are bodies

        return parse(kind, read_json(self.content))


def organization_named(name: str) -> str:
    """An organization that the team's backend names. Raises InvalidRequest for what none could be called."""
    if not _ID.fullmatch(name):
        raise InvalidRequest("An organization id is 1 to 100 letters, digits or any of _ . : @ + ~ -")
    return name


def machine_route(scope: str) -> Callable[[Callable[[MachineRequest], Mapping[str, Any]]], Handler]:
    """A route for the team's own backend: a client-credentials token with the scope, the organization in the path."""

    def decorate(handle: Callable[[MachineRequest], Mapping[str, Any]]) -> Handler:
        @wraps(handle)
        def respond(event: Event) -> Mapping[str, Any]:
            require_scope(authenticate(event), scope)
            return handle(MachineRequest(event.get("pathParameters") or {}, _query(event), read_body(event)))

        return _handler(respond)

    return decorate


def admin_route[Kind: "Body"](
    kind: type[Kind],
) -> Callable[[Callable[[Request, Kind], Mapping[str, Any]]], Handler]:
    """A route for the organization's billing admins, with a body of one kind."""
    return body_route(kind, _check_admin, lambda caller, body: authorize_reference(caller, body.reference_id))


def body_route[Kind: "Body"](
    kind: type[Kind],
    check: Callable[[Caller], None],
    organization_of: Callable[[Caller, Kind], str],
) -> Callable[[Callable[[Request, Kind], Mapping[str, Any]]], Handler]:
    """A route with a body of one kind, for whomever `check` lets in and `organization_of` lets act."""

    def decorate(handle: Callable[[Request, Kind], Mapping[str, Any]]) -> Handler:
        @wraps(handle)
        def respond(event: Event) -> Mapping[str, Any]:
            from billing.runtime.parsing import parse  # noqa: PLC0415 - pydantic, only where there are bodies

            caller = authenticate(event)
            check(caller)
            body = parse(kind, read_json(read_body(event)))
            return handle(_request(event, caller, organization_of(caller, body)), body)

        return _handler(respond)

    return decorate


def admin_action(handle: Callable[[Request], Mapping[str, Any]]) -> Handler:
    """A route for the organization's billing admins without a body: its path says what to act on."""

    @wraps(handle)
    def respond(event: Event) -> Mapping[str, Any]:
        caller = authenticate(event)
        _check_admin(caller)
        return handle(_request(event, caller, _own(event, caller)))

    return _handler(respond)


def read_body(event: Event) -> bytes:
    """The body's bytes as they were sent. Raises InvalidRequest."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise InvalidRequest("The body is not what its encoding promises.") from None


def read_json(raw: bytes) -> Any:
    """Raises InvalidRequest for anything but well-formed JSON in UTF-8: no NaN, no nesting without end."""
    try:
        return json.loads(raw.decode(), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not JSON.") from None


def _not_json(name: str) -> None:
    raise ValueError(name)


def _handler(respond: Callable[[Event], Mapping[str, Any]]) -> Handler:
    def handler(event: dict[str, Any], context: Any) -> Response:
        try:
            return answer(respond(event))
        except Exception as error:
            return refusal(error)

    return handler


def _check_admin(caller: Caller) -> None:
    require_organization(caller)
    require_billing_admin(caller)


def _own(event: Event, caller: Caller) -> str:
    """The organization that a request without a body is about: one's own."""
    return authorize_reference(caller, _query(event).get("referenceId"))


def _request(event: Event, caller: Caller, organization_id: str) -> Request:
    return Request(
        caller=caller,
        organization_id=organization_id,
        host=str(event.get("requestContext", {}).get("domainName", "")),
        path=event.get("pathParameters") or {},
        query=_query(event),
    )


def _query(event: Event) -> Mapping[str, str]:
    return event.get("queryStringParameters") or {}
