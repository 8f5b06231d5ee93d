"""Prepaid money of one organization in one currency, and the ledger that explains every micro of it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from billing.core.clock import month_of
from billing.core.errors import Exhausted, InvalidState
from billing.core.money import Money


class SpendingCapReached(Exhausted):
    """There is enough, and the organization's own spending cap of the month does not let it be spent."""

    code = "spending_cap"


@dataclass(frozen=True, slots=True)
class SpendingCap:
    """The most that uses beyond the allowances may cost in a month (UTC), whoever pays them: None for any amount.

    `spent` is what was counted in `month` since a cap was first set, and `held` what holds may come to. All is in
    micros.
    """

    limit: int | None
    month: str = ""
    spent: int = 0
    held: int = 0

    def spent_in_month_of(self, moment: int) -> int:
        """What was spent in the UTC month of a moment in UTC seconds."""
        return self.spent if self.month == month_of(moment) else 0

    def room(self, now: int) -> int | None:
        """What may still be spent at `now` (UTC seconds), None for any amount."""
        return None if self.limit is None else max(0, self.limit - self.spent_in_month_of(now) - self.held)

    def spend(self, micros: int, at: int) -> "SpendingCap":
        """Count it in the month in which it is recorded (UTC seconds). What a volume price gives back is room again."""
        return replace(self, month=month_of(at), spent=max(0, self.spent_in_month_of(at) + micros))


class TooManyLots(InvalidState):
    """The wallet has as many lots as it may have, and no two of them are alike."""

    code = "too_many_lots"


NEVER = 1 << 62
"""A moment behind every other."""


class LotKind(StrEnum):
    """Whether money was given or paid for: what was given is spent first."""

    PROMOTIONAL = "promotional"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Lot:
    """Money that came into a wallet at once: `remaining` of the `granted` micros are there still.

    `id` is that of the ledger line that brought it, and `source` that line's kind. From `expires_at` (UTC seconds) on
    it is gone, None for never.
    """

    id: str
    kind: LotKind
    remaining: int
    granted: int
    expires_at: int | None = None
    source: str = ""

    @property
    def turn(self) -> tuple[bool, int]:
        """What was given is spent before what was paid for, and what expires soonest first."""
        return self.kind is LotKind.PAID, self.expires_at or NEVER

    def expired(self, now: int) -> bool:
        """Whether it is gone at `now` (UTC seconds)."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, slots=True)
class Advance:
    """What other money gave when the lot `lot_id` was taken back and was spent in part: its `remaining` of that `lot`.

    What comes back to the lot that was taken back goes there first.
    """

    lot_id: str
    lot: Lot


@dataclass(frozen=True, slots=True)
class Wallet:
    """`balance` is what can be spent, `held` what is reserved, in micros. The ledger's sum is balance + held.

    `version` counts the writes and guards the next one. A balance below zero is an overdraft that a plan
    allowed, or money that was taken back after it was spent. `cap` is the organization's own, None until it sets one.
    `lots` are what was given or expires; the rest was paid for and stays. Invariant: balance + held = lots + rest, and
    there is no lot while the rest is below zero. `lapsed` are the last lots that were paid for and have expired, with
    what was left of each: whoever takes that money back finds it gone. `advances` are what other money
    gave last for lots that expire, the newest first.
    """

    currency: str
    balance: int = 0
    held: int = 0
    version: int = 0
    cap: SpendingCap | None = None
    lots: tuple[Lot, ...] = ()
    lapsed: tuple[Lot, ...] = ()
    advances: tuple[Advance, ...] = ()

    @property
    def rest(self) -> int:
        """What was paid for and never expires, in micros: one lot, to which a debt is written."""
        return self.balance + self.held - sum(lot.remaining for lot in self.lots)

    def at(self, now: int) -> "Wallet":
        """The wallet by the clock of the read (UTC seconds): without what has expired by then."""
        if not any(lot.expired(now) for lot in self.lots):
            return self
        from billing.metering.domain.lots import without_expired  # noqa: PLC0415 - only where something expires

        return without_expired(self, now)

    def paid_from(self, after: "Wallet") -> tuple[Lot, ...]:
        """The lots that a debit has taken from, with what it took of each."""
        left = {lot.id: lot.remaining for lot in after.lots}
        taken = (replace(lot, remaining=lot.remaining - left.get(lot.id, 0)) for lot in self.lots)
        return tuple(lot for lot in taken if lot.remaining > 0)

    @property
    def spendable(self) -> int:
        """What an adjustment may take now, in micros. Never below zero: only metered use may draw on an overdraft."""
        return max(0, self.balance)


@dataclass(frozen=True, slots=True)
class WalletPosting:
    """A credit, or a debit where `amount` is below zero, and the id under which it counts once.

    A credit that was given (`lot_kind`), or that expires at `expires_at` (UTC seconds), is a lot of its own.
    """

    id: str
    kind: str
    amount: Money
    reason: str = ""
    lot_kind: LotKind = LotKind.PAID
    expires_at: int | None = None

    @property
    def lot(self) -> Lot | None:
        """What it puts in that is given or expires, None for what was paid for and stays, and for a debit."""
        micros = self.amount.micros
        if micros <= 0 or (self.lot_kind is LotKind.PAID and self.expires_at is None):
            return None
        return Lot(self.id, self.lot_kind, micros, micros, self.expires_at, self.kind)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: `amount` is positive for a credit. `id` makes it the only one of its kind.

    `balance` is the wallet's balance + held after it, in micros: each line proves the sum of all before it. What it put
    in was given or paid for (`lot_kind`, None for any other line), and expires at `expires_at` (UTC seconds).
    """

    id: str
    kind: str
    amount: Money
    balance: int
    at: int
    reason: str = ""
    lot_kind: LotKind | None = None
    expires_at: int | None = None


def post(
    wallet: Wallet, line_id: str, kind: str, micros: int, *, at: int, reason: str = "", lot: Lot | None = None
) -> tuple[Wallet, LedgerLine]:
    """The wallet after a credit or debit of `micros` at `at` (UTC seconds), and its line.

    A credit goes into the `lot`, or else to what stays; a debit takes from the `lot` first that it takes back, or else
    in the order in which lots are spent. The caller has checked that a debit is covered. Raises TooManyLots.
    """
    after = replace(wallet, balance=wallet.balance + micros)
    if wallet.lots or lot:
        from billing.metering.domain.lots import moved  # noqa: PLC0415 - most wallets have none

        after = moved(wallet, micros, lot, at)
    line = LedgerLine(line_id, kind, Money(micros, wallet.currency), after.balance + after.held, at, reason)
    return after, replace(line, lot_kind=lot.kind, expires_at=lot.expires_at) if lot and micros > 0 else line


def count_spending(wallet: Wallet, micros: int, at: int) -> Wallet:
    """Count what a use beyond the allowance costs, whoever pays it, where there is a cap. `at` is UTC seconds."""
    return replace(wallet, cap=wallet.cap.spend(micros, at)) if wallet.cap and micros else wallet


def hold_room(wallet: Wallet, micros: int) -> Wallet:
    """Keep room under the cap for a reservation, or give it back where `micros` is below zero."""
    return replace(wallet, cap=replace(wallet.cap, held=wallet.cap.held + micros)) if wallet.cap and micros else wallet


def reserve(wallet: Wallet, micros: int) -> Wallet:
    """Hold money: the sum stays, less of it can be spent."""
    return replace(wallet, balance=wallet.balance - micros, held=wallet.held + micros)


def release(wallet: Wallet, micros: int) -> Wallet:
    """Give held money back."""
    return replace(wallet, balance=wallet.balance + micros, held=wallet.held - micros)
