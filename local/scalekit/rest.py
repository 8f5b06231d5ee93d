"""The management API over REST, at the routes that the SDK's descriptors annotate."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.scalekit.api import Api
from local.scalekit.contract import Operation, operations
from local.scalekit.refusal import Refused

Handler = Callable[[Request], Awaitable[Response]]


def rest_routes(api: Api) -> list[Route]:
    """One catch-all: templates such as `organizations:external/{id}` are beyond the router's own syntax."""
    verbs = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    return [Route("/api/v1/{rest:path}", _endpoint(api, tuple(operations())), methods=verbs)]


def _endpoint(api: Api, known: tuple[Operation, ...]) -> Handler:
    async def endpoint(http: Request) -> Response:
        try:
            _authenticate(api, http)
            operation, parameters = _match(known, http)
            message = read_message(operation.request, await _fields(operation, parameters, http))
            answer = as_json(api.call(operation, message))
        except Refused as refused:
            return JSONResponse(refused.as_json(), refused.http_status)
        return JSONResponse(answer, 201 if operation.verb == "POST" else 200)

    return endpoint


def _authenticate(api: Api, http: Request) -> None:
    """A call without any Authorization header stands for a human at the vendor's dashboard."""
    authorizations = http.headers.getlist("authorization")
    if authorizations:
        api.authenticate(authorizations)


def _match(known: tuple[Operation, ...], http: Request) -> tuple[Operation, dict[str, str]]:
    for operation in known:
        found = operation.path.fullmatch(http.url.path)
        if found and operation.verb == http.method:
            return operation, found.groupdict()
    raise Refused("NOT_FOUND", "Not Found")


async def _fields(operation: Operation, parameters: dict[str, str], http: Request) -> dict[str, Any]:
    body = await _json_object(http) if operation.body else {}
    named = {operation.body: body} if operation.body not in ("", "*") else body
    return {**http.query_params, **named, **parameters}


async def _json_object(http: Request) -> dict[str, Any]:
    try:
        body = json.loads(await http.body() or b"{}")
    except ValueError as error:
        raise Refused("INVALID_ARGUMENT", f"invalid JSON: {error}") from None
    if not isinstance(body, dict):
        raise Refused("INVALID_ARGUMENT", "the body must be a JSON object")
    return body


def read_message[M: Message](kind: type[M], fields: dict[str, Any]) -> M:
    """A message out of JSON; an unknown field or a wrong type is refused."""
    message: M = kind()
    try:
        json_format.ParseDict(fields, message)
    except json_format.ParseError as error:
        raise Refused("INVALID_ARGUMENT", str(error)) from None
    return message


def as_json(message: Message) -> dict[str, Any]:
    fields: dict[str, Any] = json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return fields
