"""What one of Chargebee's events about payments does: a pure decision, beside the one about subscriptions."""

from dataclasses import dataclass

from billing.payments.domain.announcements import method_announcements, payment_announcements
from billing.payments.domain.charge import Charge, ChargeState, names_charge
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.settlement import Credit, Settlement, settle, take_back
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.transition import Transition


def charge_named(event: PaymentEvent) -> str | None:
    """The charge of ours that the event's invoice is for."""
    number = event.invoice.order_number if event.invoice else None
    return number if names_charge(number) else None


@dataclass(frozen=True, slots=True)
class PaymentDecision:
    """`settlement` is of one of our charges; `debit` takes a refunded top-up back, below zero if it was spent."""

    settlement: Settlement | None = None
    debit: Credit | None = None
    announcements: tuple[Announcement, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is to be written."""
        return self == PaymentDecision()


def decide_payment(event: PaymentEvent, organization: Organization, charge: Charge | None, now: int) -> PaymentDecision:
    """Decide over the charge of the organization that the event's invoice names, None when it names none we know.

    What a charge's own state tells is told once, with its change; everything else once for every event.
    """
    if event.invoice is None:
        return PaymentDecision(announcements=tuple(method_announcements(event, organization)))
    told = tuple(payment_announcements(event, organization, charge))
    if charge is None:
        return PaymentDecision(announcements=told)
    if event.transition is Transition.CHARGE_REFUNDED:
        return PaymentDecision(debit=_taken_back(event, charge), announcements=told)
    settlement = settle(charge, event.invoice, now)
    unchanged = settlement.changed is None and settlement.credit is None
    failed_again = event.transition is Transition.CHARGE_FAILED and charge.state is not ChargeState.FAILED
    return PaymentDecision(
        settlement=None if unchanged else settlement,
        announcements=told if failed_again else (),
    )


def _taken_back(event: PaymentEvent, charge: Charge) -> Credit | None:
    """Only what a wallet was credited with is taken from it."""
    if event.invoice is None or event.transaction_id is None:
        return None
    return take_back(charge, event.invoice, event.transaction_id, event.amount)
