"""Prepaid money of one organization in one currency, and the ledger that explains every micro of it."""

from dataclasses import dataclass, replace

from billing.core.money import Money


@dataclass(frozen=True, slots=True)
class Wallet:
    """`balance` is what can be spent, `held` what is reserved, in micros. The ledger's sum is balance + held.

    `version` counts the writes and guards the next one. A balance below zero is an overdraft that a plan allowed.
    """

    currency: str
    balance: int = 0
    held: int = 0
    version: int = 0

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


def reserve(wallet: Wallet, micros: int) -> Wallet:
    """Hold money: the sum stays, less of it can be spent."""
    return replace(wallet, balance=wallet.balance - micros, held=wallet.held + micros)


def release(wallet: Wallet, micros: int) -> Wallet:
    """Give held money back."""
    return replace(wallet, balance=wallet.balance + micros, held=wallet.held - micros)
