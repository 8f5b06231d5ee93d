"""OpenID Connect: discovery, keys, the sign-in page, tokens, sign-out."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import jwt
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local.scalekit.config import Config
from local.scalekit.faults import Faults
from local.scalekit.grants import Grants, OAuthError
from local.scalekit.keys import ALGORITHM, SigningKeys
from local.scalekit.login_page import login_page, message_page
from local.scalekit.organizations import Organizations
from local.scalekit.refusal import Refused
from local.scalekit.tokens import Session

NO_STORE = {"cache-control": "no-store"}


@dataclass(frozen=True)
class OAuth:
    config: Config
    keys: SigningKeys
    grants: Grants
    organizations: Organizations
    faults: Faults

    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/keys", self.jwks),
            Route("/oauth/authorize", self.authorize),
            Route("/oauth/login", self.login, methods=["POST"]),
            Route("/oauth/token", self.token, methods=["POST"]),
            Route("/oidc/logout", self.logout),
        ]

    async def discovery(self, http: Request) -> Response:
        issuer = self.config.issuer
        return JSONResponse(
            {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/oauth/authorize",
                "token_endpoint": f"{issuer}/oauth/token",
                "end_session_endpoint": f"{issuer}/oidc/logout",
                "jwks_uri": f"{issuer}/keys",
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                    "none",
                ],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def jwks(self, http: Request) -> Response:
        status = self.faults.status_for("/keys")
        return JSONResponse(self.keys.published(), status or 200)

    async def authorize(self, http: Request) -> Response:
        """Show who can sign in. A wrong client or redirect URI is told here, never by redirecting to it."""
        asked = dict(http.query_params)
        if problem := self._untrusted(asked):
            return message_page("This sign-in request is not valid", problem, 400)
        if error := _malformed(asked):
            return _back(asked, error)
        wanted = asked.get("organization_id")
        shown = [row for row in self.organizations.all() if wanted in (None, row.id)]
        choices = [(row, self.organizations.members.of(row.id)) for row in shown]
        return HTMLResponse(login_page(choices, asked, self.config.issuer), headers=NO_STORE)

    async def login(self, http: Request) -> Response:
        form = dict(parse_qsl((await http.body()).decode(), keep_blank_values=True))
        organization_id, user_id = form.pop("organization", ""), form.pop("user", "")
        if problem := self._untrusted(form):
            return message_page("This sign-in request is not valid", problem, 400)
        if not user_id:
            return _back(form, {"error": "access_denied", "error_description": "the user cancelled"})
        try:
            member = self.organizations.members.get(organization_id, user_id)
        except Refused as refused:
            return message_page("Sign-in failed", refused.message, refused.http_status)
        session = Session(f"ses_{secrets.token_hex(8)}", member, organization_id, form.get("nonce"))
        code = self.grants.authorize(session, form["redirect_uri"], form.get("code_challenge", ""))
        return _back(form, {"code": code})

    async def token(self, http: Request) -> Response:
        if status := self.faults.status_for("/oauth/token"):
            return JSONResponse({"error": "server_error", "error_description": "fault asked for"}, status)
        form = dict(parse_qsl((await http.body()).decode()))
        try:
            answer = self.grants.token({**form, **_basic(http.headers.get("authorization", ""))})
        except OAuthError as error:
            body = {"error": error.error, "error_description": error.description}
            return JSONResponse(body, error.status, NO_STORE)
        return JSONResponse(answer, headers=NO_STORE)

    async def logout(self, http: Request) -> Response:
        """End the session that `id_token_hint` names, expired or not, and go back where we are known."""
        asked = http.query_params
        if hint := asked.get("id_token_hint"):
            try:
                claims = jwt.decode(hint, options={"verify_signature": False})
            except jwt.PyJWTError:
                return message_page("Sign-out failed", "id_token_hint is not a token", 400)
            self.grants.end(str(claims.get("sid")))
        target = asked.get("post_logout_redirect_uri")
        if target is None:
            return message_page("You are signed out", "You can close this page.")
        if target not in self.config.redirect_uris:
            return message_page("Signed out", "post_logout_redirect_uri is not registered", 400)
        state = {"state": asked["state"]} if "state" in asked else {}
        return RedirectResponse(_with_query(target, state), 303)

    def _untrusted(self, asked: Mapping[str, str]) -> str | None:
        if asked.get("client_id") != self.config.client_id:
            return "Unknown client_id."
        if asked.get("redirect_uri") not in self.config.redirect_uris:
            return "redirect_uri is not registered for this client."
        return None


def _malformed(asked: Mapping[str, str]) -> dict[str, str] | None:
    if asked.get("response_type") != "code":
        return {"error": "unsupported_response_type", "error_description": "response_type must be code"}
    if "code_challenge" in asked and asked.get("code_challenge_method") != "S256":
        return {"error": "invalid_request", "error_description": "code_challenge_method must be S256"}
    return None


def _back(asked: Mapping[str, str], answer: dict[str, Any]) -> Response:
    state = {"state": asked["state"]} if "state" in asked else {}
    return RedirectResponse(_with_query(asked["redirect_uri"], {**answer, **state}), 303, NO_STORE)


def _with_query(uri: str, parameters: dict[str, Any]) -> str:
    if not parameters:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(parameters)}"


def _basic(authorization: str) -> dict[str, str]:
    """The client's credentials out of HTTP Basic, which RFC 6749 wants form-encoded first."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise OAuthError("invalid_client", "malformed Basic credentials", 401) from None
    return {"client_id": unquote(client_id), "client_secret": unquote(secret)}
