"""The queues in memory, and what the provisioning queue's consumer does with a message."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from billing.organizations.domain import organization_event
from billing.organizations.services.adopt_customer import adopt_customer
from billing.organizations.services.provision_organization import provision_organization
from billing.organizations.services.retire_organization import cancel_orphan, retire_organization
from billing.scalekit.read_event import read_organization_event
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.read_levels import Entitlements, holder_of, read_levels
from billing.subscriptions.services.resync_organization import resync_organization


@dataclass(slots=True)
class MemoryQueue:
    """`Queue`. The waiting messages, oldest first; whoever takes one decides about its order and its repeats."""

    waiting: list[str] = field(default_factory=list)

    def send(self, body: str) -> None:
        """Durable at once."""
        self.waiting.append(body)

    def send_all(self, bodies: Sequence[str]) -> None:
        """`BatchQueue`."""
        self.waiting.extend(bodies)

    def command(self, command: Command) -> None:
        """The message that `SqsQueue` would send."""
        ids = {
            "organizationId": command.organization_id,
            "subscriptionId": command.subscription_id,
            "customerId": command.customer_id,
        }
        self.send(json.dumps({"type": str(command.task), **ids}))

    def copy(self) -> "MemoryQueue":
        """An independent queue with the same messages."""
        return MemoryQueue(list(self.waiting))


@dataclass(frozen=True, slots=True)
class MemoryImports:
    """`Imports` into one queue with all else. Between two runs lies a day, so that nothing counts as asked for."""

    queue: MemoryQueue

    def send_all(self, bodies: Sequence[str]) -> None:
        """`BatchQueue`."""
        self.queue.send_all(bodies)

    def unasked(self, organization_ids: Collection[str]) -> frozenset[str]:
        """All of them."""
        return frozenset(organization_ids)

    def asked(self, organization_ids: Collection[str]) -> None:
        """It is forgotten by the next run."""


def provision(body: Mapping[str, Any], ports: Ports) -> None:
    """The decisions of `billing.app.provisioning`; a type that it does not know is a defect here."""
    match body["type"]:
        case organization_event.CREATED | organization_event.UPDATED:
            provision_organization(read_organization_event(body), ports)
        case organization_event.DELETED:
            retire_organization(read_organization_event(body), ports)
        case Task.RESYNC:
            resync_organization(body["organizationId"], ports)
        case Task.READ_LEVELS:
            if holder := holder_of(body["subscriptionId"], ports):
                read_levels(holder, ["calls"], cast("Entitlements", ports.chargebee), ports)
        case Task.ADOPT_CUSTOMER:
            adopt_customer(body["organizationId"], body["customerId"], ports)
        case Task.CANCEL_ORPHAN:
            cancel_orphan(body["subscriptionId"], ports)
        case unknown:
            raise AssertionError(f"Nobody handles {unknown!r}.")
