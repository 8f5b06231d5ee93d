"""Credit or debit a wallet, once."""

from billing.core.clock import Clock
from billing.core.errors import AlreadyProcessed, Conflict, EventConflict, Exhausted, InvalidRequest
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.wallet import LedgerLine, LotKind, TooManyLots, Wallet, WalletPosting, post
from billing.metering.services.ports import UsageChange, UsageStore


def adjust_wallet(organization_id: str, posting: WalletPosting, store: UsageStore, clock: Clock) -> LedgerLine:
    """Post it; posting it again answers with the first line.

    Raises Exhausted when a debit is not covered, EventConflict when the id was used for another posting, InvalidRequest
    for money that has expired already, TooManyLots.
    """

    def attempt() -> LedgerLine:
        before, now = store.account(organization_id), clock()
        before = before.at(now)
        try:
            after, line = _post(posting, before.wallet(posting.amount.currency), now)
        except (Exhausted, InvalidRequest, TooManyLots):  # it may have been possible when it was sent first
            if (known := posted(organization_id, posting, store)) is not None:
                return known
            raise
        change = UsageChange(before, before.with_wallet(after), now, lines=(line,), posting_id=posting.id)
        try:
            store.commit_usage(organization_id, change)
        except AlreadyProcessed as again:
            if (known := posted(organization_id, posting, store)) is not None:
                return known
            raise Conflict("It was posted, and is gone.") from again
        return line

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this wallet. Try again.")


def posted(organization_id: str, posting: WalletPosting, store: UsageStore) -> LedgerLine | None:
    """The line that it has already, None as long as it has none. Raises EventConflict for the id of another posting."""
    line = store.posted_line(organization_id, posting.id)
    if line is None:
        return None
    known = line.amount, line.lot_kind or LotKind.PAID, line.expires_at
    if known != (posting.amount, posting.lot_kind, posting.expires_at):
        raise EventConflict(f"The id {line.id!r} was used for another posting.")
    return line


def _post(posting: WalletPosting, wallet: Wallet, now: int) -> tuple[Wallet, LedgerLine]:
    micros = posting.amount.micros
    if posting.expires_at is not None and posting.expires_at <= now:
        raise InvalidRequest("It has expired already.")
    if wallet.spendable < -micros:
        raise Exhausted("The wallet does not hold that much.")
    return post(wallet, posting.id, posting.kind, micros, at=now, reason=posting.reason, lot=posting.lot)
