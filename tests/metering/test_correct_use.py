from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import Conflict, EventConflict, InvalidRequest, UsageNotFound
from billing.core.money import Money
from billing.metering.domain.correction import CorrectedUse
from billing.metering.domain.usage import Correction, Split, Usage
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.record_usage import record_usage
from tests.model.metering import LARGE, MICROS, ORG, PAYING, START, calls, metering, on_plan
from tests.model.usage_store import MemoryUsage


def correct(store: Any, quantity: int = 0, key: str = "k1", event_id: str = "e1", reason: str = "a bug") -> Usage:
    return correct_use(ORG, Correction(key, event_id, quantity, reason), store, lambda: START + 60)


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


def test_more_units_are_another_use_and_no_correction() -> None:
    store = having(LARGE, 10)
    before = store.copy()
    with pytest.raises(InvalidRequest, match="counts 10"):
        correct(store, 11)
    assert correct(store, 10).split == Split(10)
    assert store == before


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
