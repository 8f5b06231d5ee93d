"""An organization's prepaid money, and a page of its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.metering.domain.lots import expiry_line

if TYPE_CHECKING:
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.metering.domain.wallet import LedgerLine, Wallet
    from billing.metering.services.ports import UsageStore


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Lines of one wallet's ledger, newest first, and where the next page begins."""

    lines: Sequence[LedgerLine] = ()
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Wallets:
    """Every wallet and its rule. `ledger` is None when there are several wallets and none of them was named."""

    wallets: tuple[Wallet, ...]
    rules: tuple[TopUpRule, ...]
    ledger: LedgerPage | None


def read_wallets(
    organization_id: str, currency: str | None, cursor: str | None, store: UsageStore, now: int
) -> Wallets:
    """Every wallet at `now` (UTC seconds), with the ledger of the only one, or of the one of `currency`.

    The newest page begins with what has expired since the wallet was written, as its next write will say it.
    """
    account = store.account(organization_id).at(now)
    wallets, rules = tuple(account.wallets.values()), tuple(account.rules.values())
    if currency is None and not wallets:
        return Wallets(wallets, rules, LedgerPage())
    named = currency or (wallets[0].currency if len(wallets) == 1 else None)
    if named is None:
        return Wallets(wallets, rules, None)
    lines, behind = store.ledger(organization_id, named, cursor)
    if not cursor and (written := account.written.get(named)):
        lines = (expiry_line(written, account.wallet(named), now), *lines)
    return Wallets(wallets, rules, LedgerPage(lines, behind))
