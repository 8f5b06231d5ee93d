"""The API as a script says it, for clients that are to be tried without one."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from organization_billing import AsyncBilling, Billing, MachineClient, MemberToken, Patience
from organization_billing.exchange import Credentials

API = "https://api.example.com"
SCALEKIT = "https://example.scalekit.com"
ALLOWED: dict[str, Any] = {"allowed": True, "balance": None}

type Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class ScriptedApi:
    """Answers in the order of the script, the last one for ever; tokens are `token-1`, `token-2` and so on."""

    script: list[Answer] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    tokens: int = 0
    expires_in: int = 3600

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.tokens += 1
            granted = {"access_token": f"token-{self.tokens}", "expires_in": self.expires_in}
            return httpx.Response(200, json=granted)
        self.requests.append(request)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    def billing(self, credentials: Credentials | None = None) -> Billing:
        http = httpx.Client(transport=httpx.MockTransport(self.answer))
        who, patience = credentials or MemberToken("a-token"), Patience(draw=lambda: 1.0)
        return Billing(API, who, http=http, patience=patience, sleep=self.pauses.append)

    def async_billing(self, credentials: Credentials | None = None) -> AsyncBilling:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        who, patience = credentials or MemberToken("a-token"), Patience(draw=lambda: 1.0)
        return AsyncBilling(API, who, http=http, patience=patience, sleep=pause)

    @property
    def bearers(self) -> list[str]:
        return [request.headers["authorization"].removeprefix("Bearer ") for request in self.requests]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.requests]


def ok(**body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def no(status: int, code: str = "", **headers: str) -> httpx.Response:
    body = {"error": "No.", "code": code, "requestId": "req_1"}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): told for name, told in headers.items()})


def machine(**fields: Any) -> MachineClient:
    return MachineClient(SCALEKIT, "m2morg_1", "a secret", **fields)
