"""What one of Chargebee's events about payments does: a pure decision, beside the one about subscriptions."""

from dataclasses import dataclass

from billing.payments.domain.announcements import method_announcements, payment_announcements
from billing.payments.domain.charge import Charge, ChargeState, names_charge
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.settlement import Settlement, receipt_of, take_over
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.transition import Transition

_WAITING = frozenset({ChargeState.CREATED, ChargeState.UNKNOWN, ChargeState.ACTION_REQUIRED})


def charge_named(event: PaymentEvent) -> str | None:
    """The charge of ours that the event's invoice is for."""
    number = event.invoice.order_number if event.invoice else None
    return number if names_charge(number) else None


@dataclass(frozen=True, slots=True)
class PaymentDecision:
    """`settlement` is of one of our charges, with what its wallet gets or gives back, below zero if it was spent."""

    settlement: Settlement | None = None
    announcements: tuple[Announcement, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is to be written."""
        return self == PaymentDecision()


def decide_payment(event: PaymentEvent, organization: Organization, charge: Charge | None, now: int) -> PaymentDecision:
    """Decide over the charge of the organization that the event's invoice names, None when it names none we know.

    What a charge's own state tells is told once, with its change; everything else once for every event. While a card
    is being charged, whoever submitted it says what became of it, and of its invoice no event but that it is paid.
    """
    if event.invoice is None:
        return PaymentDecision(announcements=tuple(method_announcements(event, organization)))
    if charge is None:
        return PaymentDecision(announcements=tuple(payment_announcements(event, organization, None)))
    if charge.state is ChargeState.SUBMITTED and not event.invoice.paid:
        return PaymentDecision()
    settlement = take_over(charge, event.invoice, now, event.refund)
    told = event.transition is Transition.CHARGE_REFUNDED or _failed_again(event, charge)
    return PaymentDecision(
        settlement=None if settlement.changed is None else settlement,
        announcements=tuple(payment_announcements(event, organization, settlement.charge)) if told else (),
    )


def _failed_again(event: PaymentEvent, charge: Charge) -> bool:
    """Whether its payer has tried in vain, since the invoice was found due."""
    if event.transition is not Transition.CHARGE_FAILED or event.invoice is None or charge.state not in _WAITING:
        return False
    known = receipt_of(charge, event.invoice)
    return known is None or event.invoice.version > known.open_since
