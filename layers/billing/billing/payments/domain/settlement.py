"""What an invoice does to the charge that asked for it, and to the wallet that it fills."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from billing.core.clock import Lifetime
from billing.core.money import to_micros
from billing.payments.domain.announcements import charge_announcement
from billing.payments.domain.charge import Charge, ChargeState
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.receipt import Receipt, Refund, less, shown
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition

_LOST = {
    InvoiceStatus.OPEN: ("late_failure", "The payment failed after it was a success."),
    InvoiceStatus.VOIDED: ("voided", "The invoice was voided."),
    InvoiceStatus.WRITTEN_OFF: ("written_off", "The invoice was written off."),
    InvoiceStatus.PAID: ("adjusted", "The invoice is worth less than it was."),
}
"""Why a wallet gives back what it had, as its ledger says it, and why a charge that nobody will pay has failed."""


@dataclass(frozen=True, slots=True)
class WalletChange:
    """What a wallet gets, or gives back: micros. `id` counts once; `kind` and `reason` say why, in the ledger.

    `lot_id` names the money that the invoice has brought: what is given back comes out of it first. It can be
    spent for the `lifetime`, None for ever.
    """

    id: str
    kind: str
    micros: int
    currency: str
    lot_id: str
    reason: str = ""
    lifetime: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """`charge` is as it was when nothing changed. `credit` is posted together with it."""

    before: Charge
    charge: Charge
    credit: WalletChange | None
    announcements: tuple[Announcement, ...]

    @property
    def changed(self) -> Charge | None:
        """The charge to be written, None when it is as it was."""
        return None if self.charge is self.before else self.charge


def take_over(charge: Charge, invoice: Invoice, now: int, refund: Refund | None = None) -> Settlement:
    """Take over what Chargebee says of the invoice, and of a refund, at `now` (UTC seconds).

    A second paid invoice of the same charge, of a page that was paid twice, is credited too: it is other money. A
    refund counts for an invoice that is paid: of any other the wallet has nothing.
    """
    worth, known = _worth(charge, invoice), receipt_of(charge, invoice)
    receipt = shown(known, invoice, worth, _share(worth, invoice.noted, invoice))
    if refund is not None and invoice.paid:
        receipt = less(receipt, refund, _share(worth, refund.amount, invoice))
    if receipt is known:
        return Settlement(charge, charge, None, ())
    credit = _credit(charge, invoice, known or Receipt(invoice.id), receipt, refund)
    if credit is not None and credit.id.startswith("invoice:"):
        receipt = replace(receipt, lines=receipt.lines + 1)
    after = _advanced(charge, invoice, receipt)
    return Settlement(charge, after, credit, tuple(_announcements(charge, after, now)))


def receipt_of(charge: Charge, invoice: Invoice) -> Receipt | None:
    """What is known of the invoice; of a charge that was paid before receipts were kept, that it was."""
    found = next((each for each in charge.receipts if each.invoice_id == invoice.id), None)
    former = not charge.receipts and charge.state is ChargeState.SUCCEEDED and charge.invoice_id == invoice.id
    if not former:
        return found
    asked = charge.order.amount if charge.purpose.credits else None
    guess = to_micros(min(asked or 0, charge.total or 0), charge.order.currency)
    worth = _worth(charge, invoice) if invoice.paid else guess
    return Receipt(invoice.id, paid=True, worth=worth, lines=1 if worth else 0)


def refusal_announcements(before: Charge, after: Charge, now: int) -> tuple[Announcement, ...]:
    """What to tell of a charge that Chargebee refused."""
    if after.state is not ChargeState.FAILED or before.state is ChargeState.FAILED:
        return ()
    return (charge_announcement(Transition.CHARGE_FAILED, after, now),)


def _advanced(charge: Charge, invoice: Invoice, receipt: Receipt) -> Charge:
    """What Chargebee says beats whatever was believed: paid, waiting for its payer, or void.

    A charge that was refused stays refused until somebody pays it after all. The invoice that is left over beside a
    paid one changes nothing.
    """
    others = tuple(each for each in charge.receipts if each.invoice_id != invoice.id)
    completed = charge.completed or receipt.paid or charge.state is ChargeState.SUCCEEDED
    after = replace(
        charge, version=charge.version + 1, receipts=(*others, receipt), completed=completed, collecting=False
    )
    found = {"invoice_id": invoice.id, "total": invoice.total}
    if receipt.paid:
        first = {} if charge.state is ChargeState.SUCCEEDED else found
        return replace(after, state=ChargeState.SUCCEEDED, failure_code=None, failure=None, **first)  # type: ignore[arg-type]
    if any(each.paid for each in others) or charge.state is ChargeState.FAILED:
        return after
    if receipt.open_since:
        collecting = {"collecting": invoice.collecting}
        return replace(after, state=ChargeState.ACTION_REQUIRED, **collecting, **found)  # type: ignore[arg-type]
    code, failure = _LOST[invoice.status]
    return replace(after, state=ChargeState.FAILED, failure_code=code, failure=failure, **found)  # type: ignore[arg-type]


def _credit(
    charge: Charge, invoice: Invoice, before: Receipt, after: Receipt, refund: Refund | None
) -> WalletChange | None:
    """The one line of the ledger that leads from what the wallet had of the invoice to what it has of it now."""
    micros = after.credited - before.credited
    if micros == 0:
        return None
    currency, lot_id, lifetime = charge.order.currency, f"invoice:{invoice.id}", charge.lifetime
    named = lot_id + (f":{before.lines}" if before.lines else "")
    if micros > 0:
        again = "Paid again." if before.lines else ""
        return WalletChange(named, str(charge.purpose), micros, currency, lot_id, again, lifetime)
    if refund is not None:
        return WalletChange(f"refund:{refund.id}", refund.kind, micros, currency, lot_id, lifetime=lifetime)
    noted = invoice.paid and after.noted > before.noted
    kind, reason = (invoice.note_kind, "A credit note gives it back.") if noted else _LOST[invoice.status]
    return WalletChange(named, kind, micros, currency, lot_id, reason, lifetime)


def _share(worth: int, amount: int, invoice: Invoice) -> int:
    """The wallet's share of a refund, or of a credit note, of `amount` (minor units), in micros.

    The refunded amount includes tax, which was never credited, so the share is proportional.
    """
    whole = invoice.worth + invoice.tax
    return worth * amount // whole if whole > 0 else 0


def _worth(charge: Charge, invoice: Invoice) -> int:
    """In micros. Never more than was asked for, nor than was paid for: a coupon is no money."""
    asked = charge.order.amount
    if not charge.purpose.credits or asked is None or invoice.currency != charge.order.currency:
        return 0
    return to_micros(max(0, min(asked, invoice.worth)), invoice.currency)


def _announcements(before: Charge, after: Charge, now: int) -> Iterator[Announcement]:
    """What was bought on a page is completed once, however often its money is taken back and paid again."""
    if after.state is ChargeState.SUCCEEDED and before.state is not ChargeState.SUCCEEDED:
        yield charge_announcement(Transition.CHARGE_SUCCEEDED, after, now)
        if after.purpose.hosted and not before.completed:
            yield charge_announcement(Transition.CHECKOUT_COMPLETED, after, now)
    if before.state is ChargeState.SUCCEEDED and after.state is ChargeState.ACTION_REQUIRED:
        yield charge_announcement(Transition.CHARGE_FAILED, after, now)
    yield from refusal_announcements(before, after, now)
