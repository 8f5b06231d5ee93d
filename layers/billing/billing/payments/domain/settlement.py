"""What an invoice does to the charge that asked for it, and to the wallet that it fills."""

from collections.abc import Iterator
from dataclasses import dataclass

from billing.core.money import to_micros
from billing.payments.domain.announcements import charge_announcement
from billing.payments.domain.charge import Charge, ChargeState, invoiced
from billing.payments.domain.invoice import Invoice
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition


@dataclass(frozen=True, slots=True)
class Credit:
    """What a wallet gets, or gives back: micros. `id` is what the invoice or the refund is called, and counts once."""

    id: str
    kind: str
    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """`charge` is as it was when nothing changed. `credit` is still to be posted, if it is not yet."""

    before: Charge
    charge: Charge
    credit: Credit | None
    announcements: tuple[Announcement, ...]

    @property
    def changed(self) -> Charge | None:
        """The charge to be written, None when it is as it was."""
        return None if self.charge is self.before else self.charge


def settle(charge: Charge, invoice: Invoice, now: int) -> Settlement:
    """Take over what Chargebee says of the invoice, at `now` (UTC seconds).

    A second paid invoice of the same charge, of a page that was paid twice, is credited too: it is other money.
    """
    after = invoiced(charge, invoice)
    return Settlement(charge, after, _credit(charge, invoice), tuple(_announcements(charge, after, now)))


def refusal_announcements(before: Charge, after: Charge, now: int) -> tuple[Announcement, ...]:
    """What to tell of a charge that Chargebee refused."""
    if after.state is not ChargeState.FAILED or before.state is ChargeState.FAILED:
        return ()
    return (charge_announcement(Transition.CHARGE_FAILED, after, now),)


def take_back(charge: Charge, invoice: Invoice, refund_id: str, amount: int) -> Credit | None:
    """What the wallet gives back for a refund of `amount` (minor units): of the tax in it the wallet never had any.

    Nothing for an invoice that was never paid whole, which never credited anything.
    """
    whole = invoice.worth + invoice.tax
    if not (invoice.paid or charge.state is ChargeState.SUCCEEDED) or whole <= 0:
        return None
    micros = _credited(charge, invoice) * amount // whole
    return Credit(f"refund:{refund_id}", "refund", -micros, invoice.currency) if micros > 0 else None


def _credit(charge: Charge, invoice: Invoice) -> Credit | None:
    micros = _credited(charge, invoice) if invoice.paid else 0
    return Credit(f"invoice:{invoice.id}", str(charge.purpose), micros, invoice.currency) if micros > 0 else None


def _credited(charge: Charge, invoice: Invoice) -> int:
    """In micros. Never more than was asked for, nor than was paid for: a coupon is no money."""
    asked = charge.order.amount
    if not charge.purpose.credits or asked is None or invoice.currency != charge.order.currency:
        return 0
    return to_micros(max(0, min(asked, invoice.worth)), invoice.currency)


def _announcements(before: Charge, after: Charge, now: int) -> Iterator[Announcement]:
    if after.state is ChargeState.SUCCEEDED and before.state is not ChargeState.SUCCEEDED:
        yield charge_announcement(Transition.CHARGE_SUCCEEDED, after, now)
        if after.purpose.hosted:
            yield charge_announcement(Transition.CHECKOUT_COMPLETED, after, now)
    yield from refusal_announcements(before, after, now)
