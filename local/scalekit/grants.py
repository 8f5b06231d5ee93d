"""What `/oauth/token` hands out, and for what: the three grants of RFC 6749, with PKCE (RFC 7636).

Codes live a minute and work once. Refresh tokens work once too: each answer carries the next.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.scalekit.config import Config
from local.scalekit.machines import Machines
from local.scalekit.tokens import CLIENT_SECONDS, ENVIRONMENT_SECONDS, Session, TokenIssuer

CODE_LIFETIME = 60


class OAuthError(Exception):
    """An error in the words of RFC 6749, section 5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(frozen=True)
class Code:
    """`challenge` is empty when the client proves itself by its secret; `expires_at` is UTC seconds."""

    session: Session
    redirect_uri: str
    challenge: str
    expires_at: int


@dataclass
class Grants:
    config: Config
    tokens: TokenIssuer
    machines: Machines
    now: Callable[[], int]
    _codes: dict[str, Code] = field(default_factory=dict)
    _sessions: dict[str, Session] = field(default_factory=dict)

    def authorize(self, session: Session, redirect_uri: str, challenge: str) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(session, redirect_uri, challenge, self.now() + CODE_LIFETIME)
        return code

    def token(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer a token request; `form` holds the client's credentials wherever they were sent."""
        match form.get("grant_type"):
            case "authorization_code":
                return self._for_session(self._redeem(form, proven=self._application(form)))
            case "refresh_token":
                self._application(form)
                return self._for_session(self._refresh(form))
            case "client_credentials" if form.get("client_id") == self.config.client_id:
                return self._for_environment(form)
            case "client_credentials":
                return self._for_machine(form)
        raise OAuthError("unsupported_grant_type", "grant_type is missing or unknown")

    def end(self, session_id: str) -> None:
        self._sessions = {token: kept for token, kept in self._sessions.items() if kept.id != session_id}

    def clear(self) -> None:
        self._codes.clear()
        self._sessions.clear()

    def _application(self, form: Mapping[str, str]) -> bool:
        """Whether the application proved itself; one in a browser has no secret to prove itself with."""
        if form.get("client_id") != self.config.client_id:
            raise OAuthError("invalid_client", "unknown client_id", 401)
        secret = form.get("client_secret")
        if secret is not None and not hmac.compare_digest(secret.encode(), self.config.client_secret.encode()):
            raise OAuthError("invalid_client", "wrong client_secret", 401)
        return secret is not None

    def _redeem(self, form: Mapping[str, str], *, proven: bool) -> Session:
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.expires_at <= self.now():
            raise OAuthError("invalid_grant", "the code is unknown, expired or used")
        if form.get("redirect_uri") != code.redirect_uri:
            raise OAuthError("invalid_grant", "redirect_uri is not the one the code was issued for")
        if not code.challenge and not proven:
            raise OAuthError("invalid_client", "without PKCE the client must authenticate", 401)
        if code.challenge and code.challenge != challenge_of(form.get("code_verifier", "")):
            raise OAuthError("invalid_grant", "code_verifier does not match the code_challenge")
        return code.session

    def _refresh(self, form: Mapping[str, str]) -> Session:
        session = self._sessions.pop(form.get("refresh_token", ""), None)
        if session is None:
            raise OAuthError("invalid_grant", "the refresh token is unknown, used or revoked")
        return session

    def _for_session(self, session: Session) -> dict[str, Any]:
        refresh_token = f"rtk_{secrets.token_urlsafe(24)}"
        self._sessions[refresh_token] = session
        return {
            "access_token": self.tokens.access_token(session),
            "id_token": self.tokens.id_token(session),
            "refresh_token": refresh_token,
            "token_type": "Bearer",
            "expires_in": self.tokens.session_seconds,
            "scope": "openid profile email offline_access",
        }

    def _for_environment(self, form: Mapping[str, str]) -> dict[str, Any]:
        if not self._application(form):
            raise OAuthError("invalid_client", "client_secret is required", 401)
        return {
            "access_token": self.tokens.keys.sign(self.tokens.environment_claims()),
            "token_type": "Bearer",
            "expires_in": ENVIRONMENT_SECONDS,
            "scope": "openid",
        }

    def _for_machine(self, form: Mapping[str, str]) -> dict[str, Any]:
        """All registered scopes, or fewer when the client asks for some of them."""
        client = self.machines.proven(form.get("client_id", ""), form.get("client_secret", ""))
        if client is None:
            raise OAuthError("invalid_client", "unknown client_id or wrong client_secret", 401)
        wanted = form.get("scope", "").split() or list(client.scopes)
        if unknown := set(wanted) - set(client.scopes):
            raise OAuthError("invalid_scope", f"not registered for this client: {', '.join(sorted(unknown))}")
        return {
            "access_token": self.tokens.keys.sign({**self.tokens.client_claims(client), "scopes": wanted}),
            "token_type": "Bearer",
            "expires_in": client.expiry or CLIENT_SECONDS,
            "scope": " ".join(wanted),
        }


def challenge_of(verifier: str) -> str:
    """S256: the unpadded base64url of the verifier's SHA-256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
