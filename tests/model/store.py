"""The table in memory, with the conditions of the real one.

`tests/subscriptions/test_store_contract.py` runs one suite against this and against `DynamoStore`, so that what is
proved over this model holds for the table.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace

from billing.core.errors import AlreadyProcessed, Conflict, HeldElsewhere
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import Checkout, Organization, OrganizationState, claim
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transaction import OrganizationChange, Outcome, ProcessedEvent

MAX_WRITES = 100
"""DynamoDB's limit for one transaction."""


@dataclass(slots=True)
class MemoryStore:
    """`Store`. Every method is one atomic step; everything kept is immutable, so that a copy is cheap."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    rows: dict[tuple[str, str], Subscription] = field(default_factory=dict)
    ledger: dict[tuple[str, str], ProcessedEvent] = field(default_factory=dict)
    pointers: dict[str, str] = field(default_factory=dict)
    outbox: list[Announcement] = field(default_factory=list)
    holders: dict[str, str] = field(default_factory=dict)
    epoch: int = 0

    def load(self, organization_id: str) -> OrganizationState:
        """The rows come in the order of their sort keys."""
        rows = (row for (owner, _), row in sorted(self.rows.items()) if owner == organization_id)
        return OrganizationState(self.organizations.get(organization_id), tuple(rows), self.epoch)

    def lose(self, organization_id: str) -> None:
        """The organization's own row is gone. Rows that are made later begin behind its versions, as the clock does."""
        lost = self.organizations.pop(organization_id, None)
        self.epoch = max(self.epoch, lost.version if lost else 0) + 1_000

    def commit(self, change: OrganizationChange) -> None:
        """The ledger is looked at before the holders, and these before the version, as `DynamoStore` does."""
        parts = (change, *change.losses)
        _check_size(parts)
        if change.entry and self._settled(change.entry):
            raise AlreadyProcessed(change.entry.event_id)
        if any(self._elsewhere(each) for each in parts):
            raise HeldElsewhere("Another organization holds it.")
        for part in parts:
            self._check(part)
        for part in parts:
            self._write(part)

    def record(self, entry: ProcessedEvent) -> None:
        """An orphan's entry gives way, any other stays."""
        if self._settled(entry):
            raise AlreadyProcessed(entry.event_id)
        self.ledger[entry.source, entry.event_id] = entry

    def unrecorded(self, source: str, event_ids: Sequence[str]) -> frozenset[str]:
        """An orphan is recorded too."""
        return frozenset(each for each in event_ids if (source, each) not in self.ledger)

    def unprovisioned(self, organization_ids: Sequence[str], nameless: Set[str] = frozenset()) -> frozenset[str]:
        """A tombstone counts as provisioned: there is nothing left to do."""
        return frozenset(each for each in organization_ids if self._lacks_something(each, each in nameless))

    def claim_checkout(self, organization_id: str, wanted: Checkout, reopen: int | None = None) -> Organization:
        """The domain's own rule, as one step."""
        held = self.load(organization_id).opened(organization_id)
        self.organizations[organization_id] = claimed = claim(held, wanted, reopen)
        return claimed

    def customer_owner(self, customer_id: str) -> str | None:
        """Only customers with an id of their own have a pointer."""
        return self.pointers.get(customer_id)

    def subscription_holder(self, subscription_id: str) -> str | None:
        """The last to hold it."""
        return self.holders.get(subscription_id)

    def copy(self) -> "MemoryStore":
        """An independent store with the same content."""
        return MemoryStore(
            dict(self.organizations),
            dict(self.rows),
            dict(self.ledger),
            dict(self.pointers),
            list(self.outbox),
            dict(self.holders),
            self.epoch,
        )

    def _elsewhere(self, change: OrganizationChange) -> bool:
        allowed = {change.organization.id, *change.former}
        return any(self.holders.get(each, change.organization.id) not in allowed for each in change.held)

    def _check(self, change: OrganizationChange) -> None:
        owner = change.organization.id
        held = self.organizations.get(owner)
        if held is not None and change.organization.version != held.version + 1:
            raise Conflict(f"Organization {owner} moved on.")
        if any(_newer(self.rows.get((owner, row.id)), row) for row in change.subscriptions):
            raise Conflict(f"A subscription of {owner} moved on.")
        if any(self.pointers.get(each, owner) != owner for each in change.pointers):
            raise Conflict("The customer is another organization's.")

    def _settled(self, entry: ProcessedEvent) -> bool:
        known = self.ledger.get((entry.source, entry.event_id))
        return known is not None and known.outcome is not Outcome.ORPHAN

    def _lacks_something(self, organization_id: str, nameless: bool) -> bool:
        held = self.organizations.get(organization_id)
        if held is None:
            return True
        whole = held.customer_id and (nameless or held.display_name)
        return not whole and held.deleted_at is None

    def _write(self, change: OrganizationChange) -> None:
        owner = change.organization
        self.organizations[owner.id] = owner
        if change.entry:
            self.ledger[change.entry.source, change.entry.event_id] = change.entry
        for row in change.subscriptions:
            self.rows[owner.id, row.id] = replace(row, items=row.items or ())
        for subscription_id in change.erased:
            self.rows.pop((owner.id, subscription_id), None)
        self.pointers.update(dict.fromkeys(change.pointers, owner.id))
        self.holders.update(dict.fromkeys(change.held, owner.id))
        self.outbox += change.announcements


def _newer(kept: Subscription | None, row: Subscription) -> bool:
    if kept is None or kept.resource_version is None or row.resource_version is None:
        return False
    return kept.resource_version > row.resource_version


def _check_size(parts: Sequence[OrganizationChange]) -> None:
    """DynamoDB refuses a transaction that is too large, or that writes one item twice."""
    items = [item for part in parts for item in _items(part)]
    if len(items) > MAX_WRITES or len(set(items)) != len(items):
        raise RuntimeError(f"The table refuses a transaction of {len(items)} writes to {len(set(items))} items.")


def _items(change: OrganizationChange) -> list[tuple[str, ...]]:
    owner = change.organization.id
    return [
        ("organization", owner),
        *(("entry", each.source, each.event_id) for each in (change.entry,) if each),
        *(("row", owner, row.id) for row in change.subscriptions),
        *(("row", owner, each) for each in change.erased),
        *(("pointer", each) for each in change.pointers),
        *(("holder", each) for each in change.held),
        *(("outbox", each.key) for each in change.announcements),
    ]
