"""The simulated Scalekit: organizations, tokens made to order, and its webhooks."""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack.waiting import until

type Json = dict[str, Any]


@dataclass(frozen=True)
class Scalekit:
    http: httpx.Client
    webhook_secret: str

    def create_organization(self, organization_id: str, name: str = "Acme") -> None:
        _content(self.http.post("/_sim/organizations", json={"id": organization_id, "display_name": name}))

    def rename_organization(self, organization_id: str, name: str) -> None:
        path = f"/api/v1/organizations/{organization_id}"
        _content(self.http.patch(path, json={"display_name": name}, headers=self._bearer()))

    def delete_organization(self, organization_id: str) -> None:
        answer = self.http.delete(f"/api/v1/organizations/{organization_id}", headers=self._bearer())
        assert answer.is_success, answer.text

    def token(self, organization_id: str | None, **wanted: Any) -> str:
        """A user's. `wanted` as in `POST /_sim/token`; its `claims` have the last word."""
        body = {"organization_id": organization_id} if organization_id else {}
        return self._made({"roles": ["admin"]} | body | wanted)

    def machine_token(self, *scopes: str) -> str:
        """Of the team's own backend, which the stack lists."""
        return self._made({"client_id": "m2morg_local_backend", "scopes": list(scopes)})

    def own_machine_token(self, organization_id: str, *scopes: str) -> str:
        """Of a client of the organization, which no stack lists."""
        return self._made({"organization_id": organization_id, "scopes": list(scopes)})

    def public_keys(self) -> list[Json]:
        keys: list[Json] = _content(self.http.get("/keys"))["keys"]
        return keys

    def webhooks(self, organization_id: str) -> list[Json]:
        """What was sent about one organization, with what became of it."""
        log: list[Json] = self.http.get("/_sim/webhooks").raise_for_status().json()
        return [each for each in log if organization_id in json.dumps(each["body"])]

    def told(self) -> None:
        """Wait until every webhook has been delivered, or given up."""
        until(lambda: _content(self.http.get("/_sim/webhooks/pending"))["pending"], lambda pending: pending == 0)

    def resend(self, event_id: str) -> None:
        _content(self.http.post(f"/_sim/webhooks/{event_id}/resend"))

    def faults(self, **webhooks: float) -> None:
        _content(self.http.put("/_sim/faults", json={"webhooks": webhooks}))

    def _bearer(self) -> dict[str, str]:
        """What the management API asks for: a token of the environment's own credentials, new for each call."""
        return {"Authorization": f"Bearer {self._made({'client_id': 'skc_local'})}"}

    def _made(self, wanted: Json) -> str:
        return str(_content(self.http.post("/_sim/token", json=wanted))["access_token"])


def signed(body: bytes, secret: str, message_id: str, at: float | None = None) -> dict[str, str]:
    """The headers that Scalekit would send: Standard Webhooks, signed at `at` (UTC seconds, now when None)."""
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def organization_event(kind: str, event_id: str, organization_id: str, name: str = "Acme", at: str = "") -> bytes:
    """https://docs.scalekit.com/reference/webhooks/organization-events"""
    moment = at or time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    document = {
        "id": event_id,
        "type": kind,
        "object": "Organization",
        "spec_version": "1",
        "environment_id": "env_local",
        "organization_id": organization_id,
        "occurred_at": moment,
        "data": {"id": organization_id, "display_name": name, "create_time": moment, "update_time": moment},
    }
    return json.dumps(document).encode()


def _content(answer: httpx.Response) -> Json:
    assert answer.is_success, answer.text
    content: Json = answer.json()
    return content
