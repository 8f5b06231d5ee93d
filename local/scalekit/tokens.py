"""Access and ID tokens, with the claims that Scalekit documents.

Times are UTC seconds. A user's access token carries no email: that is in the ID token, as with the vendor.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from local.scalekit.keys import SigningKeys
from local.scalekit.members import Member

LIFETIME = 3600
DEFAULT_SCOPES = ("billing:admin", "usage:write", "charges:write")


@dataclass(frozen=True)
class Session:
    """One signed-in user in one organization; the tokens of a session share its id."""

    id: str
    member: Member
    organization_id: str
    nonce: str | None = None


@dataclass(frozen=True)
class TokenIssuer:
    issuer: str
    client_id: str
    keys: SigningKeys
    now: Callable[[], int]

    def registered_claims(self, expires_in: int = LIFETIME) -> dict[str, Any]:
        now = self.now()
        return {
            "iss": self.issuer,
            "aud": [self.client_id],
            "iat": now,
            "nbf": now,
            "exp": now + expires_in,
            "jti": f"tkn_{secrets.token_hex(8)}",
            "client_id": self.client_id,
        }

    def access_token(self, session: Session) -> str:
        claims = {
            "sub": session.member.id,
            "oid": session.organization_id,
            "sid": session.id,
            "roles": list(session.member.roles),
            "permissions": [],
        }
        return self.keys.sign({**self.registered_claims(), **claims})

    def id_token(self, session: Session) -> str:
        claims = {
            "sub": session.member.id,
            "oid": session.organization_id,
            "sid": session.id,
            "email": session.member.email,
            "email_verified": True,
            "name": session.member.name,
            **({"nonce": session.nonce} if session.nonce else {}),
        }
        return self.keys.sign({**self.registered_claims(), **claims})

    def machine_token(self, scopes: Iterable[str]) -> str:
        return self.keys.sign(
            {
                **self.registered_claims(),
                "sub": self.client_id,
                "scopes": list(scopes) or list(DEFAULT_SCOPES),
            }
        )

    def verify(self, token: str) -> dict[str, Any]:
        return self.keys.verify(token, issuer=self.issuer, audience=self.client_id)
