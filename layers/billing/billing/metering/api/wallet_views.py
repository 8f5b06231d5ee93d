"""How wallets, their rules and ledgers, and margins look in the API."""

from collections.abc import Mapping

from billing.core.money import to_minor
from billing.metering.api.answers import (
    CurrencyMargin,
    EntryView,
    MarginReport,
    RuleView,
    WalletList,
    WalletView,
)
from billing.metering.api.views import money
from billing.metering.domain.top_up_rule import TopUpRule, month_of
from billing.metering.domain.wallet import Entry, Wallet
from billing.metering.services import read_margin
from billing.metering.services.read_wallets import Wallets


def wallets_view(wallets: Wallets, now: int) -> WalletList:
    """Every wallet and its rule; the page of a ledger, if one is meant."""
    view: WalletList = {
        "wallets": [wallet_view(wallet) for wallet in wallets.wallets],
        "autoTopUp": [rule_view(rule, now) for rule in wallets.rules],
    }
    if wallets.ledger:
        view["ledger"] = [entry_view(entry) for entry in wallets.ledger.entries]
        view["cursor"] = wallets.ledger.cursor
    return view


def wallet_view(wallet: Wallet) -> WalletView:
    """One currency's wallet: `balance` can be spent, `held` is reserved."""
    return {
        "currency": wallet.currency,
        "balance": to_minor(wallet.balance, wallet.currency),
        "balanceMicros": wallet.balance,
        "heldMicros": wallet.held,
    }


def entry_view(entry: Entry) -> EntryView:
    """One line of the ledger."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "at": entry.at,
        "reason": entry.reason,
        **money(entry.micros, entry.currency),
        "balanceAfterMicros": entry.balance,
    }


def rule_view(rule: TopUpRule, now: int) -> RuleView:
    """One wallet's auto top-up. After three failures in a row it is no longer enabled."""
    return {
        "currency": rule.currency,
        "enabled": rule.enabled,
        "threshold": to_minor(rule.threshold, rule.currency),
        "amount": rule.amount,
        "monthlyCap": rule.monthly_cap,
        "spentThisMonth": rule.spent_in(month_of(now)),
        "failures": rule.failures,
        "pending": rule.pending is not None,
    }


def margin_view(first: str, last: str, margins: Mapping[str, read_margin.FeatureMargin]) -> MarginReport:
    """By feature and currency."""
    return {
        "from": first,
        "to": last,
        "features": [
            {
                "feature": feature,
                "quantity": found.quantity,
                "events": found.events,
                "costCoverage": found.coverage,
                "currencies": [_currency(*each) for each in sorted(found.currencies.items())],
            }
            for feature, found in margins.items()
        ],
    }


def _currency(currency: str, found: read_margin.CurrencyMargin) -> CurrencyMargin:
    return {
        "currency": currency,
        "revenueMicros": found.revenue,
        "costMicros": found.cost,
        "marginMicros": found.margin,
        "margin": to_minor(found.margin, currency),
    }
