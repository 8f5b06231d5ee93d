"""How wallets, their rules and a page of a ledger look in the API."""

from billing.metering.api.answers import WalletList
from billing.metering.domain.published import (
    published_auto_top_up,
    published_ledger_entry,
    published_spending_cap,
    published_wallet,
)
from billing.metering.services.read_wallets import Wallets


def wallets_view(wallets: Wallets, now: int) -> WalletList:
    """Every wallet and its rule; the page of a ledger, if one is meant."""
    view: WalletList = {
        "wallets": [published_wallet(wallet) for wallet in wallets.wallets],
        "autoTopUp": [published_auto_top_up(rule, now) for rule in wallets.rules],
        "spendingCaps": [published_spending_cap(each.currency, each.cap, now) for each in wallets.wallets if each.cap],
    }
    if wallets.ledger:
        view["ledger"] = [published_ledger_entry(line) for line in wallets.ledger.lines]
        view["cursor"] = wallets.ledger.cursor
    return view
