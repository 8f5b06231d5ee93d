"""How wallets, their rules and a page of a ledger look in the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.money import to_minor
from billing.metering.domain.published import (
    published_auto_top_up,
    published_ledger_entry,
    published_spending_cap,
    published_wallet,
)
from billing.metering.domain.wallet import Lot, LotKind

if TYPE_CHECKING:
    from billing.metering.api.answers import PublishedLot, WalletList, WalletWithLots
    from billing.metering.domain.wallet import Wallet
    from billing.metering.services.read_wallets import Wallets


def wallets_view(wallets: Wallets, now: int) -> WalletList:
    """Every wallet and its rule; the page of a ledger, if one is meant."""
    view: WalletList = {
        "wallets": [wallet_view(wallet) for wallet in wallets.wallets],
        "autoTopUp": [published_auto_top_up(rule, now) for rule in wallets.rules],
        "spendingCaps": [published_spending_cap(each.currency, each.cap, now) for each in wallets.wallets if each.cap],
    }
    if wallets.ledger:
        view["ledger"] = [published_ledger_entry(line) for line in wallets.ledger.lines]
        view["cursor"] = wallets.ledger.cursor
    return view


def wallet_view(wallet: Wallet) -> WalletWithLots:
    """One currency's wallet with its lots; the last of them takes a debt."""
    lots = [_lot_view(lot, wallet.currency) for lot in sorted(wallet.lots, key=lambda lot: lot.turn)]
    if wallet.rest or not lots:
        lots.append(_lot_view(Lot("paid", LotKind.PAID, wallet.rest, 0), wallet.currency))
    return {**published_wallet(wallet), "lots": lots}


def _lot_view(lot: Lot, currency: str) -> PublishedLot:
    return {
        "id": lot.id,
        "kind": lot.kind.value,
        "remaining": to_minor(lot.remaining, currency),
        "remainingMicros": lot.remaining,
        "grantedMicros": lot.granted or None,
        "expiresAt": lot.expires_at,
        "source": lot.source or None,
    }
