"""Credit or debit a wallet, once."""

from billing.core.clock import Clock
from billing.core.errors import AlreadyProcessed, Conflict, EventConflict, Exhausted
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.wallet import LedgerLine, WalletPosting, post
from billing.metering.services.ports import UsageChange, UsageStore


def adjust_wallet(organization_id: str, posting: WalletPosting, store: UsageStore, clock: Clock) -> LedgerLine:
    """Post it; posting it again answers with the first line.

    Raises Exhausted when a debit is not covered, EventConflict when the id was used for another amount.
    """
    micros, currency = posting.amount.micros, posting.amount.currency

    def attempt() -> LedgerLine:
        before = store.account(organization_id)
        wallet = before.wallet(currency)
        if micros < 0 and wallet.spendable < -micros:
            if (posted := store.posted_line(organization_id, posting.id)) is not None:
                return _same(posted, posting)
            raise Exhausted("The wallet does not hold that much.")
        after, line = post(wallet, posting.id, posting.kind, micros, at=clock(), reason=posting.reason)
        change = UsageChange(before, before.with_wallet(after), line.at, lines=(line,), posting_id=posting.id)
        try:
            store.commit_usage(organization_id, change)
        except AlreadyProcessed as known:
            if (posted := store.posted_line(organization_id, posting.id)) is not None:
                return _same(posted, posting)
            raise Conflict("It was posted, and is gone.") from known
        return line

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this wallet. Try again.")


def _same(posted: LedgerLine, posting: WalletPosting) -> LedgerLine:
    if posted.amount != posting.amount:
        raise EventConflict(f"The id {posted.id!r} was used for another amount.")
    return posted
