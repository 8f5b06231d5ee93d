"""Access and ID tokens, with the claims that Scalekit documents.

https://docs.scalekit.com/guides/accesstoken-claims
https://docs.scalekit.com/authenticate/m2m/api-auth-quickstart

Times are UTC seconds. A user's access token carries no email: that is in the ID token, as with the vendor.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from scalekit.v1.clients import clients_pb2 as pb

from local.scalekit.keys import SigningKeys
from local.scalekit.members import Member

SESSION_SECONDS = 300
CLIENT_SECONDS = 3_600
ENVIRONMENT_SECONDS = 86_400


@dataclass(frozen=True)
class Session:
    """One signed-in user in one organization; the tokens of a session share its id."""

    id: str
    member: Member
    organization_id: str
    nonce: str | None = None


@dataclass
class TokenIssuer:
    """`session_seconds` is how long a user's tokens live, which an environment's session policy decides."""

    issuer: str
    client_id: str
    keys: SigningKeys
    now: Callable[[], int]
    session_seconds: int = SESSION_SECONDS

    def user_claims(self, user_id: str, session_id: str, roles: Sequence[str]) -> dict[str, Any]:
        """A session's, but for the organization."""
        return {
            **self._issued_to(self.client_id, self.session_seconds),
            "aud": [self.client_id],
            "sub": user_id,
            "sid": session_id,
            "roles": list(roles),
            "permissions": [],
        }

    def client_claims(self, client: pb.M2MClient) -> dict[str, Any]:
        """A machine's: its subject is itself, and without a registered audience there is no `aud`."""
        return {
            **{claim.key: claim.value for claim in client.custom_claims},
            **self._issued_to(client.client_id, client.expiry or CLIENT_SECONDS),
            "sub": client.client_id,
            "oid": client.organization_id,
            "scopes": list(client.scopes),
            **({"aud": list(client.audience)} if client.audience else {}),
        }

    def environment_claims(self) -> dict[str, Any]:
        """Those of the environment's own credentials; what else they may carry is documented nowhere."""
        return {**self._issued_to(self.client_id, ENVIRONMENT_SECONDS), "sub": self.client_id}

    def access_token(self, session: Session) -> str:
        claims = self.user_claims(session.member.id, session.id, session.member.roles)
        return self.keys.sign({**claims, "oid": session.organization_id})

    def id_token(self, session: Session) -> str:
        claims = {
            **self._issued_to(self.client_id, self.session_seconds),
            "aud": [self.client_id],
            "azp": self.client_id,
            "sub": session.member.id,
            "oid": session.organization_id,
            "sid": session.id,
            "email": session.member.email,
            "email_verified": True,
            "name": session.member.name,
            "given_name": session.member.given_name,
            "family_name": session.member.family_name,
            **({"nonce": session.nonce} if session.nonce else {}),
        }
        return self.keys.sign(claims)

    def is_environment(self, token: str) -> bool:
        """Whether the token is a live one of the environment's own credentials. Raises `jwt.PyJWTError`."""
        claims = self.keys.verify(token, issuer=self.issuer)
        return claims.get("client_id") == claims.get("sub") == self.client_id

    def _issued_to(self, client_id: str, seconds: int) -> dict[str, Any]:
        now = self.now()
        return {
            "iss": self.issuer,
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": f"tkn_{secrets.token_hex(8)}",
            "client_id": client_id,
        }
