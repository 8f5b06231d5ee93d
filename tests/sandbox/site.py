"""A Chargebee site over HTTP, and the customers that were made on it for a while."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

type Json = dict[str, Any]

POLL_SECONDS = 2.0
"""A test site takes 150 calls a minute."""


class Refused(Exception):
    """The API's refusal, with its code and the parameter that it names."""

    def __init__(self, answer: httpx.Response) -> None:
        body: Json = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        super().__init__(f"{answer.status_code} {body.get('api_error_code', '')}: {body.get('message', '')}")
        self.status = answer.status_code
        self.kind = str(body.get("type") or "")
        self.code = str(body.get("api_error_code") or "")
        self.param = str(body.get("param") or "")
        self.cause = str(body.get("error_cause_id") or "")
        self.headers = answer.headers


@dataclass(frozen=True)
class Site:
    """`patience` is how long something may take that happens after an answer, in seconds. `limit` is a number of calls
    within a minute that is certainly too many.
    """

    http: httpx.Client
    patience: float = 20.0
    limit: int = 400
    made: list[str] = field(default_factory=list)

    def get(self, path: str, **parameters: Any) -> Json:
        """Raises Refused."""
        return _content(self.http.get(f"/api/v2{path}", params=parameters))

    def post(self, path: str, key: str = "", **parameters: Any) -> Json:
        """Raises Refused."""
        headers = {"chargebee-idempotency-key": key} if key else {}
        return _content(self.http.post(f"/api/v2{path}", data=parameters, headers=headers))

    def name(self, kind: str) -> str:
        """An id of its own, which `clear` removes when it is a customer's."""
        made = f"verify-{kind}-{secrets.token_hex(8)}"
        self.made.append(made)
        return made

    def customer(self, **fields: Any) -> str:
        """A new customer's id. Raises Refused."""
        customer_id = self.name("customer")
        self.post("/customers", id=customer_id, **fields)
        return customer_id

    def eventually[Seen](self, look: Callable[[], Seen | None]) -> Seen | None:
        """What is seen as soon as there is something; None when it never comes."""
        deadline = time.monotonic() + self.patience
        while (seen := look()) is None and time.monotonic() < deadline:
            time.sleep(min(POLL_SECONDS, self.patience))
        return seen

    def clear(self) -> None:
        """Delete every customer that was made, with all that it has."""
        while self.made:
            self.http.post(f"/api/v2/customers/{self.made.pop()}/delete")


def _content(answer: httpx.Response) -> Json:
    if answer.is_error:
        raise Refused(answer)
    content: Json = answer.json()
    return content
