"""Write down what Chargebee says of a charge's invoice: the charge, its wallet and the announcements at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from billing.core.clock import DAY, Lifetime
from billing.core.errors import Conflict
from billing.core.until_won import CHARGE_ATTEMPTS, until_won
from billing.payments.domain.settlement import take_over
from billing.payments.services.ports import PaymentChange

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.services.ports import UsageChange, UsageStore
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.invoice import Invoice
    from billing.payments.domain.settlement import WalletChange
    from billing.payments.services.ports import PaymentPorts, PaymentStore


@dataclass(frozen=True, slots=True)
class ChargeRecords:
    """Where charges and wallets are kept."""

    records: PaymentStore
    usage: UsageStore
    clock: Clock


def books_of(ports: PaymentPorts) -> ChargeRecords:
    """Where the outcome is written."""
    return ChargeRecords(ports.records, ports.usage, ports.world.clock)


def record_invoice(charge: Charge, invoice: Invoice, books: ChargeRecords) -> Charge:
    """The charge as it is now. Whoever asked Chargebee comes here; the webhook credits under the same id, once.

    Raises Conflict when others won every attempt.
    """

    def attempt() -> Charge:
        nonlocal charge
        now = books.clock()
        settlement = take_over(charge, invoice, now)
        credit = settlement.credit
        wallet = posting(charge.organization_id, credit, books, now) if credit else None
        if settlement.changed is None:
            return charge
        change = PaymentChange(
            charge.organization_id,
            now,
            charge=settlement.changed,
            wallet=wallet,
            announcements=settlement.announcements,
        )
        try:
            books.records.commit_payment(change)
        except Conflict:
            charge = books.records.charge(charge.organization_id, charge.id) or charge
            raise
        return settlement.charge

    return until_won(attempt, CHARGE_ATTEMPTS, f"The charge {charge.id} kept changing.")


def posting(organization_id: str, credit: WalletChange, books: ChargeRecords, now: int) -> UsageChange | None:
    """The line in the wallet's ledger; None when it is there, of a charge whose receipts nobody kept then."""
    if books.usage.posted_line(organization_id, credit.id) is not None:
        return None
    from billing.metering.domain.lots import settle  # noqa: PLC0415 - most charges fill no wallet
    from billing.metering.domain.wallet import Lot, LotKind  # noqa: PLC0415
    from billing.metering.services.ports import UsageChange  # noqa: PLC0415

    before = books.usage.account(organization_id).at(now)
    expires_at = _end(credit.lifetime, now) if credit.lifetime else None
    lot = Lot(credit.lot_id, LotKind.PAID, credit.micros, credit.micros, expires_at, credit.kind)
    wallet = before.wallet(credit.currency)
    after, line = settle(wallet, credit.id, credit.kind, credit.micros, at=now, reason=credit.reason, lot=lot)
    return UsageChange(before, before.with_wallet(after), now, lines=(line,), posting_id=credit.id)


def _end(lifetime: Lifetime, now: int) -> int:
    """When what is paid now is gone (UTC seconds)."""
    from billing.metering.domain.meter import months_later  # noqa: PLC0415 - only where top-ups expire

    return months_later(datetime.fromtimestamp(now, UTC), lifetime.months) + lifetime.days * DAY
