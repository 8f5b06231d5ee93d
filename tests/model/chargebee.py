"""Chargebee's API over a modelled site: unique ids, hosted pages, and idempotency keys that are replayed.

What the vendor's documents leave open is settled against us: a deleted customer may or may not be retrievable, and
neither its id nor a deleted subscription's is free again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from billing.chargebee.read_event import read_customer, read_subscription
from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeNotFound, ChargebeeRefused
from billing.plans.selection import Selection
from billing.subscriptions.domain.billing_event import Customer
from billing.subscriptions.domain.subscription import Level, Subscription
from billing.subscriptions.services.ports import ChangeRequest, HostedPage, Listing, Opening, Page, PageRequest
from tests.model.site import Document, Items, Site

REPLAY_WINDOW = 1_800
PAGE_LIFETIME = 10_800
"""Seconds, of https://apidocs.chargebee.com/docs/api/idempotency and /hosted_pages."""

Answer = TypeVar("Answer")


class KeyMisused(AssertionError):
    """One idempotency key came with two different requests."""


@dataclass(frozen=True, slots=True)
class BrowserPage:
    """A hosted page: `open` until it is paid (`succeeded`) or left (`cancelled`), or its time is over."""

    id: str
    request: PageRequest | ChangeRequest
    expires_at: int
    state: str = "open"


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: str
    answer: Any
    until: int


@dataclass(slots=True)
class ChargebeeModel:
    """`Chargebee`, `ChargebeeLists` and `Entitlements`. `sold` are the subscriptions bought on our pages, in order."""

    site: Site
    shows_deleted_customers: bool = True
    pages: dict[str, BrowserPage] = field(default_factory=dict)
    kept: dict[str, _Kept] = field(default_factory=dict)
    sold: tuple[str, ...] = ()

    def create_customer(self, customer_id: str, params: Mapping[str, Any]) -> None:
        """`ChargebeeApi`'s key is a digest of the body."""

        def effect() -> None:
            if customer_id in self.site.customers:
                raise ChargebeeDuplicate(customer_id)
            self.site.put_customer(customer_id, "customer_created", **params)

        body = repr((customer_id, params))
        self._once(f"customer-{body}", body, effect)

    def stamp_customer(
        self, customer_id: str, meta_data: Mapping[str, Any], key: str, email: str | None = None
    ) -> None:
        """All of the meta data is replaced."""

        def effect() -> None:
            self._customer(customer_id)
            changes = {"meta_data": dict(meta_data)} | ({"email": email} if email else {})
            self.site.put_customer(customer_id, "customer_changed", **changes)

        self._once(key, repr((customer_id, sorted(meta_data.items()), email)), effect)

    def customer(self, customer_id: str) -> Customer:
        """A deleted one with its flag, or not at all."""
        document = self.site.customers.get(customer_id)
        if document is None or (document["deleted"] and not self.shows_deleted_customers):
            raise ChargebeeNotFound(customer_id)
        return read_customer(document)

    def never_billed(self, customer_id: str) -> bool:
        """The model makes no invoice without a subscription."""
        return not any(each["customer_id"] == customer_id for each in self.site.subscriptions.values())

    def open_checkout(self, request: PageRequest) -> HostedPage:
        """The subscription id is checked now, and again at payment."""

        def effect() -> str:
            self._customer(request.customer_id)
            if request.subscription_id in self.site.subscriptions:
                raise ChargebeeDuplicate(request.subscription_id)
            return self._open(request)

        return self._page(request, effect)

    def open_and_look(self, request: PageRequest) -> Opening:
        """One step: whatever happens before the customer is stamped happens to a page that is there."""
        page, customer = self.open_checkout(request), self.customer(request.customer_id)
        seen = (each for each in self.subscriptions(request.customer_id) if each.live or each.trial_start is not None)
        # what no opening depends on is left out, so that equal futures are equal states
        return Opening(page, replace(customer, card_status=None, resource_version=None), tuple(seen))

    def open_change(self, request: ChangeRequest) -> tuple[HostedPage, Subscription]:
        """A page that changes what is already there."""

        def effect() -> str:
            if self._subscription(request.subscription_id)["customer_id"] != request.customer_id:
                raise ChargebeeNotFound(request.subscription_id)
            return self._open(request)

        return self._page(request, effect), self.subscription(request.subscription_id)

    def page_is_open(self, page_id: str) -> bool:
        """Neither paid nor left nor expired."""
        page = self.pages[page_id]
        return page.state == "open" and self.site.time.now < page.expires_at

    def open_portal(self, customer_id: str, redirect_url: str, key: str) -> str:
        """Single use."""
        self._customer(customer_id)
        return self._once(key, repr((customer_id, redirect_url)), lambda: f"https://portal/{key}")[0]

    def subscription(self, subscription_id: str) -> Subscription:
        """A deleted one is only in the lists."""
        return read_subscription(self._subscription(subscription_id), self.site.time.now)

    def subscriptions(self, customer_id: str) -> Sequence[Subscription]:
        """The deleted too."""
        return [
            read_subscription(each, self.site.time.now)
            for each in self.site.subscriptions.values()
            if each["customer_id"] == customer_id
        ]

    def listing(self, customer_id: str) -> Listing:
        """The customer as it is now, beside each."""
        found = self.subscriptions(customer_id)
        return Listing(found, read_customer(self.site.customers[customer_id]) if found else None)

    def levels(self, subscription_id: str) -> Mapping[str, Level]:
        """`Entitlements`, in one page."""
        self._subscription(subscription_id)
        return {"calls": Level("calls", self.site.level(subscription_id))}

    def cancel_now(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """`ChargebeeApi` looks first, and leaves alone what has ended or has another customer."""
        current = self.subscription(row.id)
        return current if current.ended else self._act_on("cancel", row, key)

    def cancel_at_term_end(self, row: Subscription, key: str, reason_code: str = "") -> Subscription:
        """Refused unless it is running and not cancelling already."""
        return self._act_on("schedule_cancellation", row, key)

    def keep(self, row: Subscription, key: str) -> Subscription:
        """Refused unless a cancellation is scheduled."""
        return self._act_on("keep", row, key)

    def keep_items(self, row: Subscription, key: str) -> Subscription:
        """The model schedules no changes."""
        raise ChargebeeRefused("Nothing is scheduled.", "invalid_state_for_request")

    def events(self, since: int, offset: str | None) -> Page[Document]:
        """In one page: paging is for `ChargebeeApi` to prove."""
        return Page([each for each in self.site.events if each["occurred_at"] >= since], None)

    def updated_subscriptions(self, since: int, offset: str | None) -> Page[Document]:
        """In one page."""
        found = [each for each in self.site.subscriptions.values() if each["updated_at"] >= since]
        return Page(
            [{"subscription": each, "customer": self.site.customers[each["customer_id"]]} for each in found], None
        )

    def updated_customers(self, since: int, offset: str | None) -> Page[Document]:
        """In one page, whenever they changed."""
        return Page([each for each in self.site.customers.values() if not each["deleted"]], None)

    def payable(self) -> tuple[str, ...]:
        """The pages on which a browser could confirm something now."""
        return tuple(page_id for page_id in self.pages if self._confirmable(self.pages[page_id]))

    def pay(self, page_id: str) -> None:
        """The browser confirms the page. Raises ChargebeeDuplicate when another page sold the subscription first."""
        request = self.pages[page_id].request
        if isinstance(request, ChangeRequest):
            lines = ((each.item_price_id, each.item_type, each.quantity or 1) for each in request.lines.items)
            self.site.change_items(request.subscription_id, tuple(lines))
        elif request.subscription_id in self.site.subscriptions:
            raise ChargebeeDuplicate(request.subscription_id)
        else:
            items = _items(request.selection)
            self.site.subscribe(request.customer_id, request.subscription_id, items, request.trial_end)
            self.sold = (*self.sold, request.subscription_id)
        self.pages[page_id] = replace(self.pages[page_id], state="succeeded")

    def leave(self, page_id: str) -> None:
        """The browser cancels the page."""
        self.pages[page_id] = replace(self.pages[page_id], state="cancelled")

    def copy(self, site: Site) -> "ChargebeeModel":
        """The same API over a copy of its site."""
        return replace(self, site=site, pages=dict(self.pages), kept=dict(self.kept))

    def _confirmable(self, page: BrowserPage) -> bool:
        if not self.page_is_open(page.id):
            return False
        if isinstance(page.request, ChangeRequest):
            return self.site.may("change_items", page.request.subscription_id)
        return not self.site.customers[page.request.customer_id]["deleted"]

    def _customer(self, customer_id: str) -> Document:
        document = self.site.customers.get(customer_id)
        if document is None or document["deleted"]:
            raise ChargebeeNotFound(customer_id)
        return document

    def _subscription(self, subscription_id: str) -> Document:
        document = self.site.subscriptions.get(subscription_id)
        if document is None or document["deleted"]:
            raise ChargebeeNotFound(subscription_id)
        return document

    def _act_on(self, action: str, row: Subscription, key: str) -> Subscription:
        """`ChargebeeApi` looks first, and leaves alone what has another customer."""
        current = self.subscription(row.id)
        return self._act(action, row.id, key) if current.customer_id == row.customer_id else current

    def _act(self, action: str, subscription_id: str, key: str) -> Subscription:
        def effect() -> Subscription:
            self._subscription(subscription_id)
            if not self.site.may(action, subscription_id):
                raise ChargebeeRefused(f"Not in this state: {action}.", "invalid_state_for_request")
            getattr(self.site, action)(subscription_id)
            return self.subscription(subscription_id)

        return self._once(key, repr((action, subscription_id)), effect)[0]

    def _page(self, request: PageRequest | ChangeRequest, effect: Callable[[], str]) -> HostedPage:
        page_id, replayed = self._once(request.key, repr(request), effect)
        return HostedPage(page_id, f"https://pages/{page_id}", replayed)

    def _open(self, request: PageRequest | ChangeRequest) -> str:
        page_id = f"page_{len(self.pages) + 1}"
        self.pages[page_id] = BrowserPage(page_id, request, self.site.time.now + PAGE_LIFETIME)
        return page_id

    def _once(self, key: str, fingerprint: str, effect: Callable[[], Answer]) -> tuple[Answer, bool]:
        """The effect's answer, and whether it was kept from before. A refusal is not kept: nothing happened."""
        kept = self.kept.get(key)
        if kept is None or self.site.time.now >= kept.until:
            answer = effect()
            self.kept[key] = _Kept(fingerprint, answer, self.site.time.now + REPLAY_WINDOW)
            return answer, False
        if kept.fingerprint != fingerprint:
            raise KeyMisused(f"{key}: {kept.fingerprint} and then {fingerprint}")
        return kept.answer, True


def _items(selection: Selection) -> Items:
    plan = (selection.item_price_id, "plan", selection.seats)
    return (plan, *((price, "addon", quantity) for price, quantity in selection.addons))
