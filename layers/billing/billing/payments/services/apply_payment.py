"""Apply what Chargebee says about payments: charges, wallets and announcements, each event once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.errors import AlreadyProcessed
from billing.core.until_won import EVENT_ATTEMPTS, until_won
from billing.payments.domain.payment_decision import charge_named, decide_payment
from billing.payments.services.ports import PaymentChange
from billing.payments.services.record_invoice import posting
from billing.subscriptions.domain.transaction import Outcome, ProcessedEvent
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.services.apply_event import find_partition

if TYPE_CHECKING:
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.payment_decision import PaymentDecision
    from billing.payments.domain.payment_event import PaymentEvent
    from billing.payments.services.record_invoice import ChargeRecords
    from billing.subscriptions.domain.billing_event import BillingEvent
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.services.ports import Store

SOURCE = "chargebee-payment"
"""The event log's name for this side of an event: its subscription has an entry, and a transaction, of its own."""


@dataclass(frozen=True, slots=True)
class AppliedPayment:
    """What became of an event. `orphan` is the charge that it says was paid after its organization was deleted."""

    outcome: Outcome
    orphan: Charge | None = None


def apply_payment(event: PaymentEvent, snapshot: BillingEvent, store: Store, books: ChargeRecords) -> AppliedPayment:
    """Apply one delivered event, exactly once: its entry in the event log is part of the same transaction.

    Of a deleted organization only its charges are followed: money that moves is in its books, until somebody gives back
    what came too late.
    `snapshot` is the same event, read for whom it is about. Raises Conflict when others won every attempt.
    """
    organization = find_partition(snapshot, store).organization
    if organization is None:
        return AppliedPayment(Outcome.IGNORED)

    def attempt() -> AppliedPayment:
        named = charge_named(event)
        charge = books.records.charge(organization.id, named) if named else None
        orphan = charge if organization.deleted_at and event.transition is Transition.CHARGE_SUCCEEDED else None
        decision = decide_payment(event, organization, charge, books.clock())
        if decision.empty or (charge is None and organization.deleted_at is not None):
            return AppliedPayment(Outcome.IGNORED, orphan)
        try:
            books.records.commit_payment(_change(event, organization, decision, books))
        except AlreadyProcessed:
            return AppliedPayment(Outcome.DUPLICATE, orphan)
        return AppliedPayment(Outcome.APPLIED, orphan)

    return until_won(attempt, EVENT_ATTEMPTS, f"Event {event.id} lost every race for its charge.")


def _change(
    event: PaymentEvent, organization: Organization, decision: PaymentDecision, books: ChargeRecords
) -> PaymentChange:
    now = books.clock()
    settlement = decision.settlement
    credit = settlement.credit if settlement else None
    return PaymentChange(
        organization.id,
        now,
        charge=settlement.changed if settlement else None,
        wallet=posting(organization.id, credit, books, now) if credit else None,
        entry=ProcessedEvent(SOURCE, event.id, event.type, Outcome.APPLIED, now),
        announcements=(*(settlement.announcements if settlement else ()), *decision.announcements),
    )
