"""The main job on a real site: an organization buys, changes its mind, and what is kept here follows Chargebee.

The adapters and services are the deployed ones, the table is in memory. Only a browser can pay a page, so the
subscription is made through the API, under the id that the page promised.
"""

from dataclasses import dataclass, field

from billing.chargebee.api import ChargebeeApi
from billing.chargebee.coupons import ChargebeeCoupons
from billing.chargebee.read_event import read_event
from billing.chargebee.site_lists import SiteLists
from billing.core.clock import utc_now
from billing.core.keys import mint_subscription_id
from billing.links.site import Site as Urls
from billing.plans.plan import Catalog
from billing.plans.selection import Selection
from billing.subscriptions.domain.change import Wanted
from billing.subscriptions.services.apply_event import apply_event
from billing.subscriptions.services.change_subscription import SubscriptionChange, change_subscription
from billing.subscriptions.services.create_checkout import CheckoutOrder, create_checkout
from billing.subscriptions.services.end_subscription import cancel_at_term_end, cancel_now, restore
from billing.subscriptions.services.open_portal import open_portal
from billing.subscriptions.services.ports import OpenedCheckout, Ports
from tests.model.queue import MemoryQueue
from tests.model.store import MemoryStore
from tests.sandbox.check import Check, CouldNotTell, Differs
from tests.sandbox.goods import goods_of
from tests.sandbox.site import Json, Refused, Site

URLS = Urls("https://app.example.com", "https://api.example.com", "the key of a verification")
SEATS = 2


@dataclass(slots=True)
class MainJob:
    """Each step needs those before it. `opened` is the checkout."""

    site: Site
    api: ChargebeeApi
    lists: SiteLists
    coupons: ChargebeeCoupons
    catalog: Catalog
    store: MemoryStore = field(default_factory=MemoryStore)
    began: int = field(default_factory=utc_now)
    organization_id: str = ""
    opened: OpenedCheckout | None = None

    def checks(self) -> tuple[Check, ...]:
        """In the order in which they are to be made."""
        return (
            Check("everything that plans.toml sells is on the site", self._sells),
            Check("a checkout opens, and its customer carries its stamp", self._opens),
            Check("the same checkout again is the same page", self._repeats),
            Check("the page can be paid", self._payable),
            Check("a subscription gets the id that was promised, once", self._subscribes),
            Check("its events arrive, and what is kept here follows", self._follows),
            Check("a change of seats opens a page", self._changes),
            Check("the portal opens", self._portal),
            Check("a cancellation is scheduled, taken back, and made", self._cancels),
            Check("one key for two requests is refused", self._reuses_a_key),
        )

    def _sells(self) -> str:
        if missing := goods_of(self.site).missing(self.catalog):
            raise Differs(f"missing: {', '.join(missing)}")
        return ""

    def _opens(self) -> str:
        self.organization_id = self.site.name("organization")
        self.opened = self._checkout()
        stamped = self.api.customer(self.organization_id)
        if (stamped.organization_id, stamped.pending_subscription_id) != (self.organization_id, self._promised):
            raise Differs(f"the customer carries {dict(stamped.meta_data)}")
        return ""

    def _repeats(self) -> str:
        promised, again = self._promised, self._checkout()
        if self.opened is None or (again.page.id, again.subscription_id) != (self.opened.page.id, promised):
            raise Differs(f"it is {again.page.id}")
        return ""

    def _payable(self) -> str:
        url = self.opened.page.url if self._promised and self.opened else ""
        raise CouldNotTell(f"open {url} in a browser: it must show a form for a card")

    def _subscribes(self) -> str:
        promised = self._promised
        plan = {"subscription_items[item_price_id][0]": self._plan, "subscription_items[quantity][0]": SEATS}
        order: Json = {"id": promised, "auto_collection": "off", "trial_end": 0, **plan}
        path = f"/customers/{self.organization_id}/subscription_for_items"
        self.site.post(path, **order)
        try:
            self.site.post(path, **order)
        except Refused as refusal:
            if refusal.code == "duplicate_entry":
                return ""
            raise Differs(f"the second time it is refused with {refusal}") from refusal
        raise Differs("it was made twice")

    def _follows(self) -> str:
        promised = self._promised
        if not self.site.eventually(lambda: self._applied(promised)):
            raise Differs("no event told of it")
        [row] = self.store.load(self.organization_id).subscriptions
        if row.ended or row.id != promised:
            raise Differs(f"what is kept here is {row.id}, {row.status}")
        return str(row.status)

    def _applied(self, subscription_id: str) -> bool | None:
        """Apply what the site has told of the organization so far."""
        for document in self.lists.events(self.began - 60, None).resources:
            if self.organization_id in str(document["content"]):
                event = read_event(document)
                apply_event(event, store=self.store, commands=MemoryQueue(), now=utc_now())
        rows = self.store.load(self.organization_id).subscriptions
        return True if any(row.id == subscription_id for row in rows) else None

    def _changes(self) -> str:
        order = SubscriptionChange(
            self.organization_id, self._promised, Wanted(seats=SEATS + 1), "/billing", "/billing"
        )
        return change_subscription(order, self.catalog, self.coupons, URLS, self._ports).page.url

    def _portal(self) -> str:
        return open_portal(self.organization_id, URLS.page_url("/billing"), self._ports)

    def _cancels(self) -> str:
        about = self.organization_id, self._promised
        if cancel_at_term_end(*about, "", self._ports).cancel_at is None:
            raise Differs("a scheduled cancellation has no date")
        if restore(*about, self._ports).cancel_at is not None:
            raise Differs("the cancellation is still scheduled")
        ended = cancel_now(*about, "", self._ports)
        if not ended.ended:
            raise Differs(f"a cancelled subscription is {ended.status}")
        return ""

    def _reuses_a_key(self) -> str:
        key = self.site.name("key")
        self.site.post("/customers", key, id=self.site.name("customer"))
        try:
            self.site.post("/customers", key, id=self.site.name("customer"))
        except Refused as refusal:
            if (refusal.status, refusal.code) == (422, "unable_to_process_request"):
                return ""
            raise Differs(f"with {refusal}") from refusal
        raise Differs("it is taken")

    def _checkout(self) -> OpenedCheckout:
        order = CheckoutOrder(
            self.organization_id, "verification", self.catalog, Selection(self._plan, SEATS), "/billing", "/billing"
        )
        return create_checkout(order, URLS, self._ports)

    @property
    def _ports(self) -> Ports:
        return Ports(self.store, self.api, MemoryQueue(), utc_now, mint_subscription_id, lambda organization: {})

    @property
    def _plan(self) -> str:
        return goods_of(self.site).plan(self.catalog)

    @property
    def _promised(self) -> str:
        if self.opened is None:
            raise CouldNotTell("there is no checkout")
        return self.opened.subscription_id
