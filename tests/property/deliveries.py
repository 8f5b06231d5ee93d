"""What is on its way from the vendors to us: late, shuffled, repeated, lost, and in the end reconciled."""

import json
from dataclasses import dataclass, field
from random import Random

from billing.app.reconcile import (
    reconcile_customers,
    reconcile_events,
    reconcile_organizations,
    reconcile_subscriptions,
)
from billing.organizations.domain.organization_event import DELETED
from billing.subscriptions.services.ports import Page, Ports
from tests.model.queue import MemoryImports, MemoryQueue
from tests.model.site import Document
from tests.model.world import ModelWorld, apply, drain, scalekit_event

ROUNDS = 50
"""Of reconciliation, and none needs more than a few."""


@dataclass(slots=True)
class Directory:
    """Scalekit's organizations, as the last event about each told of it: `ScalekitLists`."""

    last: dict[str, Document] = field(default_factory=dict)

    def exists(self, organization_id: str) -> bool:
        """Created, and not deleted."""
        return organization_id in self.last and self.last[organization_id]["type"] != DELETED

    def name(self, organization_id: str) -> str:
        """The last one given, and none for an organization that is gone."""
        return str(self.last[organization_id]["data"]["display_name"]) if self.exists(organization_id) else ""

    def organizations(self, offset: str | None) -> Page[Document]:
        """Those that have not been deleted."""
        return Page([event["data"] for each, event in self.last.items() if self.exists(each)], None)


@dataclass(slots=True)
class Deliveries:
    """`events` come from Chargebee and `scalekit` from there; `seen` were delivered once and may come again."""

    world: ModelWorld
    ports: Ports
    directory: Directory = field(default_factory=Directory)
    events: list[Document] = field(default_factory=list)
    scalekit: list[Document] = field(default_factory=list)
    seen: list[Document] = field(default_factory=list)
    collected: int = 0
    told: int = 0

    def collect(self) -> bool:
        """Take what Chargebee has sent since; whether anything is on its way."""
        self.events += self.world.site.events[self.collected :]
        self.collected = len(self.world.site.events)
        return bool(self.events)

    def tell(self, kind: str, organization_id: str) -> None:
        """Something happens to an organization, and Scalekit sends an event of it."""
        self.told += 1
        event = scalekit_event(kind, organization_id, self.told, f"Name {self.told}")
        self.directory.last[organization_id] = event
        self.scalekit.append(event)

    def apply(self, event: Document) -> None:
        """Chargebee delivers."""
        self.seen.append(event)
        apply(event, self.ports)
        assert ("chargebee", event["id"]) in self.world.store.ledger, "an event without its entry"

    def provision(self, event: Document) -> None:
        """Scalekit delivers, and the provisioning queue is worked off."""
        self.world.provisioning.send(json.dumps(event))
        drain(self.world, self.ports)

    def deliver(self, random: Random) -> None:
        """Deliver everything, in some order, until nothing is on its way."""
        while self.collect() or self.scalekit or self.world.provisioning.waiting:
            random.shuffle(self.events)
            random.shuffle(self.scalekit)
            while self.events:
                self.apply(self.events.pop())
            while self.scalekit:
                self.provision(self.scalekit.pop())
            drain(self.world, self.ports)

    def settle(self, random: Random) -> None:
        """Deliver everything, and then what the reconciliation finds missing, until nothing is."""
        self.deliver(random)
        rounds = 0
        while self._reconcile():
            self.deliver(random)
            rounds += 1
            assert rounds < ROUNDS, "reconciliation finds the same again and again"

    def _reconcile(self) -> bool:
        queue, now = MemoryQueue(), self.world.time.now
        reconcile_events(self.world.chargebee, self.world.store, queue, 0, now)
        reconcile_subscriptions(self.world.chargebee, self.world.store, queue, 0, now)
        reconcile_customers(self.world.chargebee, self.world.store, queue, 0, now)
        for message in queue.waiting:
            self.apply(json.loads(message))
        reconcile_organizations(self.directory, self.world.store, MemoryImports(self.world.provisioning), now, now)
        return bool(queue.waiting or self.world.provisioning.waiting)
