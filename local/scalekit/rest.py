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
from local.scalekit.config import Anonymous
from local.scalekit.contract import Binding, Operation, operations
from local.scalekit.refusal import Refused

Handler = Callable[[Request], Awaitable[Response]]


def rest_routes(api: Api, anonymous: Anonymous) -> list[Route]:
    """One catch-all: templates such as `organizations:external/{id}` are beyond the router's own syntax."""
    verbs = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    return [Route("/api/v1/{rest:path}", _endpoint(api, anonymous, tuple(operations())), methods=verbs)]


def _endpoint(api: Api, anonymous: Anonymous, known: tuple[Operation, ...]) -> Handler:
    async def endpoint(http: Request) -> Response:
        try:
            authorizations = http.headers.getlist("authorization")
            if authorizations or anonymous is Anonymous.REFUSED:
                api.authenticate(authorizations)
            operation, binding, parameters = _match(known, http)
            message = read_message(operation.request, await _fields(operation, binding, parameters, http))
            answer = as_json(api.call(operation, message))
        except Refused as refused:
            return JSONResponse(refused.as_json(), refused.http_status)
        return JSONResponse(answer, 201 if binding.verb == "POST" else 200)

    return endpoint


def _match(known: tuple[Operation, ...], http: Request) -> tuple[Operation, Binding, dict[str, str]]:
    for operation in known:
        for binding in operation.bindings:
            found = binding.path.fullmatch(http.url.path)
            if found and binding.verb == http.method:
                return operation, binding, found.groupdict()
    raise Refused("NOT_FOUND", "Not Found")


async def _fields(operation: Operation, binding: Binding, parameters: dict[str, str], http: Request) -> dict[str, Any]:
    if binding.body in ("", "*"):
        body = await _json(http, dict) if binding.body else {}
        return {**http.query_params, **body, **parameters}
    repeated = operation.request.DESCRIPTOR.fields_by_name[binding.body].is_repeated
    return {**http.query_params, binding.body: await _json(http, list if repeated else dict), **parameters}


async def _json[Body: (dict[str, Any], list[Any])](http: Request, kind: type[Body]) -> Body:
    """The body, which must be an object or an array as the contract has it; none at all is an empty one."""
    try:
        body = json.loads(await http.body() or b"null")
    except ValueError as error:
        raise Refused("INVALID_ARGUMENT", f"invalid JSON: {error}") from None
    if body is None:
        return kind()
    if not isinstance(body, kind):
        raise Refused("INVALID_ARGUMENT", "the body must be a JSON " + ("array" if kind is list else "object"))
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
