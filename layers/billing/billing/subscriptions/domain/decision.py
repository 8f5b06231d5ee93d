"""What one Chargebee snapshot does to one organization: a pure decision over its partition."""

from dataclasses import dataclass, replace
from enum import StrEnum

from billing.subscriptions.domain.announcement import MIGRATED, NOTHING
from billing.subscriptions.domain.billing_event import BillingEvent, Customer, Dues
from billing.subscriptions.domain.organization import Organization, OrganizationState, derived
from billing.subscriptions.domain.ownership import Link, checkout_id, map_customer, next_change, owns
from billing.subscriptions.domain.reducer import Source, Verdict, reduce
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.domain.transaction import AT_ONCE, WRITTEN_SOON, Command, OrganizationChange, Outcome, Task
from billing.subscriptions.domain.transition import Transition, transitions


class Alert(StrEnum):
    """What an operator should hear of. The values are the names of metrics.

    Alarms watch them but for the first two, which only the dashboard shows: a site may have subscriptions that are none
    of an organization's, and one that is told without items keeps those it had, or is read again.
    """

    ORPHAN_SUBSCRIPTION = "orphan_subscription"
    SUBSCRIPTION_WITHOUT_ITEMS = "subscription_without_items"
    UNKNOWN_STATUS = "unknown_status"
    UNREADABLE_CONTENT = "unreadable_content"
    SECOND_LIVE_SUBSCRIPTION = "second_live_subscription"
    EXCESS_PAYMENT = "excess_payment"
    LIVE_SUBSCRIPTION_OF_DELETED_ORGANIZATION = "live_subscription_of_deleted_organization"


@dataclass(frozen=True, slots=True)
class Decision:
    """`change` is None when nothing but the ledger is written. Commands are queued before the change is committed.

    One that is `unfinished` is committed without an entry, and what is left is then decided anew.
    """

    outcome: Outcome
    change: OrganizationChange | None = None
    commands: tuple[Command, ...] = ()
    warnings: tuple[Alert, ...] = ()
    unfinished: bool = False


def decide(partition: OrganizationState, event: BillingEvent, source: Source = Source.EVENT) -> Decision:
    """Decide over the partition of the organization that the event's customer belongs to.

    Invariants: a row's version never goes back; `live` is exactly the rows that bill; a trial is remembered for ever;
    a deleted organization gets nothing written, and a subscription that still bills it is cancelled.
    """
    decision = _of_owner(partition, event, source)
    organization = partition.organization
    doubts = {
        Alert.UNREADABLE_CONTENT: bool(event.unreadable),
        Alert.EXCESS_PAYMENT: event.excess > 0 and organization is not None and owns(organization, event),
    }
    found = tuple(alert for alert, there in doubts.items() if there)
    return replace(decision, warnings=(*decision.warnings, *found)) if found else decision


def _of_owner(partition: OrganizationState, event: BillingEvent, source: Source) -> Decision:
    organization = partition.organization
    if event.customer_id is None:
        return Decision(Outcome.IGNORED)
    if organization is None or not owns(organization, event):
        return Decision(Outcome.ORPHAN, warnings=(Alert.ORPHAN_SUBSCRIPTION,) if event.subscription else ())
    if organization.deleted_at is not None:
        return _late(organization, event)
    if event.customer and event.customer.deleted:
        return _customer_deleted(partition, organization, event, event.customer)
    link = _link(organization, event)
    decision = _content(partition, link, event, source)
    if organization.customer_id is None and link.organization.customer_id is not None and source is Source.EVENT:
        # what came of this customer before anybody knew whose it is
        resync = Command(Task.RESYNC, organization.id, delay=WRITTEN_SOON)
        return replace(decision, commands=(*decision.commands, resync))
    return decision


def _content(partition: OrganizationState, link: Link, event: BillingEvent, source: Source) -> Decision:
    if event.subscription is not None:
        return _subscription(partition, link, _outlived(link.organization, event.subscription), event, source)
    learned = link.organization is not partition.organization
    change = next_change(link, event.occurred_at) if learned else None
    if _read_again(partition, event):
        return Decision(Outcome.RESYNC, change, (Command(Task.RESYNC, link.organization.id),))
    return Decision(Outcome.APPLIED if learned else Outcome.IGNORED, change)


def _read_again(partition: OrganizationState, event: BillingEvent) -> bool:
    """What is owed is a subscription's to say, and the event shows none."""
    owing = any(row.owing for row in partition.subscriptions)
    return event.dues is Dues.CHANGED or (event.dues is Dues.SETTLED and owing)


def _link(organization: Organization, event: BillingEvent) -> Link:
    link = _mapped(organization, event)
    return replace(link, organization=_with_card(link.organization, event.customer))


def _with_card(organization: Organization, customer: Customer | None) -> Organization:
    """The newest news of the card: it never goes back. What is not news is the very same organization."""
    if customer is None or customer.id != organization.customer_id:
        return organization
    if (customer.resource_version or 0) <= (organization.customer_version or 0):
        return organization
    return replace(organization, card_status=customer.card_status, customer_version=customer.resource_version)


def _mapped(organization: Organization, event: BillingEvent) -> Link:
    if organization.customer_id is not None or event.customer_id is None:
        return Link(organization)
    if event.customer_id in organization.retired_customers:
        return Link(organization)
    return map_customer(organization, event.customer_id, event.occurred_at)


def _outlived(organization: Organization, snapshot: Subscription) -> Subscription:
    """The snapshot as it counts now: no subscription outlives its customer. Its trial is remembered all the same."""
    gone = snapshot.customer_id in organization.retired_customers
    return replace(snapshot, status=Status.DELETED) if gone else snapshot


def _subscription(
    partition: OrganizationState, link: Link, snapshot: Subscription, event: BillingEvent, source: Source
) -> Decision:
    before = next((row for row in partition.subscriptions if row.id == snapshot.id), None)
    reduction = reduce(before, snapshot, source)
    warnings = _doubts(snapshot)
    if reduction.verdict is Verdict.UNDECIDED:
        command = Command(Task.RESYNC, link.organization.id)
        return Decision(Outcome.RESYNC, commands=(command,), warnings=warnings)
    if reduction.verdict is not Verdict.NEWER:
        outcome = Outcome.STALE if reduction.verdict is Verdict.OLDER else Outcome.DUPLICATE
        learned = link.organization != partition.organization
        return Decision(outcome, next_change(link, event.occurred_at) if learned else None, warnings=warnings)
    after = reduction.row
    unlinked: tuple[Subscription, ...] = ()
    if before is None:
        promised = checkout_id(link.organization, snapshot, event)
        linked = tuple(row for row in partition.subscriptions if row.checkout_id == promised)
        after = replace(after, checkout_id=snapshot.id if linked else promised)
        unlinked = tuple(replace(row, checkout_id=row.id) for row in linked if promised == snapshot.id)
    happened = [*transitions(before, after)]
    settled = derived(link.organization, partition.subscriptions, (after,))
    if settled.checkout != link.organization.checkout:
        happened.insert(1, Transition.CHECKOUT_COMPLETED)  # behind `created`
    if len(settled.live) > 1 and settled.live != link.organization.live:
        warnings = (*warnings, Alert.SECOND_LIVE_SUBSCRIPTION)
    happenings = [(each, after) for each in happened]
    content = MIGRATED if before is None and link.organization.inherited(after) else NOTHING
    link = replace(link, organization=settled, content=content)
    change = next_change(link, event.occurred_at, (after, *unlinked), happenings)
    held = () if source is Source.EVENT and _keeps(before, after) else (after.id,)
    return Decision(Outcome.APPLIED, replace(change, held=held), _questions(settled, after, source), warnings=warnings)


def _keeps(before: Subscription | None, after: Subscription) -> bool:
    """Whether the organization has it already: who takes it away writes this partition, too. A sync tells it anew."""
    return before is not None and before.customer_id == after.customer_id


def _doubts(snapshot: Subscription) -> tuple[Alert, ...]:
    """What of a snapshot an operator should look at."""
    found = {
        Alert.SUBSCRIPTION_WITHOUT_ITEMS: snapshot.items is None,
        Alert.UNKNOWN_STATUS: snapshot.status is Status.UNKNOWN,
    }
    return tuple(alert for alert, there in found.items() if there)


def _questions(organization: Organization, row: Subscription, source: Source) -> tuple[Command, ...]:
    """A row whose items or whose scheduled change nobody has told yet is asked about, once it is there, and so are the
    levels that came with other items."""
    unheard_of = not row.items and not row.ended and source is not Source.READ
    if unheard_of or row.scheduled_unknown:
        return (Command(Task.RESYNC, organization.id, delay=WRITTEN_SOON),)
    if row.live and row.levels is not None and row.levels.outdated:
        return (Command(Task.READ_LEVELS, organization.id, row.id, delay=WRITTEN_SOON),)
    return ()


def _customer_deleted(
    partition: OrganizationState, organization: Organization, event: BillingEvent, customer: Customer
) -> Decision:
    """Forget the mapping and close the customer's subscriptions, the unheard-of too; the organization may buy again.

    Its open checkout stays: a request that is opening the page right now and the next one must share the id.
    """
    before = {row.id: row for row in partition.subscriptions}
    owned = {row.id: row for row in (*event.closed, *partition.subscriptions) if row.customer_id == customer.id}
    left = [row for row in owned.values() if row.id not in before or row.status is not Status.DELETED]
    closed = tuple(
        replace(
            row,
            status=Status.DELETED,
            cancelled_at=row.cancelled_at or event.occurred_at,
            items=row.items or (),
            checkout_id=row.checkout_id or row.id,
        )
        for row in left[:AT_ONCE]
    )
    if not closed and customer.id in organization.retired_customers:
        return Decision(Outcome.STALE)
    forgotten = replace(organization, retired_customers=organization.retired_customers | {customer.id})
    if organization.customer_id == customer.id:
        forgotten = replace(forgotten, customer_id=None, card_status=None, customer_version=None)
    happenings = [(each, row) for row in closed for each in transitions(before.get(row.id), row)]
    link = Link(derived(forgotten, partition.subscriptions, closed))
    change = next_change(link, event.occurred_at, closed, happenings)
    unheard_of = tuple(row.id for row in closed if row.id not in before)
    return Decision(Outcome.APPLIED, replace(change, held=unheard_of), unfinished=len(left) > AT_ONCE)


def _late(organization: Organization, event: BillingEvent) -> Decision:
    """News of an organization that is gone. What still bills it must stop."""
    subscription = event.subscription
    if subscription is None or subscription.ended:
        return Decision(Outcome.IGNORED)
    command = Command(Task.CANCEL_ORPHAN, organization.id, subscription.id)
    return Decision(Outcome.ORPHAN, commands=(command,), warnings=(Alert.LIVE_SUBSCRIPTION_OF_DELETED_ORGANIZATION,))
