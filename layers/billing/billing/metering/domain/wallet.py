"""Prepaid money of one organization in one currency, and the ledger that explains every micro of it."""

from dataclasses import dataclass, replace

from billing.core.clock import month_of
from billing.core.errors import Exhausted
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


@dataclass(frozen=True, slots=True)
class Wallet:
    """`balance` is what can be spent, `held` what is reserved, in micros. The ledger's sum is balance + held.

    `version` counts the writes and guards the next one. A balance below zero is an overdraft that a plan
    allowed, or money that was taken back after it was spent. `cap` is the organization's own, None until it sets one.
    """

    currency: str
    balance: int = 0
    held: int = 0
    version: int = 0
    cap: SpendingCap | None = None

    @property
    def spendable(self) -> int:
        """What an adjustment may take now, in micros. Never below zero: only metered use may draw on an overdraft."""
        return max(0, self.balance)


@dataclass(frozen=True, slots=True)
class WalletPosting:
    """A credit, or a debit where `amount` is below zero, and the id under which it counts once."""

    id: str
    kind: str
    amount: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger: `amount` is positive for a credit. `id` makes it the only one of its kind.

    `balance` is the wallet's balance + held after it, in micros: each line proves the sum of all before it.
    """

    id: str
    kind: str
    amount: Money
    balance: int
    at: int
    reason: str = ""


def post(
    wallet: Wallet, line_id: str, kind: str, micros: int, *, at: int, reason: str = ""
) -> tuple[Wallet, LedgerLine]:
    """The wallet after a credit or debit of `micros`, and its line. The caller has checked that a debit is covered."""
    after = replace(wallet, balance=wallet.balance + micros)
    line = LedgerLine(line_id, kind, Money(micros, wallet.currency), after.balance + after.held, at, reason)
    return after, line


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
