"""Which lots have paid a meter's units last, by the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.errors import InvalidState
from billing.metering.domain.last_paid import LastPaid

if TYPE_CHECKING:
    from billing.core.money import Money
    from billing.metering.domain.adjustment import Adjustment
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.usage import Usage
    from billing.metering.domain.wallet import LedgerLine, Lot
    from billing.metering.services.ports import AdjustmentStore, UsageStore


@dataclass(frozen=True, slots=True)
class Payments:
    """What the wallets of an organization have paid."""

    organization_id: str
    store: UsageStore
    adjustments: AdjustmentStore

    def last(self, meter: Meter, amount: Money) -> tuple[Lot, ...]:
        """The lots that have paid the last so much of the meter. Raises InvalidState where they have paid less."""
        found = LastPaid(amount.micros)
        for payment in self._for(meter, amount.currency):
            found = found.before(payment.split, payment.drawn)
            if not found.missing:
                return found.lots
        raise InvalidState("The wallet has paid less for these units than the plan says. Correct their uses.")

    def _for(self, meter: Meter, currency: str) -> Iterator[Usage | Adjustment]:
        """The payments of one meter, newest first."""
        seen, cursor = set[str](), None
        while True:
            lines, cursor = self.store.ledger(self.organization_id, currency, cursor)
            yield from (each for each in self._of(lines, seen) if each.place == (meter.feature, meter.start))
            if cursor is None or lines[-1].at < meter.start:
                return

    def _of(self, lines: Sequence[LedgerLine], seen: set[str]) -> Iterator[Usage | Adjustment]:
        """What the lines are about, newest first: each use once, as it counts by now."""
        about = dict.fromkeys(self._about(line) for line in lines if line.kind in ("usage", "correction"))
        named = [key for kind, key in about if kind == "usage" and key not in seen]
        uses = self.store.usages(self.organization_id, named)
        seen.update(named)
        for kind, key in about:
            payment = self.adjustments.adjustment(self.organization_id, key) if kind == "meter" else uses.get(key)
            if payment:
                yield payment

    def _about(self, line: LedgerLine) -> tuple[str, str]:
        """Whether it is of a use or an adjustment, and its id."""
        kind, _, key = line.id.partition(":")
        if kind == "correction" and (made := self.store.correction(self.organization_id, key)):
            return "usage", made.event_id
        return kind, key
