"""Everything outside the services, in one value that can be copied."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, cast

from billing.chargebee.read_event import read_event
from billing.core.errors import BillingError
from billing.core.keys import MintId
from billing.links.site import Site as Urls
from billing.plans.plan import Catalog, Plan
from billing.plans.selection import Selection
from billing.subscriptions.services.apply_event import AppliedSnapshot, apply_event
from billing.subscriptions.services.create_checkout import CheckoutOrder, create_checkout
from billing.subscriptions.services.ports import Chargebee, OpenedCheckout, Ports, Queue, Store
from tests.model.chargebee import ChargebeeModel
from tests.model.queue import MemoryQueue, provision
from tests.model.site import Document, Site
from tests.model.store import MemoryStore
from tests.model.time import Time

GROWTH = Plan("growth", "Growth", trial_days=14)
STARTER = Plan("starter", "Starter")
DATA = Plan("data", "Data", line="data")
"""Of another line than the others."""
CATALOG = Catalog({plan.item_price_id: plan for plan in (GROWTH, STARTER)}, {})
LINES = Catalog({**CATALOG.plans, "data": DATA}, {})
URLS = Urls("https://app.test", "https://api.test", "a return key")
RECEIVES = 5
"""How often a message is delivered before it is dead."""

Intercept = Callable[[str, Callable[[], Any]], Any]
"""Is given the name of every port call and its effect, and answers for it."""


def straight(name: str, effect: Callable[[], Any]) -> Any:
    """Let the call happen."""
    return effect()


class Intercepted:
    """A port whose calls all pass through an `Intercept`."""

    def __init__(self, port: Any, intercept: Intercept) -> None:
        self._port = port
        self._intercept = intercept

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._port, name)
        return lambda *args, **kwargs: self._intercept(name, lambda: method(*args, **kwargs))


@dataclass(slots=True)
class ModelWorld:
    """One table, one Chargebee site, the provisioning queue and the time."""

    time: Time = field(default_factory=Time)
    store: MemoryStore = field(default_factory=MemoryStore)
    provisioning: MemoryQueue = field(default_factory=MemoryQueue)
    minted: int = 0
    chargebee: ChargebeeModel = field(init=False)

    def __post_init__(self) -> None:
        self.chargebee = ChargebeeModel(Site(self.time))

    @property
    def site(self) -> Site:
        """What Chargebee holds to be true."""
        return self.chargebee.site

    def ports(self, intercept: Intercept = straight, mint: MintId | None = None) -> Ports:
        """This world, as the services see it."""
        return Ports(
            store=cast("Store", Intercepted(self.store, intercept)),
            chargebee=cast("Chargebee", Intercepted(self.chargebee, intercept)),
            commands=cast("Queue", Intercepted(self.provisioning, intercept)),
            clock=lambda: self.time.now,
            mint_id=mint or self._mint,
            customer_params=lambda organization: {},
        )

    def copy(self) -> "ModelWorld":
        """An independent world in the same state."""
        time = replace(self.time)
        twin = ModelWorld(time, self.store.copy(), self.provisioning.copy(), self.minted)
        twin.chargebee = self.chargebee.copy(self.site.copy(time))
        return twin

    def parts(self) -> Iterator[object]:
        """Everything that makes this world what it is; each part is immutable, and shared by worlds that have it."""
        store, chargebee, site = self.store, self.chargebee, self.site
        yield f"{self.time.now} {self.minted} {site.version} {chargebee.sold}"
        rows: tuple[Mapping[Any, object], ...] = (
            store.organizations,
            store.rows,
            store.ledger,
            store.pointers,
            store.holders,
        )
        records: tuple[Mapping[Any, object], ...] = (
            chargebee.pages,
            chargebee.kept,
            site.customers,
            site.subscriptions,
            site.overrides,
        )
        for kept in (*rows, *records):
            yield len(kept)
            for key in sorted(kept):
                yield key
                yield kept[key]
        for listed in (store.outbox, site.events, self.provisioning.waiting):
            yield len(listed)
            yield from listed

    def _mint(self) -> str:
        self.minted += 1
        return f"sub_{self.minted}"


def minting(prefix: str) -> MintId:
    """Ids that are the same whenever the same actor runs."""
    numbers = count(1)
    return lambda: f"{prefix}_{next(numbers)}"


def checkout(
    ports: Ports,
    organization_id: str,
    plan: Plan = GROWTH,
    seats: int = 5,
    user: str = "user_1",
    *,
    catalog: Catalog = CATALOG,
) -> OpenedCheckout:
    """An admin opens the checkout."""
    selection = Selection(plan.item_price_id, seats)
    return create_checkout(CheckoutOrder(organization_id, user, catalog, selection, "/done", "/billing"), URLS, ports)


def apply(document: Document, ports: Ports) -> AppliedSnapshot:
    """One delivery of one of Chargebee's events, through its JSON."""
    event = read_event(json.loads(json.dumps(document)))
    return apply_event(event, store=ports.store, commands=ports.commands, now=ports.clock())


def scalekit_event(kind: str, organization_id: str, number: int, name: str = "Acme") -> Document:
    """https://docs.scalekit.com/reference/webhooks/organization-events; a later number is a later update."""
    update_time = f"2025-10-09T08:00:{number % 60:02d}.{number // 60:09d}Z"
    data = {"id": organization_id, "display_name": name, "update_time": update_time}
    return {"id": f"evt_{organization_id}_{number}", "type": kind, "data": data}


def drain(world: ModelWorld, ports: Ports) -> None:
    """Consume the provisioning queue until nothing waits; what fails five times is a defect."""
    receives: dict[str, int] = {}
    while world.provisioning.waiting:
        message = world.provisioning.waiting.pop(0)
        try:
            provision(json.loads(message), ports)
        except BillingError:
            receives[message] = receives.get(message, 0) + 1
            if receives[message] >= RECEIVES:
                raise
            world.provisioning.waiting.append(message)
