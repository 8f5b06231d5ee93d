"""Set the most that an organization's uses beyond its allowances may cost in a month."""

from dataclasses import replace

from billing.core.clock import Clock
from billing.core.errors import InvalidRequest
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.wallet import SpendingCap
from billing.metering.services.ports import UsageChange, UsageStore

MOST_WALLETS = 20
"""Wallets of one organization to which a cap adds another: every gate and every use reads them all."""


def set_spending_cap(
    organization_id: str, currency: str, limit: int | None, store: UsageStore, clock: Clock
) -> SpendingCap:
    """`limit` is in micros, None for no cap. What was spent since one was first set counts on.

    The cap stands in the wallet's row, which every use that spends under it writes: of two that want the last of it one
    gets it. Raises InvalidRequest for a currency more than an organization may have.
    """

    def attempt() -> SpendingCap:
        before = store.account(organization_id)
        now = clock()
        before = before.at(now)
        if currency not in before.wallets and len(before.wallets) >= MOST_WALLETS:
            raise InvalidRequest(f"An organization with {MOST_WALLETS} wallets takes no cap in another currency.")
        wallet = before.wallet(currency)
        cap = replace(wallet.cap or SpendingCap(None), limit=limit)
        if cap != wallet.cap:
            after = before.with_wallet(replace(wallet, cap=cap))
            store.commit_usage(organization_id, UsageChange(before, after, now))
        return cap

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this wallet. Try again.")
