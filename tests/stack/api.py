"""The HTTP API as its callers use it."""

from dataclasses import dataclass
from typing import Any

import httpx

from billing.runtime.route import Who
from tests.deployment.routes import PATH, QUERIES, AnyRoute, body_of

type Json = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """Somebody with a token for one organization, or without any. Nothing here raises on a refusal."""

    http: httpx.Client
    organization_id: str
    token: str | None

    def get(self, path: str, **query: str) -> httpx.Response:
        return self.http.get(path, params=query, headers=self.headers)

    def post(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.post(path, json={} if body is None else body, headers=self.headers)

    def put(self, path: str, body: Any = None) -> httpx.Response:
        return self.http.put(path, json={} if body is None else body, headers=self.headers)

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path, headers=self.headers)

    def create(self, **body: Any) -> httpx.Response:
        return self.post("/api/subscription/create", {"itemPriceId": "growth", "seats": 5} | body)

    def update(self, **body: Any) -> httpx.Response:
        return self.post("/api/subscription/update", body)

    def cancel(self, **body: Any) -> httpx.Response:
        return self.post("/api/subscription/cancel", body)

    def restore(self, **body: Any) -> httpx.Response:
        return self.post("/api/subscription/restore", body)

    def portal(self, **body: Any) -> httpx.Response:
        return self.post("/api/subscription/portal", body)

    def listing(self, **query: str) -> httpx.Response:
        return self.get("/api/subscription/list", **query)

    def subscriptions(self) -> list[Json]:
        """Every subscription that the cache has, the live ones first."""
        answer = self.listing(history="true")
        assert answer.status_code == 200, answer.text
        rows: list[Json] = answer.json()["subscriptions"]
        return rows

    def subscription(self) -> Json:
        """The only one."""
        (row,) = self.subscriptions()
        return row

    def allowed(self, item_price_id: str = "growth") -> bool:
        """What the gate says."""
        answer = self.get("/api/access", itemPriceId=item_price_id)
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["allowed"])

    def balance(self, feature: str = "api-calls") -> Json:
        """Of a counted feature: `{balance, limit, usage, held, unlimited, nextResetAt}`."""
        found: Json = answered(self.get(f"/api/entitlements/{feature}"))["balance"]
        return found

    def left(self, feature: str = "api-calls") -> tuple[int, int]:
        """How many units of how many."""
        found = self.balance(feature)
        return found["balance"], found["limit"]

    def wallet(self) -> Json:
        """Every wallet, and the newest lines of the ledger if there is only one."""
        return answered(self.get("/api/wallet"))

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


def answered(answer: httpx.Response) -> Json:
    """The body of a success."""
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def ask(
    route: AnyRoute, caller: Member, organization_id: str, *, reference: str | None = None, **fields: Any
) -> httpx.Response:
    """Call a route of the table; `reference` names an organization where a session does. `fields` go in the body.

    A machine names the organization in the path, or in the query where a session reads the same.
    """
    named = {} if reference is None else {"referenceId": reference}
    meant = {"organizationId": organization_id} if route.who is Who.READER and organization_id and not named else {}
    query = QUERIES.get(route.function, {}) | meant | ({} if route.body else named)
    body = body_of(route, **(named | fields if route.body else {}))
    path = route.path.format(**PATH | {"id": organization_id})
    return caller.http.request(route.method, path, params=query, json=body, headers=caller.headers)


def opened(answer: httpx.Response) -> Json:
    """The hosted page of a successful create or update: `{mode, url, id, subscriptionId}`."""
    page = answered(answer)
    assert page["mode"] == "hosted"
    return page


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """The one shape of every error, with this status and code."""
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.json().keys() == {"error", "code", "requestId"}
