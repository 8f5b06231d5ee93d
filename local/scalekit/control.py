"""`/_sim/*`: what a test, or a human with curl, does to the environment from outside the vendor's API."""

import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from scalekit.v1.organizations import organizations_pb2 as pb
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.scalekit.deliveries import Deliveries, Delivery
from local.scalekit.faults import Faults
from local.scalekit.field_rules import check_fields
from local.scalekit.grants import Grants
from local.scalekit.members import Member
from local.scalekit.organizations import Organizations
from local.scalekit.refusal import Refused
from local.scalekit.rest import as_json, read_message
from local.scalekit.token_request import mint
from local.scalekit.tokens import SESSION_SECONDS, TokenIssuer
from local.scalekit.webhook_events import EventWriter

Answer = dict[str, Any] | list[Any]
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Control:
    organizations: Organizations
    deliveries: Deliveries
    events: EventWriter
    tokens: TokenIssuer
    grants: Grants
    faults: Faults

    def routes(self) -> list[Route]:
        return [
            _route("GET", "/_sim/health", self.health),
            _route("POST", "/_sim/token", self.token),
            _route("PUT", "/_sim/session_policy", self.set_session_policy),
            _route("POST", "/_sim/keys/rotate", self.rotate),
            _route("GET", "/_sim/organizations", self.list_organizations),
            _route("POST", "/_sim/organizations", self.create_organization),
            _route("POST", "/_sim/organizations/{id}/members", self.add_member),
            _route("DELETE", "/_sim/organizations/{id}/members/{user}", self.remove_member),
            _route("GET", "/_sim/webhooks", self.list_webhooks),
            _route("GET", "/_sim/webhooks/pending", self.pending),
            _route("POST", "/_sim/webhooks/{id}/resend", self.resend),
            _route("PUT", "/_sim/webhook_endpoint", self.set_endpoint),
            _route("PUT", "/_sim/faults", self.set_faults),
            _route("POST", "/_sim/reset", self.reset),
        ]

    def health(self, http: Request, body: dict[str, Any]) -> Answer:
        return {"ok": True}

    def token(self, http: Request, body: dict[str, Any]) -> Answer:
        return {"access_token": mint(self.tokens, self.organizations.machines, body)}

    def set_session_policy(self, http: Request, body: dict[str, Any]) -> Answer:
        """How long users' access tokens live from now on, in seconds."""
        self.tokens.session_seconds = int(body["access_token_seconds"])
        return {"access_token_seconds": self.tokens.session_seconds}

    def rotate(self, http: Request, body: dict[str, Any]) -> Answer:
        return {"kid": self.tokens.keys.rotate()}

    def list_organizations(self, http: Request, body: dict[str, Any]) -> Answer:
        members = self.organizations.members
        return [
            {
                "id": row.id,
                "display_name": row.display_name,
                "members": list(map(_member, members.of(row.id))),
            }
            for row in self.organizations.all()
        ]

    def create_organization(self, http: Request, body: dict[str, Any]) -> Answer:
        """As the API's own create, under an id that the caller chooses."""
        identifier = str(body.pop("id", f"org_{10**17 + secrets.randbelow(9 * 10**17)}"))
        wanted = read_message(pb.CreateOrganization, body)
        check_fields(wanted)
        return as_json(pb.CreateOrganizationResponse(organization=self.organizations.add(wanted, identifier)))

    def add_member(self, http: Request, body: dict[str, Any]) -> Answer:
        organization = self.organizations.by_id(http.path_params["id"])
        roles = tuple(body.get("roles", ["member"]))
        member = self.organizations.members.add(organization.id, body["email"], roles)
        self._announce("user.organization_membership_created", organization, member)
        return _member(member)

    def remove_member(self, http: Request, body: dict[str, Any]) -> Answer:
        organization = self.organizations.by_id(http.path_params["id"])
        member = self.organizations.members.remove(organization.id, http.path_params["user"])
        self._announce("user.organization_membership_deleted", organization, member)
        return _member(member)

    def list_webhooks(self, http: Request, body: dict[str, Any]) -> Answer:
        return [delivery.as_json() for delivery in self.deliveries.log.values()]

    def pending(self, http: Request, body: dict[str, Any]) -> Answer:
        return {"pending": self.deliveries.pending()}

    def resend(self, http: Request, body: dict[str, Any]) -> Answer:
        delivery: Delivery | None = self.deliveries.log.get(http.path_params["id"])
        if delivery is None:
            raise Refused("NOT_FOUND", "no such webhook")
        self.deliveries.resend(delivery)
        return delivery.as_json()

    def set_endpoint(self, http: Request, body: dict[str, Any]) -> Answer:
        self.deliveries.url = body["url"]
        self.deliveries.secret = body.get("secret", self.deliveries.secret)
        return {"url": self.deliveries.url}

    def set_faults(self, http: Request, body: dict[str, Any]) -> Answer:
        self.faults.replace(body)
        return {"ok": True}

    def reset(self, http: Request, body: dict[str, Any]) -> Answer:
        """Forget everything but the keys, which gateways have cached."""
        self.organizations.clear()
        self.deliveries.clear()
        self.grants.clear()
        self.faults.replace({})
        self.tokens.session_seconds = SESSION_SECONDS
        return {"ok": True}

    def _announce(self, kind: str, organization: pb.Organization, member: Member) -> None:
        self.deliveries.send(self.events.membership_event(kind, organization, member))


def _member(member: Member) -> dict[str, Any]:
    return {"id": member.id, "email": member.email, "roles": list(member.roles)}


def _route(verb: str, path: str, act: Callable[[Request, dict[str, Any]], Answer]) -> Route:
    async def endpoint(http: Request) -> Response:
        try:
            body = json.loads(await http.body() or b"{}")
            return JSONResponse(act(http, body), 201 if verb == "POST" else 200)
        except Refused as refused:
            return JSONResponse(refused.as_json(), refused.http_status)
        except (KeyError, TypeError, ValueError) as error:
            wrong = Refused("INVALID_ARGUMENT", f"{type(error).__name__}: {error}")
            return JSONResponse(wrong.as_json(), wrong.http_status)

    return Route(path, endpoint, methods=[verb])
