"""Access tokens made to order, for tests that need one that no sign-in would give."""

import secrets
from typing import Any

from scalekit.v1.clients import clients_pb2 as pb

from local.scalekit.machines import BACKEND, Machines
from local.scalekit.refusal import Refused
from local.scalekit.tokens import TokenIssuer

CLAIM_OF = {
    "organization_id": "oid",
    "audience": "aud",
    "sub": "sub",
    "email": "email",
    "roles": "roles",
    "permissions": "permissions",
    "scopes": "scopes",
}
FIELDS = {*CLAIM_OF, "client_id", "expires_in", "claims"}
OF_USERS = {"email", "roles", "permissions"}


def mint(tokens: TokenIssuer, machines: Machines, wanted: dict[str, Any]) -> str:
    """A machine's token when a `client_id`, or `scopes` and nothing that only users have, are asked for; else a user's.

    Whose machine it is when no `client_id` says so: the organization's own when one is named, else the team's backend.
    A null takes a claim away; `claims` has the last word over every other claim.
    """
    if unknown := set(wanted) - FIELDS:
        raise Refused("INVALID_ARGUMENT", f"unknown fields: {', '.join(sorted(unknown))}")
    documented = _documented(tokens, machines, wanted)
    lifetime = {"exp": documented["iat"] + int(wanted["expires_in"])} if "expires_in" in wanted else {}
    asked = {claim: wanted[name] for name, claim in CLAIM_OF.items() if name in wanted}
    claims = {**documented, **lifetime, **asked, **wanted.get("claims", {})}
    return tokens.keys.sign({name: value for name, value in claims.items() if value is not None})


def _documented(tokens: TokenIssuer, machines: Machines, wanted: dict[str, Any]) -> dict[str, Any]:
    client_id = wanted.get("client_id")
    if client_id == tokens.client_id:
        return tokens.environment_claims()
    if client_id or (wanted.get("scopes") and not OF_USERS & set(wanted)):
        return tokens.client_claims(_machine(machines, client_id, wanted.get("organization_id")))
    return tokens.user_claims("usr_1", f"ses_{secrets.token_hex(8)}", ["admin"])


def _machine(machines: Machines, client_id: str | None, organization_id: str | None) -> pb.M2MClient:
    if client_id is None and organization_id:
        own = f"m2morg_{organization_id.removeprefix('org_')}"
        return pb.M2MClient(client_id=own, organization_id=organization_id, audience=BACKEND.audience)
    client = machines.find(client_id or BACKEND.client_id)
    if client is None:
        raise Refused("NOT_FOUND", "client not found")
    return client
