from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import Conflict, EventConflict, Exhausted, InvalidRequest, UsageNotFound
from billing.core.money import Money
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.correction import CorrectedUse, raised
from billing.metering.domain.entitled import Source
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Correction, Split, Usage
from billing.metering.domain.use import Basis
from billing.metering.domain.wallet import SpendingCapReached, WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.record_usage import MAX_AGE, record_usage
from billing.metering.services.set_spending_cap import set_spending_cap
from billing.plans.feature import Counted, Overage
from tests.model.metering import DAY, LARGE, MICROS, ORG, PAYING, SOFT, START, STEPS, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

LATER = START + 32 * DAY


def correct(store: Any, quantity: int = 0, key: str = "k1", event_id: str = "e1", reason: str = "a bug") -> Usage:
    return correct_use(ORG, Correction(key, event_id, quantity, reason), metering(store, Time(START + 60)))


def having(plan: str, quantity: int, in_wallet: int = 0) -> MemoryUsage:
    """An organization with one use, and so much in its wallet before it."""
    store = MemoryUsage({ORG: on_plan(plan)})
    if in_wallet:
        adjust_wallet(ORG, WalletPosting("gift", "gift", Money(in_wallet * MICROS, "USD")), store, lambda: START)
    assert record_usage(ORG, [calls("e1", quantity)], metering(store))[0].outcome == "recorded"
    return store


def used(store: MemoryUsage) -> int:
    [meter] = store.meters.values()
    return meter.used


def test_a_void_use_counts_no_longer_and_its_id_stays_used() -> None:
    store = having(LARGE, 20)
    assert correct(store).split == Split(0)
    assert used(store) == 0
    [again] = record_usage(ORG, [calls("e1", 20)], metering(store))
    assert (again.outcome, again.usage and again.usage.split.quantity, used(store)) == ("replayed", 0, 0)
    assert [(day.quantity, day.events) for day in store.days(ORG, "2026-01-01", "2026-12-31")] == [(0, 1)]


def test_what_is_corrected_makes_room_for_others() -> None:
    store = having(LARGE, 25)
    assert correct(store, 20).split == Split(20)
    outcomes = [each.outcome for each in record_usage(ORG, [calls("e2", 5), calls("e3", 1)], metering(store))]
    assert outcomes == ["recorded", "refused"]


def test_units_beyond_the_allowance_go_first_and_the_wallet_gets_their_money_back_on_a_line() -> None:
    store = having(PAYING, 13, in_wallet=5)
    usage = correct(store, 11)
    assert usage.split == Split(10, 1, Money(MICROS, "USD"), paid=True)
    assert store.account(ORG).wallet("USD").balance == 4 * MICROS
    [line, *_] = store.ledger(ORG, "USD", None)[0]
    assert (line.id, line.kind, line.amount, line.reason) == (
        "correction:k1",
        "correction",
        Money(2 * MICROS, "USD"),
        "a bug",
    )
    [day] = store.days(ORG, "2026-01-01", "2026-12-31")
    assert (day.quantity, day.revenue) == (11, {"USD": MICROS})
    correct(store, 0, key="k2")
    assert store.account(ORG).wallet("USD").balance == 5 * MICROS


def test_the_same_correction_again_changes_nothing() -> None:
    store = having(PAYING, 13, in_wallet=5)
    first = correct(store, 11)
    before = store.copy()
    assert correct(store, 11) == first
    assert store == before


@pytest.mark.parametrize("other", [{"quantity": 10}, {"event_id": "e2"}, {"reason": "another"}])
def test_a_key_stands_for_one_correction(other: dict[str, Any]) -> None:
    store = having(LARGE, 20)
    record_usage(ORG, [calls("e2", 5)], metering(store))
    correct(store, 11)
    before = store.copy()
    with pytest.raises(EventConflict):
        correct(store, **({"quantity": 11} | other))
    assert store == before


def test_the_units_that_it_counts_are_no_correction() -> None:
    store = having(LARGE, 10)
    before = store.copy()
    assert correct(store, 10).split == Split(10)
    assert store == before


def test_more_units_count_as_a_use_of_the_same_moment_would() -> None:
    store = having(PAYING, 8, in_wallet=5)
    assert correct(store, 9).split == Split(9)
    assert correct(store, 13, key="k2").split == Split(10, 3, Money(MICROS, "USD"), paid=True)
    assert (used(store), store.account(ORG).wallet("USD").balance) == (13, 2 * MICROS)
    [line, *_] = store.ledger(ORG, "USD", None)[0]
    assert (line.id, line.kind, line.amount.micros, line.reason) == (
        "correction:k2",
        "correction",
        -3 * MICROS,
        "a bug",
    )
    [day] = store.days(ORG, "2026-01-01", "2026-12-31")
    assert (day.quantity, day.events, day.revenue) == (13, 1, {"USD": 3 * MICROS})
    assert correct(store, 13, key="k2").split.quantity == 13
    assert correct(store, 0, key="k3").split.quantity == 0
    assert (used(store), store.account(ORG).wallet("USD").balance) == (0, 5 * MICROS)


def test_units_of_the_allowance_change_neither_the_price_nor_the_payer_of_those_beyond_it() -> None:
    """By tiers it still costs something without them: what the others have become cheaper by."""
    void = Split(0, 0, STEPS.amount, paid=True, tiered_micros=3 * MICROS)
    assert void.raised(Split(5)) == replace(void, allowance=5)


def test_more_units_than_a_use_would_get_change_nothing() -> None:
    store = having(LARGE, 20)
    set_spending_cap(ORG, "USD", MICROS, store, lambda: START)
    before = store.copy()
    with pytest.raises(Exhausted):
        correct(store, 26)
    store.grant(ORG, on_plan(SOFT))
    with pytest.raises(SpendingCapReached):
        correct(store, 22)
    store.grant(ORG, on_plan(LARGE))
    assert store == before


def test_more_units_of_a_use_of_long_ago_are_too_late() -> None:
    store = having(LARGE, 20)
    before = store.copy()
    late = metering(store, Time(START + MAX_AGE + 1))
    with pytest.raises(InvalidRequest, match="35 days"):
        correct_use(ORG, Correction("k1", "e1", 21, "a bug"), late)
    assert store == before
    assert correct_use(ORG, Correction("k1", "e1", 19, "a bug"), late).split == Split(19)


def test_more_units_of_a_past_period_count_in_that_period() -> None:
    store = having(LARGE, 20)
    later = metering(store, Time(START + 31 * DAY))
    store.grant(ORG, on_plan(LARGE, term_start=START + 30 * DAY, term_end=START + 60 * DAY))
    assert correct_use(ORG, Correction("k1", "e1", 25, "a bug"), later).split == Split(25)
    with pytest.raises(Exhausted):
        correct_use(ORG, Correction("k2", "e1", 26, "a bug"), later)
    assert used(store) == 25


def test_more_units_behind_a_closed_day_are_billed_in_the_term_that_runs() -> None:
    """As a use of the same moment would be: no invoice of a term that is over takes them."""
    [row] = on_plan(SOFT, term_start=START + 30 * DAY, term_end=START + 60 * DAY).subscriptions
    feature = Counted("calls", limit=10, overage=Overage.ALLOW, item_price_id="calls-usd")
    basis = Basis(Source(None, subscription=row), feature, Meter("calls", START, START + 30 * DAY, 10))
    day = BillingDay(START - START % DAY, row.id, "calls", START, START + 30 * DAY, "calls-usd")
    usage = Usage(calls("e1", 3), Split(3), START, SOFT, row.id, START, day)
    change = raised(Account(on_plan(SOFT)), basis, usage, Correction("k1", "e1", 5, "a bug"), LATER, sealed=1)
    assert isinstance(change, CorrectedUse)
    assert change.bill == replace(
        day, day=LATER - LATER % DAY, term_start=START + 30 * DAY, term_end=START + 60 * DAY, late=True
    )


def test_a_use_that_was_never_recorded_cannot_be_corrected() -> None:
    with pytest.raises(UsageNotFound):
        correct(having(LARGE, 1), event_id="e2")


def test_a_use_whose_period_nobody_looks_at_any_more_gives_its_money_back_all_the_same() -> None:
    store = having(PAYING, 13, in_wallet=5)
    store.meters.clear()
    assert correct(store).split.quantity == 0
    assert (store.meters, store.account(ORG).wallet("USD").balance) == ({}, 5 * MICROS)


class Overtaken(MemoryUsage):
    """Somebody else corrects the use between our read and our commit."""

    overtaken = False

    def correct(self, organization_id: str, change: CorrectedUse) -> None:
        if not self.overtaken:
            self.overtaken = True
            correct(self, 8, key="theirs")
            raise Conflict("Somebody else wrote first.")
        super().correct(organization_id, change)


def test_of_two_corrections_at_once_the_second_is_of_what_the_first_has_left() -> None:
    store = Overtaken({ORG: on_plan(LARGE)})
    record_usage(ORG, [calls("e1", 20)], metering(store))
    assert correct(store, 5).split == Split(5)
    assert used(store) == 5
    assert {key: made.returned for (_, key), made in store.corrections.items()} == {"theirs": 12, "k1": 3}


def test_a_correction_is_kept_with_its_reason_and_time() -> None:
    store = having(LARGE, 20)
    correct(store, 5)
    assert store.correction(ORG, "k1") == replace(Correction("k1", "e1", 5, "a bug"), at=START + 60, returned=15)
