"""The routes that concern no room: the API's description, who is signed in, the vendors' webhooks."""

from typing import Literal, TypedDict

from billing.core.errors import InvalidRequest, PayloadTooLarge
from billing.runtime.route import Route, Who


class SessionView(TypedDict):
    """Who is signed in, for which organization."""

    userId: str
    email: str
    organizationId: str
    roles: list[str]
    permissions: list[str]


class Document(TypedDict):
    """The API's description, for OpenAPI 3.1."""

    openapi: str
    info: dict[str, object]
    paths: dict[str, object]
    components: dict[str, object]


class Receipt(TypedDict):
    """The webhook is durable."""

    received: Literal[True]


SESSION = Route("runtime/session", "GET", "/api/session", Who.MEMBER, SessionView, query=("referenceId",))
SCALEKIT = Route(
    "scalekit/webhook",
    "POST",
    "/api/webhooks/scalekit",
    Who.VENDOR,
    Receipt,
    errors=(InvalidRequest, PayloadTooLarge),
)
CHARGEBEE = Route(
    "chargebee/webhook",
    "POST",
    "/api/webhooks/chargebee",
    Who.VENDOR,
    Receipt,
    errors=(InvalidRequest, PayloadTooLarge),
)

DOCUMENT = Route("runtime/document", "GET", "/api/openapi.json", Who.ANYBODY, Document)

ROUTES = (SESSION, DOCUMENT, SCALEKIT, CHARGEBEE)
