"""Prepaid money of one organization in one currency, and the ledger that explains every micro of it."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Wallet:
    """`balance` is what can be spent, `held` what is reserved, in micros. The ledger's sum is balance + held.

    `version` counts the writes and guards the next one. A balance below zero is an overdraft that a plan
    allowed, or money that was taken back after it was spent.
    """

    currency: str
    balance: int = 0
    held: int = 0
    version: int = 0

    @property
    def spendable(self) -> int:
        """What a debit may take now, in micros; an overdraft is the plan's to give, for a use and for nothing else."""
        return max(0, self.balance)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: `micros` is positive for a credit. `id` makes it the only one of its kind.

    `balance` is balance + held after it: each line proves the sum of all before it.
    """

    id: str
    kind: str
    micros: int
    currency: str
    balance: int
    at: int
    reason: str = ""


def post(wallet: Wallet, entry_id: str, kind: str, micros: int, *, at: int, reason: str = "") -> tuple[Wallet, Entry]:
    """The wallet after a credit or debit, and its line. The caller has checked that a debit is covered."""
    after = replace(wallet, balance=wallet.balance + micros)
    return after, Entry(entry_id, kind, micros, wallet.currency, after.balance + after.held, at, reason)


def hold(wallet: Wallet, micros: int) -> Wallet:
    """Reserve: the sum stays, less of it can be spent."""
    return replace(wallet, balance=wallet.balance - micros, held=wallet.held + micros)


def unhold(wallet: Wallet, micros: int) -> Wallet:
    """Give a reservation back."""
    return replace(wallet, balance=wallet.balance + micros, held=wallet.held - micros)
