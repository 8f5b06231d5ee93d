"""How a site is asked what the vendor's documents leave open."""

from collections.abc import Callable
from dataclasses import dataclass

from billing.plans.plan import Catalog
from tests.sandbox.check import CouldNotTell
from tests.sandbox.goods import goods_of
from tests.sandbox.site import Json, Refused, Site

DECLINING_CARD = "4119862760338320"
"""https://www.chargebee.com/docs/2.0/chargebee-test-gateway.html: accepted when saved, declined when charged."""


@dataclass(frozen=True, slots=True)
class Questions:
    """Each method asks one of the questions, and returns the site's answer in the words of the simulator's switch."""

    site: Site
    catalog: Catalog

    def meta_data(self) -> str:
        customer_id = self.site.customer(meta_data='{"a": 1}')
        self.site.post(f"/customers/{customer_id}", meta_data='{"b": 2}')
        kept = self.site.get(f"/customers/{customer_id}")["customer"].get("meta_data", {})
        return "merged" if "a" in kept else "replaced"

    def failed_charge(self) -> str:
        customer_id = self.site.customer()
        self._declined(customer_id)
        left = self.site.get("/invoices", **{"customer_id[is]": customer_id})["list"]
        return "leaves_due_invoice" if left else "leaves_nothing"

    def error_cause(self) -> str:
        return "named" if self._declined(self.site.customer()).cause else "absent"

    def duplicate_at_page(self) -> str:
        raise CouldNotTell("only a browser can pay two pages of one checkout: see vendor-assumptions.md")

    def subscription_of_voided_invoice(self) -> str:
        bought = self._subscribed(self.site.customer())
        if "invoice" not in bought:
            raise CouldNotTell("the plan's first invoice is not made at once")
        before = bought["subscription"]
        self.site.post(f"/invoices/{bought['invoice']['id']}/void")

        def touched() -> bool | None:
            now = self.site.get(f"/subscriptions/{before['id']}")["subscription"]
            return True if now["resource_version"] > before["resource_version"] else None

        return "touched" if self.site.eventually(touched) else "untouched"

    def agreed_unit_price(self) -> str:
        agreed = 1 + int(goods_of(self.site).prices[self._plan()].get("price") or 0)
        bought = self._subscribed(self.site.customer(), **{"subscription_items[unit_price][0]": agreed})
        path, body = f"/subscriptions/{bought['subscription']['id']}/update_for_items", self._items(3)
        items = self.site.post(path, **body)["subscription"]["subscription_items"]
        return "kept" if items[0]["unit_price"] == agreed else "forgotten"

    def metered_quantity(self) -> str:
        addon = {"subscription_items[item_price_id][1]": goods_of(self.site).metered_addon()}
        try:
            self._subscribed(self.site.customer(), **addon, **{"subscription_items[quantity][1]": 3})
        except Refused as refusal:
            if refusal.param != "subscription_items[quantity][1]":
                raise
            return "refused"
        return "ignored"

    def callers_trial_end(self) -> str:
        raise CouldNotTell("only a site whose time machine has travelled shows it: see vendor-assumptions.md")

    def retry_after(self) -> str:
        try:
            for _ in range(self.site.limit):
                self.site.get("/hosted_pages", limit=1)
        except Refused as refusal:
            return "present" if refusal.headers.get("retry-after") else "absent"
        raise CouldNotTell(f"{self.site.limit} calls were not too many")

    def merge_of_customers(self) -> str:
        origin, target = self.site.customer(), self.site.customer()
        subscription_id = self._subscribed(origin)["subscription"]["id"]
        self.site.post("/customers/merge", from_customer_id=origin, to_customer_id=target)

        def told() -> bool | None:
            events = self.site.get("/events", limit=100, **{"sort_by[desc]": "occurred_at"})["list"]
            subscriptions = (each["event"]["content"].get("subscription", {}) for each in events)
            moved = ((each.get("id"), each.get("customer_id")) for each in subscriptions)
            return True if (subscription_id, target) in moved else None

        return "told" if self.site.eventually(told) else "untold"

    def _declined(self, customer_id: str) -> Refused:
        """How the site refuses to charge a card that does not pay."""
        card = {"card[number]": DECLINING_CARD, "card[cvv]": "100"}
        expiry = {"card[expiry_month]": "12", "card[expiry_year]": "2035"}
        self.site.post("/payment_sources/create_card", customer_id=customer_id, **card, **expiry)
        line = {"charges[amount][0]": "500", "charges[description][0]": "Verification"}
        body = line | {"customer_id": customer_id, "currency_code": self._currency()}
        try:
            self.site.post("/invoices/create_for_charge_items_and_charges", **body)
        except Refused as refusal:
            if refusal.kind != "payment":
                raise
            return refusal
        raise CouldNotTell("the test gateway's declining card was charged")

    def _plan(self) -> str:
        return goods_of(self.site).plan(self.catalog)

    def _currency(self) -> str:
        return str(goods_of(self.site).prices[self._plan()]["currency_code"])

    def _items(self, seats: int) -> Json:
        return {"subscription_items[item_price_id][0]": self._plan(), "subscription_items[quantity][0]": seats}

    def _subscribed(self, customer_id: str, **more: object) -> Json:
        body = self._items(2) | {"auto_collection": "off", "trial_end": 0} | more
        return self.site.post(f"/customers/{customer_id}/subscription_for_items", **body)

    def asked(self) -> dict[str, Callable[[], str]]:
        """Every question by its name; the one that uses up the site's rate limit comes last."""
        return {
            "meta_data": self.meta_data,
            "failed_charge": self.failed_charge,
            "error_cause": self.error_cause,
            "duplicate_at_page": self.duplicate_at_page,
            "subscription_of_voided_invoice": self.subscription_of_voided_invoice,
            "agreed_unit_price": self.agreed_unit_price,
            "metered_quantity": self.metered_quantity,
            "callers_trial_end": self.callers_trial_end,
            "merge_of_customers": self.merge_of_customers,
            "retry_after": self.retry_after,
        }
