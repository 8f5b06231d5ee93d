"""The simulator as the tests see it: the vendor's SDK on one side, the control routes on the other."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
from chargebee import Chargebee

DAY = 86_400
MONTH = 31 * DAY


@dataclass(frozen=True)
class Vendor:
    sdk: Chargebee
    http: httpx.Client

    def control(self, method: str, path: str, body: object = None) -> Any:
        response = self.http.request(method, f"/_sim{path}", json=body)
        response.raise_for_status()
        return response.json()

    def now(self) -> int:
        return int(self.control("GET", "/clock")["now"])

    def advance(self, seconds: int) -> int:
        return int(self.control("POST", "/clock", {"advance_seconds": seconds})["now"])

    def customer(self, customer_id: str = "org_1", card: str | None = None) -> str:
        self.sdk.Customer.create({"id": customer_id, "company": "Acme"})
        if card:
            self.control("POST", f"/customers/{customer_id}/card", {"card": card})
        return customer_id

    def subscribe(self, subscription_id: str = "sub_1", *, trial_days: int = 0, seats: int = 2) -> Any:
        """A `growth` subscription of a new customer with a good card, made by the API."""
        customer_id = self.customer(f"{subscription_id}-owner", "ok")
        params: dict[str, Any] = {
            "id": subscription_id,
            "subscription_items": [{"item_price_id": "growth", "quantity": seats}],
        }
        if trial_days:
            params["trial_end"] = self.now() + trial_days * DAY
        return self.sdk.Subscription.create_with_items(customer_id, params).subscription

    def subscription(self, subscription_id: str = "sub_1") -> Any:
        return self.sdk.Subscription.retrieve(subscription_id).subscription

    def open_checkout(self, customer_id: str = "org_1", **params: Any) -> Any:
        asked = {
            "customer": {"id": customer_id},
            "subscription_items": [{"item_price_id": "growth", "quantity": 2}],
            "redirect_url": "https://app.example/success?state=abc",
            "cancel_url": "https://app.example/billing",
        }
        return self.sdk.HostedPage.checkout_new_for_items(asked | params).hosted_page

    def pay(self, page_id: str, card: str = "ok") -> Any:
        return self.control("POST", f"/hosted_pages/{page_id}/pay", {"card": card})

    def events(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "/events")["events"])

    def event_types(self) -> list[str]:
        return [event["event_type"] for event in self.events()]

    def delivered(self, within: float = 5.0) -> None:
        """Wait until no webhook is under way."""
        deadline = time.monotonic() + within
        while self.control("GET", "/webhooks/pending")["pending"]:
            assert time.monotonic() < deadline, "webhooks are still pending"
