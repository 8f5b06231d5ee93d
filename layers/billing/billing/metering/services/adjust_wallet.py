"""Credit or debit a wallet, once."""

from dataclasses import dataclass

from billing.core.clock import Clock
from billing.core.errors import AlreadyProcessed, Conflict, EventConflict, Exhausted
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.usage import with_state
from billing.metering.domain.wallet import Entry, post
from billing.metering.services.ports import UsageChange, UsageStore


@dataclass(frozen=True, slots=True)
class Posting:
    """A credit (positive) or a debit in micros, and the id under which it counts once."""

    id: str
    kind: str
    micros: int
    currency: str
    reason: str = ""


def adjust_wallet(organization_id: str, posting: Posting, store: UsageStore, clock: Clock) -> Entry:
    """Post it; posting it again answers with the first line.

    Raises Exhausted when a debit is not covered, EventConflict when the id was used for another amount.
    """

    def attempt() -> Entry:
        before = store.account(organization_id)
        wallet = before.wallet(posting.currency)
        if posting.micros < 0 and wallet.spendable < -posting.micros:
            if (posted := store.credit(organization_id, posting.id)) is not None:
                return _same(posted, posting)
            raise Exhausted("The wallet does not hold that much.")
        after, entry = post(wallet, posting.id, posting.kind, posting.micros, at=clock(), reason=posting.reason)
        change = UsageChange(before, with_state(before, None, after), entry.at, entries=(entry,), credit=posting.id)
        try:
            store.commit_usage(organization_id, change)
        except AlreadyProcessed as known:
            if (posted := store.credit(organization_id, posting.id)) is not None:
                return _same(posted, posting)
            raise Conflict("It was posted, and is gone.") from known
        return entry

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are using this wallet. Try again.")


def _same(existing: Entry, posting: Posting) -> Entry:
    if (existing.micros, existing.currency) != (posting.micros, posting.currency):
        raise EventConflict(f"The id {existing.id!r} was used for another amount.")
    return existing
