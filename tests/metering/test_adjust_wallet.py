import pytest

from billing.core.errors import AlreadyProcessed, Conflict, EventConflict, Exhausted
from billing.core.money import Money
from billing.core.until_won import USAGE_ATTEMPTS
from billing.metering.domain.wallet import LedgerLine, WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.ports import UsageChange
from tests.model.metering import ORG, START
from tests.model.usage_store import MemoryUsage

USD = 1_000_000


def post(store: MemoryUsage, posting_id: str, micros: int, currency: str = "USD") -> LedgerLine:
    posting = WalletPosting(posting_id, "gift", Money(micros, currency), "because")
    return adjust_wallet(ORG, posting, store, lambda: START)


def ledger(store: MemoryUsage, currency: str = "USD") -> list[tuple[str, int, int]]:
    """The lines, oldest first: id, micros, and the sum so far."""
    return [(each.id, each.amount.micros, each.balance) for each in reversed(store.ledger(ORG, currency, None)[0])]


def test_every_posting_is_a_line_that_proves_the_sum_of_all_before_it() -> None:
    store = MemoryUsage()
    line = post(store, "a", 5 * USD)
    assert line == LedgerLine("a", "gift", Money(5 * USD, "USD"), 5 * USD, START, "because")
    post(store, "b", -2 * USD)
    assert ledger(store) == [("a", 5 * USD, 5 * USD), ("b", -2 * USD, 3 * USD)]
    assert store.account(ORG).wallet("USD").balance == 3 * USD


def test_a_posting_counts_once_and_answers_with_its_first_line() -> None:
    store = MemoryUsage()
    first = post(store, "a", 5 * USD)
    post(store, "b", -5 * USD)
    assert (post(store, "a", 5 * USD), post(store, "b", -5 * USD).balance) == (first, 0)
    assert len(ledger(store)) == 2


@pytest.mark.parametrize(("micros", "currency"), [(4 * USD, "USD"), (-5 * USD, "USD"), (5 * USD, "EUR")])
def test_the_same_id_for_another_amount_is_a_conflict(micros: int, currency: str) -> None:
    store = MemoryUsage()
    post(store, "a", 5 * USD)
    before = store.copy()
    with pytest.raises(EventConflict):
        post(store, "a", micros, currency)
    assert store == before


def test_more_than_there_is_cannot_be_taken_and_the_id_stays_free() -> None:
    store = MemoryUsage()
    post(store, "a", 5 * USD)
    with pytest.raises(Exhausted):
        post(store, "b", -6 * USD)
    post(store, "c", 1 * USD)
    assert post(store, "b", -6 * USD).balance == 0


def test_currencies_are_wallets_of_their_own() -> None:
    store = MemoryUsage()
    post(store, "a", 5 * USD)
    with pytest.raises(Exhausted):
        post(store, "b", -1, "EUR")
    post(store, "c", 7, "EUR")
    assert (ledger(store), ledger(store, "EUR")) == ([("a", 5 * USD, 5 * USD)], [("c", 7, 7)])


def test_a_posting_of_nothing_keeps_its_line() -> None:
    store = MemoryUsage()
    post(store, "a", 0)
    post(store, "b", 1)
    assert ledger(store) == [("a", 0, 0), ("b", 1, 1)]


class Contended(MemoryUsage):
    """Somebody else writes between our read and our commit, `rivals` times; the last one posts what we post."""

    rivals = 0
    twin: WalletPosting | None = None

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        if self.rivals:
            self.rivals -= 1
            raise Conflict("Somebody else wrote first.")
        twin, self.twin = self.twin, None
        if twin:
            adjust_wallet(ORG, twin, self, lambda: START)
        super().commit_usage(organization_id, change)


def test_whoever_loses_a_race_tries_again_and_nobody_does_so_for_ever() -> None:
    store = Contended()
    store.rivals = USAGE_ATTEMPTS - 1
    assert post(store, "a", 5).balance == 5
    store.rivals = USAGE_ATTEMPTS
    with pytest.raises(Conflict):
        post(store, "b", 5)


def test_of_two_of_a_kind_that_race_one_counts_and_both_are_answered_alike() -> None:
    """The webhook of an invoice and the page on which its buyer comes back."""
    store = Contended()
    store.twin = WalletPosting("invoice:1", "top_up", Money(5, "USD"))
    assert post(store, "invoice:1", 5).balance == 5
    assert ledger(store) == [("invoice:1", 5, 5)]


class Forgetful(MemoryUsage):
    """Refuses what it then does not have."""

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        raise AlreadyProcessed("It is already recorded.")


def test_a_refusal_without_a_reason_ends_too() -> None:
    with pytest.raises(Conflict):
        post(Forgetful(), "a", 5)
