"""Which lots have paid a meter's units last."""

from dataclasses import dataclass, replace

from billing.metering.domain.usage import Split
from billing.metering.domain.wallet import Lot, LotKind


def paid_by(split: Split, drawn: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """The lots that have paid it, in their order, and as the last one what stays in a wallet, with the rest."""
    debit = split.debit.micros if split.debit else 0
    rest = debit - sum(lot.remaining for lot in drawn)
    return (*drawn, Lot("paid", LotKind.PAID, rest, rest)) if rest > 0 else drawn


@dataclass(frozen=True, slots=True)
class LastPaid:
    """The lots that have paid the last so many micros of a meter, as far as its payments have been looked at.

    `missing` is what those before have paid of it. What was given back of them already is `returned` until the payments
    that it undid are met.
    """

    missing: int
    returned: int = 0
    lots: tuple[Lot, ...] = ()

    def before(self, split: Split, drawn: tuple[Lot, ...]) -> "LastPaid":
        """With the payment before those, which may be one that gave back."""
        debit = split.debit.micros if split.debit else 0
        if debit < 0:
            return replace(self, returned=self.returned - debit)
        found = self
        for lot in reversed(paid_by(split, drawn)):
            found = found._from(lot)
        return found

    def _from(self, lot: Lot) -> "LastPaid":
        undone = min(self.returned, lot.remaining)
        back = min(self.missing, lot.remaining - undone)
        lots = (replace(lot, remaining=back), *self.lots) if back else self.lots
        return LastPaid(self.missing - back, self.returned - undone, lots)
