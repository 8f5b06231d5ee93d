"""What is known of one invoice of a charge, and what a wallet has of it.

Chargebee tells of an invoice more than once and in any order: the newest snapshot counts, and every refund once. What
the wallet has is a function of those, so that no order and no repetition changes it.
"""

from dataclasses import dataclass, replace

from billing.payments.domain.invoice import Invoice


@dataclass(frozen=True, slots=True)
class Refund:
    """Money that went back, in minor units of the invoice's currency. `id` is its transaction's, `kind` says how."""

    id: str
    amount: int
    kind: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The newest snapshot of one invoice; money is in micros.

    `version` is Chargebee's `resource_version` (milliseconds), and `open_since` the version at which it was found due,
    0 while it is not. `worth` is what the wallet gets for it while it is `paid`, `refunded` what of that the `refunds`
    gave back, and `noted` what its credit notes did: every refund has one, and not every one is a refund. `lines`
    counts what the ledger has of it, refunds apart.
    """

    invoice_id: str
    version: int = 0
    paid: bool = False
    worth: int = 0
    open_since: int = 0
    refunds: tuple[str, ...] = ()
    refunded: int = 0
    lines: int = 0
    noted: int = 0

    @property
    def credited(self) -> int:
        """What the wallet has of it."""
        return max(0, self.worth - max(self.refunded, self.noted)) if self.paid else 0


def shown(known: Receipt | None, invoice: Invoice, worth: int, noted: int) -> Receipt:
    """The receipt after a snapshot: the very same one when that is no news. Micros."""
    if known is not None and invoice.version <= known.version:
        return known
    before = known or Receipt(invoice.id)
    due = not invoice.paid and not invoice.void
    return replace(
        before,
        version=invoice.version,
        paid=invoice.paid,
        worth=worth,
        noted=noted,
        open_since=(before.open_since or invoice.version) if due else 0,
    )


def less(known: Receipt, refund: Refund, micros: int) -> Receipt:
    """The receipt after a refund of which the wallet gives back `micros`; each refund counts once."""
    if refund.id in known.refunds:
        return known
    return replace(known, refunds=(*known.refunds, refund.id), refunded=known.refunded + micros)
