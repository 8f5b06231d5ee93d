"""The simulated Chargebee: what an operator does in its dashboard, a buyer on its pages, and a test behind it."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from tests.stack.waiting import until

type Json = dict[str, Any]

LIVE = frozenset({"future", "in_trial", "active", "non_renewing", "paused"})


@dataclass(frozen=True)
class Chargebee:
    http: httpx.Client
    """Its base URL is the simulator's, its Basic user the API key."""

    # --- the vendor's API

    def post(self, path: str, **parameters: Any) -> Json:
        return _content(self.http.post(f"/api/v2{path}", data=parameters))

    def get(self, path: str, **parameters: Any) -> Json:
        return _content(self.http.get(f"/api/v2{path}", params=parameters))

    def create_customer(self, customer_id: str, **meta_data: str) -> None:
        self.post("/customers", id=customer_id, meta_data=json.dumps(meta_data))

    def customer(self, customer_id: str) -> Json:
        found: Json = self.get(f"/customers/{customer_id}")["customer"]
        return found

    def subscription(self, subscription_id: str) -> Json:
        found: Json = self.get(f"/subscriptions/{subscription_id}")["subscription"]
        return found

    def subscriptions(self, customer_id: str) -> list[Json]:
        """All of them, the deleted too."""
        query = {"customer_id[is]": customer_id, "include_deleted": "true", "limit": "100"}
        return [each["subscription"] for each in self.get("/subscriptions", **query)["list"]]

    def live(self, customer_id: str) -> list[Json]:
        return [each for each in self.subscriptions(customer_id) if each["status"] in LIVE and not each["deleted"]]

    def command(self, subscription_id: str, command: str, **parameters: Any) -> Json:
        answer: Json = self.post(f"/subscriptions/{subscription_id}/{command}", **parameters)["subscription"]
        return answer

    def invoices(self, customer_id: str) -> list[Json]:
        """The newest first."""
        query = {"customer_id[is]": customer_id, "limit": "100", "sort_by[desc]": "date"}
        return [each["invoice"] for each in self.get("/invoices", **query)["list"]]

    def cards(self, customer_id: str) -> list[Json]:
        query = {"customer_id[is]": customer_id, "limit": "100"}
        return [each["payment_source"] for each in self.get("/payment_sources", **query)["list"]]

    # --- a buyer

    def pay(self, page_id: str, card: str = "ok") -> str:
        """Complete a hosted page; the URL that the browser is sent to."""
        answer = self.http.post(f"/_sim/hosted_pages/{page_id}/pay", json={"card": card})
        return str(_content(answer)["redirect_url"])

    def decline(self, page_id: str) -> httpx.Response:
        return self.http.post(f"/_sim/hosted_pages/{page_id}/pay", json={"card": "declined"})

    def leave(self, page_id: str) -> None:
        """Press Cancel on a hosted page."""
        answer = self.http.post(f"/pages/v4/{page_id}/cancel")
        assert not answer.is_error, answer.text

    def set_card(self, customer_id: str, card: str) -> None:
        _content(self.http.post(f"/_sim/customers/{customer_id}/card", json={"card": card}))

    def collect(self, customer_id: str) -> None:
        _content(self.http.post(f"/_sim/customers/{customer_id}/collect"))

    def refund(self, invoice_id: str, amount: int | None = None) -> None:
        """In minor units, or all that is left."""
        _content(self.http.post(f"/_sim/invoices/{invoice_id}/refund", json={"amount": amount}))

    # --- a test

    def advance(self, seconds: int) -> None:
        _content(self.http.post("/_sim/clock", json={"advance_seconds": seconds}))

    def now(self) -> int:
        return int(_content(self.http.get("/_sim/clock"))["now"])

    def assumptions(self) -> dict[str, str]:
        """The answers that it gives now to what the documents leave open."""
        answers: dict[str, str] = _content(self.http.get("/_sim/assumptions"))
        return answers

    def assume(self, **answers: str) -> None:
        """Answer these questions so from now on."""
        _content(self.http.put("/_sim/assumptions", json=answers))

    def faults(self, *api: Json, **webhooks: Any) -> None:
        """These faults and no others."""
        _content(self.http.put("/_sim/faults", json={"api": api, "webhooks": webhooks}))

    def limit(self, calls: int, seconds: int) -> None:
        """It answers so many calls in any so many seconds, and has no other faults."""
        _content(self.http.put("/_sim/faults", json={"limit": {"calls": calls, "seconds": seconds}}))

    def control(self, path: str, **body: str) -> None:
        """What a bank, the staff or the vendor's own jobs do."""
        _content(self.http.post(path, json=body))

    def requests(self, about: str) -> list[Json]:
        """The API calls received in whose path or parameters the text occurs."""
        log = _content(self.http.get("/_sim/requests"))["requests"]
        return [each for each in log if about in json.dumps([each["path"], each["params"]])]

    def statuses(self, since: int) -> list[int]:
        """How it answered every call of the API since a moment (the machine's milliseconds)."""
        return [
            each["status"] for each in _content(self.http.get("/_sim/requests", params={"since": since}))["requests"]
        ]

    def calls(self, about: str, method: str, path: str) -> list[Json]:
        """Those to one path."""
        return [each for each in self.requests(about) if (each["method"], each["path"]) == (method, path)]

    def forget_requests(self) -> None:
        _content(self.http.delete("/_sim/requests"))

    def events(self, customer_id: str) -> list[Json]:
        """What happened to a customer, oldest first, as the webhooks tell it."""
        return [each for each in self.all_events() if customer_of(each) == customer_id]

    def all_events(self) -> list[Json]:
        found: list[Json] = _content(self.http.get("/_sim/events"))["events"]
        return found

    def resend(self, event_id: str) -> None:
        _content(self.http.post(f"/_sim/events/{event_id}/resend"))

    def told(self) -> None:
        """Wait until every webhook has been delivered, or given up."""
        until(lambda: _content(self.http.get("/_sim/webhooks/pending"))["pending"], lambda pending: pending == 0)

    def reset(self) -> None:
        """Forget everything, the time that was advanced too."""
        _content(self.http.post("/_sim/reset"))


def customer_of(event: Json) -> str | None:
    """Most events of money carry their document alone."""
    content = event["content"]
    owner = content["customer"]["id"] if "customer" in content else None
    owners = (each.get("customer_id") for each in content.values() if isinstance(each, dict))
    return owner or next((str(each) for each in owners if each), None)


def page_of(url: str) -> str:
    """The id of the hosted page behind a link."""
    return url.rstrip("/").rpartition("/")[2]


def plan(item_price_id: str = "growth", seats: int = 5) -> Json:
    """The parameters of one plan."""
    return {"subscription_items[item_price_id][0]": item_price_id, "subscription_items[quantity][0]": str(seats)}


def _content(answer: httpx.Response) -> Json:
    assert answer.is_success, answer.text
    content: Json = answer.json()
    return content
