"""Access tokens made to order, for tests that need one that no sign-in would give."""

import secrets
from typing import Any

from local.scalekit.refusal import Refused
from local.scalekit.tokens import LIFETIME, TokenIssuer

CLAIM_OF = {
    "organization_id": "oid",
    "sub": "sub",
    "email": "email",
    "roles": "roles",
    "permissions": "permissions",
    "scopes": "scopes",
}
FIELDS = {*CLAIM_OF, "expires_in", "claims"}


def mint(tokens: TokenIssuer, wanted: dict[str, Any]) -> str:
    """A machine's token when `scopes` are asked for, else a user's.

    `claims` has the last word over every other claim, and a null there removes one.
    """
    if unknown := set(wanted) - FIELDS:
        raise Refused("INVALID_ARGUMENT", f"unknown fields: {', '.join(sorted(unknown))}")
    claims = {
        **tokens.registered_claims(int(wanted.get("expires_in", LIFETIME))),
        **(_machine(tokens) if wanted.get("scopes") else _user()),
        **{claim: wanted[name] for name, claim in CLAIM_OF.items() if wanted.get(name) is not None},
        **wanted.get("claims", {}),
    }
    return tokens.keys.sign({name: value for name, value in claims.items() if value is not None})


def _machine(tokens: TokenIssuer) -> dict[str, Any]:
    return {"sub": tokens.client_id}


def _user() -> dict[str, Any]:
    return {"sub": "usr_1", "sid": f"ses_{secrets.token_hex(8)}", "roles": ["admin"], "permissions": []}
