"""The OpenAPI document, made from the route table, the request models and the samples."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from billing.app.routes import ROUTES
from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import BillingError
from billing.core.names import CHOSEN, FEATURE, ORGANIZATION
from billing.runtime.http import status_of
from billing.runtime.route import Redirect, Who
from tests.deployment.template import ROOT, functions
from tests.reference.events import DOCS
from tests.reference.http_api import AnyRoute, children, definitions, who
from tests.reference.tables import documented
from tests.samples import sample

type Json = dict[str, Any]

BEARER = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
SECURITY_SCHEMES: Json = {
    "session": BEARER | {"description": "A Scalekit access token of somebody signed in to an organization."},
    "machine": BEARER | {"description": "A client-credentials token of a Scalekit machine client, with the scope."},
    "chargebeeWebhook": {"type": "http", "scheme": "basic", "description": "What the webhook has at Chargebee."},
    "scalekitWebhook": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Over `webhook-id`, `webhook-timestamp` and the body.",
    },
}
REFUSALS: Json = {
    "Refusal": {
        "type": "object",
        "description": "Every error has a stable code; those of a status are listed where it may be answered.",
        "required": ["error", "code"],
        "properties": {
            "error": {"type": "string", "description": "A sentence for people."},
            "code": {"anyOf": [{"$ref": "#/$defs/ErrorCode"}, {"type": "string"}]},
            "requestId": {"type": "string", "description": "By which an operator finds the request."},
        },
    },
    "Unauthorized": {
        "description": "What the gateway refuses itself has no code.",
        "anyOf": [
            {"$ref": "#/$defs/Refusal"},
            {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}},
        ],
    },
}
OF_EVERY_ROUTE = frozenset({"internal_error", "invalid_catalog"})
RULES = {"id": ORGANIZATION, "feature": FEATURE}
"""Of names in a path; every other one is an id that a caller chose."""
SECURITY: Mapping[Who, tuple[str, ...]] = {
    Who.MEMBER: ("session",),
    Who.ADMIN: ("session",),
    Who.MACHINE: ("machine",),
    Who.BUYER: ("session", "machine"),
    Who.READER: ("session", "machine"),
    Who.BROWSER: (),
    Who.ANYBODY: (),
}


def document() -> Json:
    """For OpenAPI 3.1."""
    paths: dict[str, Json] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    shapes = definitions(route.answer for route in ROUTES if route.answer is not Redirect)
    shapes |= definitions(route.body_model() for route in ROUTES if route.body)
    told = json.dumps([paths, shapes, REFUSALS])
    schemas = {
        name: documented(name, shape) if "properties" in shape else shape
        for name, shape in shapes.items()
        if f'/{name}"' in told  # what a field is read into is nobody's business
    }
    made = {
        "openapi": "3.1.0",
        "info": {
            "title": "Organization billing",
            "version": "1",
            "description": "Times are UTC seconds, money is integer minor units of its currency.",
        },
        "paths": paths,
        "components": {"schemas": {"ErrorCode": _codes()} | REFUSALS | schemas, "securitySchemes": SECURITY_SCHEMES},
    }
    return json.loads(json.dumps(made).replace("#/$defs/", "#/components/schemas/"))  # type: ignore[no-any-return]


def page() -> str:
    """The document as a file."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def _operation(route: AnyRoute) -> Json:
    room, _, verb = route.function.partition("/")
    return {
        "operationId": f"{room}_{verb}",
        "tags": [room],
        "summary": functions()[route.function]["Description"],
        "description": f"For: {who(route)}.",
        "security": [{scheme: []} for scheme in _security(route)],
        **({"parameters": parameters} if (parameters := [*_parameters(route)]) else {}),
        **({"requestBody": _body(route)} if route.body else {}),
        "responses": {"302" if route.answer is Redirect else "200": _answer(route), **_refusals(route)},
    }


def _security(route: AnyRoute) -> tuple[str, ...]:
    if route.who is Who.VENDOR:
        return (f"{route.path.rpartition('/')[2]}Webhook",)
    return SECURITY[route.who]


def _parameters(route: AnyRoute) -> Iterator[Json]:
    for name in re.findall(r"{(\w+)}", route.path):
        rule = RULES.get(name, CHOSEN)
        schema = {"type": "string", "pattern": f"^{rule.pattern}$"}
        yield {"name": name, "in": "path", "required": True, "description": rule.sentence, "schema": schema}
    for name in route.query:
        yield {"name": name, "in": "query", "schema": {"type": "string"}}


def _body(route: AnyRoute) -> Json:
    content: Json = {"schema": _reference(route.body_model().__name__)}
    if examples := dict(_examples(route)):
        content["examples"] = examples
    return {"required": True, "content": {"application/json": content}}


def _examples(route: AnyRoute) -> Iterator[tuple[str, Json]]:
    """The samples that are well-formed in all their parts, by the name of their case."""
    model = route.body_model()
    schema = Draft202012Validator(model.model_json_schema())
    for name in sample.all_samples():
        function, _, case = name.partition(".")
        if function != route.function:
            continue
        event = sample.event_of(name)
        if event.get("routeKey") != str(route) or event.get("isBase64Encoded"):
            continue
        try:
            model.model_validate_json(event.get("body") or "")
        except ValueError:
            continue
        if schema.is_valid(body := json.loads(event["body"])):
            yield case, {"value": body}


def _answer(route: AnyRoute) -> Json:
    if route.answer is Redirect:
        return {"description": "The browser is sent on.", "headers": {"location": {"schema": {"type": "string"}}}}
    return {
        "description": "Done.",
        "content": {"application/json": {"schema": _reference(route.answer.__name__)}},
    }


def _refusals(route: AnyRoute) -> Json:
    """By status: every code that the route may answer."""
    codes: dict[int, set[str]] = {500: set(OF_EVERY_ROUTE)}
    for each in _errors(route):
        codes.setdefault(status_of(each), set()).add(each.code)
    return {str(status): _refusal(status, codes[status]) for status in sorted(codes)}


def _errors(route: AnyRoute) -> Iterator[type[BillingError]]:
    for error in route.refusals:
        yield from children(ChargebeeError) if error is ChargebeeError else (error,)


def _codes() -> Json:
    codes = {each.code for route in ROUTES for each in _errors(route)}
    told = "A refusal of Chargebee's may carry another code, which is Chargebee's own."
    return {"type": "string", "description": told, "enum": sorted(codes | OF_EVERY_ROUTE)}


def _refusal(status: int, codes: set[str]) -> Json:
    shape = "Refusal" if status != HTTPStatus.UNAUTHORIZED else "Unauthorized"
    listed = ", ".join(f"`{code}`" for code in sorted(codes))
    return {"description": listed, "content": {"application/json": {"schema": _reference(shape)}}}


def _reference(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


PAGES: Mapping[Path, Callable[[], str]] = {
    DOCS / "openapi.json": page,
    ROOT / "functions" / "runtime" / "document" / "openapi.json": page,
}
"""The one that is read here, and the one that is deployed with the function that serves it."""
