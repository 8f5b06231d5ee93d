"""Apply what Chargebee says, by webhook or by answer, to the organization that it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed, HeldElsewhere
from billing.core.until_won import EVENT_ATTEMPTS, until_won
from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.decision import decide
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.ownership import candidate_organizations, owns
from billing.subscriptions.domain.reducer import Source
from billing.subscriptions.domain.transaction import Command, Outcome, ProcessedEvent, Task

if TYPE_CHECKING:
    from billing.subscriptions.domain.billing_event import Customer
    from billing.subscriptions.domain.decision import Alert, Decision
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports, Queue, Store


@dataclass(frozen=True, slots=True)
class AppliedSnapshot:
    """What became of a snapshot, whose it is where that is known, and what an operator should hear of it."""

    outcome: Outcome
    warnings: tuple[Alert, ...] = ()
    organization_id: str | None = None


def apply_event(event: BillingEvent, *, store: Store, commands: Queue, now: int) -> AppliedSnapshot:
    """Apply one delivered event, exactly once: its entry in the event log is part of the same transaction.

    Raises Conflict when other writers won every attempt; the delivery is then repeated.
    """

    def commit(decision: Decision) -> AppliedSnapshot:
        entry = ProcessedEvent("chargebee", event.id, event.type, decision.outcome, now)
        try:
            if decision.change is None:
                store.record(entry)
            else:
                store.commit(replace(decision.change, entry=None if decision.unfinished else entry))
        except AlreadyProcessed:
            return AppliedSnapshot(Outcome.DUPLICATE)
        return AppliedSnapshot(decision.outcome, decision.warnings)

    lost = f"Event {event.id} lost every race for its organization."
    return until_won(_attempting(event, Source.EVENT, commit, store, commands), EVENT_ATTEMPTS, lost)


def absorb(snapshot: Subscription, ports: Ports, customer: Customer | None = None) -> AppliedSnapshot:
    """Apply a snapshot that was read from Chargebee just now. It needs no log: applying it again changes nothing."""
    store = ports.store
    event = BillingEvent("", "read", occurred_at=ports.clock(), customer=customer, subscription=snapshot)

    def commit(decision: Decision) -> AppliedSnapshot:
        if decision.change is not None:
            store.commit(decision.change)
        return AppliedSnapshot(decision.outcome, decision.warnings)

    lost = f"Subscription {snapshot.id} lost every race for its organization."
    return until_won(_attempting(event, Source.READ, commit, store, ports.commands), EVENT_ATTEMPTS, lost)


def _attempting(
    event: BillingEvent, source: Source, commit: Callable[[Decision], AppliedSnapshot], store: Store, commands: Queue
) -> Callable[[], AppliedSnapshot]:
    """Read, decide and write, until all is written. Whoever else holds what the event tells of is read from the second
    attempt on.

    A subscription that goes to nobody is asked for at once: nothing that is written would tell who had it.
    """
    queued: set[Command] = set()
    formers: set[str] = set()

    def attempt() -> AppliedSnapshot:
        while True:
            decision, applied = step()
            if not decision.unfinished:
                return applied

    def step() -> tuple[Decision, AppliedSnapshot]:
        partition = find_partition(event, store)
        decision = _decided(partition, formers, event, source, store)
        if decision.outcome in _NOBODYS and not formers and (holders := _holders(event, partition, store)):
            formers.update(holders)
            decision = _decided(partition, formers, event, source, store)
        if source is Source.EVENT and decision.outcome is Outcome.ORPHAN and not decision.commands:
            decision = replace(decision, commands=_claims(event, store))
        _queue(decision, commands, queued)
        owner = decision.change.organization if decision.change else partition.organization
        try:
            return decision, replace(commit(decision), organization_id=owner.id if owner else None)
        except HeldElsewhere:
            formers.update(_holders(event, partition, store))
            raise

    return attempt


def _decided(
    partition: OrganizationState, formers: set[str], event: BillingEvent, source: Source, store: Store
) -> Decision:
    if not formers:
        return decide(partition, event, source)
    from billing.subscriptions.domain.move import decide_among  # noqa: PLC0415 - hardly ever

    return decide_among(partition, _read(formers, store), event, source)


def _read(organization_ids: set[str], store: Store) -> list[OrganizationState]:
    """Each of them; one whose row was lost has its subscriptions still, which can be lost like any."""
    states = [(each, store.load(each)) for each in sorted(organization_ids)]
    return [replace(state, organization=state.opened(each)) for each, state in states]


_NOBODYS = frozenset({Outcome.ORPHAN, Outcome.IGNORED})
"""Nobody's, or a deleted organization's."""


def _holders(event: BillingEvent, partition: OrganizationState, store: Store) -> set[str]:
    """The other organizations that hold what the event tells of."""
    told = (*event.closed, *((event.subscription,) if event.subscription else ()))
    own = partition.organization.id if partition.organization else None
    found = (store.subscription_holder(each.id) for each in told)
    return {each for each in found if each is not None and each != own}


def find_partition(event: BillingEvent, store: Store) -> OrganizationState:
    """The partition that the event's customer belongs to: one read when the customer's id is the organization's.

    A customer that names an organization nobody has told us of yet brings it into being, and one whose row is lost
    comes back with its subscriptions.
    """
    unheard_of: Organization | None = None
    for organization_id in candidate_organizations(event):
        partition = store.load(organization_id)
        organization = partition.opened(organization_id)
        if partition.organization is None and not partition.subscriptions:
            unheard_of = unheard_of or organization
        elif owns(organization, event) and not _pointed_elsewhere(organization, event, store):
            return replace(partition, organization=organization)
    if event.customer_id and (owner := store.customer_owner(event.customer_id)):
        partition = store.load(owner)
        if partition.organization is None:
            mapped = partition.opened(owner)
            return replace(partition, organization=replace(mapped, customer_id=mapped.customer_id or event.customer_id))
        return partition
    if event.customer and unheard_of and unheard_of.id == event.customer.organization_id:
        return OrganizationState(unheard_of)
    return OrganizationState()


def _pointed_elsewhere(organization: Organization, event: BillingEvent, store: Store) -> bool:
    """Whether a customer that the organization would take for its id alone is mapped to another, if not stamped yet."""
    named = event.customer.organization_id if event.customer else None
    if organization.customer_id is not None or named == organization.id or event.customer_id is None:
        return False
    return store.customer_owner(event.customer_id) not in (None, organization.id)


def _claims(event: BillingEvent, store: Store) -> tuple[Command, ...]:
    """What looks into a customer that says to be an organization's which has another one."""
    stamped = event.customer.organization_id if event.customer else None
    named = candidate_organizations(event) if event.subscription else filter(None, (stamped,))
    known = (store.load(each).organization for each in named)
    return tuple(
        Command(Task.ADOPT_CUSTOMER, each.id, customer_id=event.customer_id)
        for each in known
        if each is not None and each.deleted_at is None and event.customer_id
    )


def _queue(decision: Decision, commands: Queue, queued: set[Command]) -> None:
    """Before the commit: a crash in between repeats the command, and never forgets it. Lost races do not repeat it."""
    for command in decision.commands:
        if command not in queued:
            commands.command(command)
            queued.add(command)
