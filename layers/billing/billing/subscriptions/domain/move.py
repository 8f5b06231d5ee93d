"""A subscription that changes its organization: what the former one loses, in the same transaction.

A merge of customers and a move of a subscription keep the subscription's id and give it another customer
(https://apidocs.chargebee.com/docs/api/subscriptions/move-a-subscription). The news come in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.decision import Decision, decide
from billing.subscriptions.domain.organization import OrganizationState, derived
from billing.subscriptions.domain.ownership import Link, next_change
from billing.subscriptions.domain.reducer import Source, Verdict, age
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.domain.transaction import Command, OrganizationChange, Outcome, Task
from billing.subscriptions.domain.transition import transitions


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription as another organization has it."""

    partition: OrganizationState
    row: Subscription


def decide_among(
    partition: OrganizationState,
    formers: Sequence[OrganizationState],
    event: BillingEvent,
    source: Source = Source.EVENT,
) -> Decision:
    """Decide as `decide` does, and let the `formers` lose what the event gives to somebody else.

    Invariant: of all organizations only the one that the newest snapshot names has a subscription that is not ended.
    News that are older than what a former organization has change nobody's subscriptions.
    """
    holdings = _holdings(partition, formers, event)
    verdicts = {each.id: _compare(holdings[each.id].row, each, source) for each in _told(event) if each.id in holdings}
    if event.subscription and verdicts.get(event.subscription.id) is Verdict.UNDECIDED:
        return _ask((partition, holdings[event.subscription.id].partition), event)
    current = _without(event, {each for each, verdict in verdicts.items() if verdict is not Verdict.NEWER})
    decision = decide(partition, current, source)
    blind = current.subscription is not None and bool(formers) and not holdings and source is Source.EVENT
    if blind and decision.change and decision.change.held:
        return _ask((partition,), event)  # whoever had it is gone, and with it what could be compared
    if event.subscription and current.subscription is None:
        decision = replace(decision, outcome=Outcome.STALE)
    return _with_losses(decision, partition, formers, _lost(holdings, current), event.occurred_at)


def let_go(former: OrganizationState, snapshot: Subscription, at: int) -> OrganizationChange | None:
    """The former organization without the subscription, of which `snapshot` is known to be true; None if it has none.

    `at` is UTC seconds.
    """
    row = next((each for each in former.subscriptions if each.id == snapshot.id), None)
    if row is None or not _own(former, row) or row.customer_id == snapshot.customer_id or age(snapshot, row) < 0:
        return None
    return _loss(former, {row.id: snapshot}, at)


def _told(event: BillingEvent) -> tuple[Subscription, ...]:
    return (*event.closed, *((event.subscription,) if event.subscription else ()))


def _holdings(
    partition: OrganizationState, formers: Iterable[OrganizationState], event: BillingEvent
) -> Mapping[str, Holding]:
    """What others have of that which the event tells of. A deleted organization holds nothing any more."""
    ids = {each.id for each in _told(event)}
    own = partition.organization.id if partition.organization else None
    return {
        row.id: Holding(former, row)
        for former in formers
        if former.organization and former.organization.id != own and former.organization.deleted_at is None
        for row in former.subscriptions
        if row.id in ids
    }


def _compare(held: Subscription, snapshot: Subscription, source: Source) -> Verdict:
    """Which is true. A row that names the snapshot's own customer was let go already."""
    newer_by = age(snapshot, held)
    if newer_by > 0 or held.customer_id == snapshot.customer_id:
        return Verdict.NEWER
    if newer_by < 0:
        return Verdict.OLDER
    return Verdict.NEWER if source is Source.READ else Verdict.UNDECIDED


def _ask(partitions: Sequence[OrganizationState], event: BillingEvent) -> Decision:
    """Whose it is, only Chargebee knows: each of the organizations reads what it has. The first is the event's own."""
    known = (each.organization for each in partitions)
    commands = tuple(Command(Task.RESYNC, each.id) for each in known if each is not None)
    decision = decide(partitions[0], replace(event, subscription=None, closed=(), unreadable=()))
    return replace(decision, outcome=Outcome.RESYNC, commands=(*decision.commands, *commands))


def _without(event: BillingEvent, ids: set[str]) -> BillingEvent:
    return replace(
        event,
        subscription=None if event.subscription and event.subscription.id in ids else event.subscription,
        closed=tuple(each for each in event.closed if each.id not in ids),
    )


def _lost(holdings: Mapping[str, Holding], event: BillingEvent) -> dict[str, Subscription]:
    """The snapshots of what somebody still has as the own."""
    return {
        each.id: each
        for each in _told(event)
        if each.id in holdings and _own(holdings[each.id].partition, holdings[each.id].row)
    }


def _own(former: OrganizationState, row: Subscription) -> bool:
    """Whether the row is still the organization's, and not one that it was left by."""
    organization = former.organization
    return organization is not None and row.customer_id in {organization.customer_id, *organization.retired_customers}


def _with_losses(
    decision: Decision,
    partition: OrganizationState,
    formers: Sequence[OrganizationState],
    lost: Mapping[str, Subscription],
    at: int,
) -> Decision:
    losses = tuple(loss for former in formers if former != partition and (loss := _loss(former, lost, at)))
    change = decision.change
    if change is None:
        return replace(decision, change=replace(losses[0], losses=losses[1:])) if losses else decision
    left = frozenset(former.organization.id for former in formers if former.organization)
    return replace(decision, change=replace(change, former=left, losses=losses))


def _loss(former: OrganizationState, lost: Mapping[str, Subscription], at: int) -> OrganizationChange | None:
    """What it had ends for it; what the subscription has become elsewhere is not for it to see."""
    organization = former.organization
    before = [row for row in former.subscriptions if row.id in lost]
    if organization is None or organization.deleted_at is not None or not before:
        return None
    after = tuple(_left(row, lost[row.id], at) for row in before)
    happenings = [(each, row) for held, row in zip(before, after, strict=True) for each in transitions(held, row)]
    return next_change(Link(derived(organization, former.subscriptions, after)), at, after, happenings)


def _left(row: Subscription, snapshot: Subscription, at: int) -> Subscription:
    """The row as the organization last knew it, but over. It keeps whose the subscription is and since which news."""
    return replace(
        row,
        status=Status.TRANSFERRED if row.live else row.status,
        cancelled_at=at if row.live else row.cancelled_at,
        customer_id=snapshot.customer_id,
        resource_version=snapshot.resource_version,
        occurred_at=snapshot.occurred_at,
    )
