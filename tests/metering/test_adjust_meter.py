"""Meters that somebody makes count more or fewer units, with a key and a reason."""

from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import EventConflict, Exhausted, InvalidRequest, InvalidState, PlanRequired
from billing.core.money import Money
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.below_zero import BelowZero
from billing.metering.domain.usage import Correction, Split
from billing.metering.domain.wallet import Lot, LotKind, WalletPosting
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.record_usage import MAX_AGE, record_usage
from tests.model.metering import (
    DAY,
    FREE,
    GRADUATED,
    LARGE,
    MICROS,
    ORG,
    PAYING,
    SOFT,
    START,
    calls,
    metering,
    on_plan,
)
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

FEWER = Adjustment("k1", "calls", -3, "ada", "a bug")


class Metered:
    """An organization on a plan, with so much in its wallet."""

    def __init__(self, plan: str, cents: int = 0) -> None:
        self.store, self.time = MemoryUsage({ORG: on_plan(plan)}), Time(START)
        self.here = metering(self.store, self.time)
        if cents:
            self.gift("gift", cents)

    def gift(self, lot_id: str, cents: int, kind: LotKind = LotKind.PAID, expires_at: int | None = None) -> None:
        money = Money(cents * MICROS, "USD")
        adjust_wallet(ORG, WalletPosting(lot_id, "gift", money, "", kind, expires_at), self.store, self.here.clock)

    def use(self, event_id: str, quantity: int) -> None:
        assert record_usage(ORG, [calls(event_id, quantity)], self.here)[0].outcome == "recorded"

    def adjust(self, quantity: int, key: str = "k1", **said: Any) -> Split:
        """What its meter counts more."""
        wanted = replace(FEWER, key=key, quantity=quantity, **said)
        return adjust_meter(ORG, wanted, self.store, self.here).split

    def correct(self, event_id: str, quantity: int) -> None:
        correct_use(ORG, Correction(f"to {quantity}", event_id, quantity, "a bug"), self.here)

    @property
    def used(self) -> list[int]:
        """By period."""
        return [meter.used for _, meter in sorted(self.store.meters.items())]

    @property
    def cents(self) -> int:
        return self.store.account(ORG).wallet("USD").balance // MICROS

    @property
    def lots(self) -> dict[str, int]:
        """In cents, of what they were given at first too."""
        return {
            lot.id: lot.remaining // MICROS
            for lot in self.store.account(ORG).wallet("USD").lots
            if lot.remaining <= lot.granted
        }


def test_a_meter_that_counts_fewer_units_has_room_for_others() -> None:
    here = Metered(FREE)
    here.use("e1", 10)
    assert here.adjust(-3) == Split(-3)
    here.use("e2", 3)
    assert here.used == [10]
    [day] = here.store.days(ORG, "2026-01-01", "2026-12-31")
    assert (day.quantity, day.events, day.adjusted) == (10, 2, 1)


def test_more_units_are_met_as_a_use_is_or_refused() -> None:
    here = Metered(PAYING, cents=3)
    here.use("e1", 9)
    assert here.adjust(4) == Split(1, 3, Money(MICROS, "USD"), paid=True)
    assert (here.used, here.cents) == ([13], 0)
    with pytest.raises(Exhausted):
        here.adjust(1, key="k2")


def test_units_beyond_the_allowance_go_first_and_their_money_comes_back_on_a_line() -> None:
    here = Metered(PAYING, cents=5)
    here.use("e1", 12)
    assert here.adjust(-3) == Split(-1, -2, Money(MICROS, "USD"), paid=True)
    assert (here.used, here.cents) == ([9], 5)
    [line, *_] = here.store.ledger(ORG, "USD", None)[0]
    assert (line.id, line.kind, line.amount.micros, line.reason) == ("meter:k1", "correction", 2 * MICROS, "a bug")


def test_by_tiers_what_comes_back_is_what_the_last_units_cost() -> None:
    here = Metered(GRADUATED, cents=100)
    here.use("e1", 14)
    here.use("e2", 5)
    assert here.adjust(-6).amount == Money(-(5 * 1 + 1 * 2) * MICROS, "USD")
    assert here.cents == 100 - 3 * 2


def test_money_comes_back_into_the_lots_that_paid_last_and_none_gets_it_twice() -> None:
    here = Metered(PAYING)
    here.gift("soon", 2, LotKind.PROMOTIONAL, START + DAY)
    here.use("e1", 12)
    here.gift("later", 2, LotKind.PROMOTIONAL, START + 2 * DAY)
    here.gift("bought", 2)
    here.use("e2", 4)
    assert (here.lots, here.cents) == ({}, 0)
    here.adjust(-1)
    assert (here.lots, here.cents) == ({}, 1)
    here.adjust(-3, key="k2")
    assert (here.lots, here.cents) == ({"later": 2}, 4)
    here.adjust(-1, key="k3")
    assert (here.lots, here.cents) == ({"later": 2, "soon": 1}, 5)


def test_what_others_have_corrected_is_not_given_back_again() -> None:
    here = Metered(PAYING)
    here.gift("gift", 4, LotKind.PROMOTIONAL)
    here.use("e1", 12)
    here.use("e2", 2)
    here.correct("e2", 1)
    here.adjust(1)
    assert here.lots == {}
    here.adjust(-3, key="k2")
    assert (here.lots, here.used) == ({"gift": 3}, [11])


def test_the_same_adjustment_again_changes_nothing() -> None:
    here = Metered(PAYING, cents=5)
    here.use("e1", 12)
    first = here.adjust(-3)
    before = here.store.copy()
    here.time.now += DAY
    assert here.adjust(-3) == first
    assert here.store == before


@pytest.mark.parametrize(
    "other", [{"quantity": -2}, {"by": "bob"}, {"reason": "another"}, {"occurred_at": START}, {"feature": "exports"}]
)
def test_a_key_stands_for_one_adjustment(other: dict[str, Any]) -> None:
    here = Metered(LARGE)
    here.use("e1", 20)
    here.adjust(-3)
    before = here.store.copy()
    with pytest.raises(EventConflict):
        here.adjust(**({"quantity": -3} | other))
    assert here.store == before


def test_nothing_takes_off_more_than_a_meter_counts() -> None:
    here = Metered(LARGE)
    here.use("e1", 10)
    with pytest.raises(BelowZero):
        here.adjust(-11)
    here.adjust(-3)
    before = here.store.copy()
    with pytest.raises(BelowZero):
        here.correct("e1", 2)
    assert here.store == before
    here.correct("e1", 3)
    assert here.used == [0]
    here.adjust(3, key="k2")
    here.correct("e1", 0)
    assert here.used == [0]


def test_a_use_gives_back_no_units_that_an_adjustment_has_paid_back() -> None:
    here = Metered(PAYING, cents=5)
    here.use("e1", 13)
    here.use("e2", 2)
    here.adjust(-3)
    with pytest.raises(BelowZero):
        here.correct("e1", 1)
    assert here.cents == 3


def test_it_counts_in_the_period_of_its_moment() -> None:
    here = Metered(LARGE)
    here.use("e1", 20)
    here.time.now = START + 31 * DAY
    here.store.grant(ORG, on_plan(LARGE, term_start=START + 30 * DAY, term_end=START + 60 * DAY))
    record_usage(ORG, [calls("e2", 5, occurred_at=here.time.now)], here.here)
    here.adjust(-3, occurred_at=START + DAY)
    here.adjust(-2, key="k2")
    assert here.used == [17, 3]


@pytest.mark.parametrize("moment", [START - MAX_AGE - 1, START + 301])
def test_a_moment_of_long_ago_or_ahead_is_refused(moment: int) -> None:
    here = Metered(LARGE)
    here.use("e1", 20)
    with pytest.raises(InvalidRequest):
        here.adjust(-3, occurred_at=moment)


def test_what_the_plan_does_not_have_is_not_adjusted() -> None:
    with pytest.raises(PlanRequired):
        Metered(FREE).adjust(-3, feature="exports")


def test_no_more_comes_back_than_was_paid() -> None:
    """The plan sells at the wallet's cost what another has sold before it."""
    here = Metered(SOFT, cents=5)
    here.use("e1", 13)
    here.store.grant(ORG, on_plan(PAYING, id="sub_soft"))
    before = here.store.copy()
    with pytest.raises(InvalidState):
        here.adjust(-3)
    assert here.store == before
    here.store.grant(ORG, on_plan(LARGE, id="sub_soft"))
    with pytest.raises(InvalidState):
        here.adjust(-3)


def test_what_the_wallet_has_paid_is_not_taken_for_what_an_invoice_has() -> None:
    """The plan bills what another has had the wallet pay before it: the last two units alone are on the invoice."""
    here = Metered(PAYING, cents=5)
    here.use("e1", 13)
    here.store.grant(ORG, on_plan(SOFT, id="sub_paying"))
    here.use("e2", 2)
    before = here.store.copy()
    with pytest.raises(InvalidState):
        here.adjust(-3)
    assert here.store == before
    assert here.adjust(-2) == Split(0, -2, Money(MICROS, "USD"))
    assert here.cents == 2
    here.store.grant(ORG, on_plan(PAYING, id="sub_paying"))
    here.adjust(-3, key="k2")
    assert (here.used, here.cents) == ([10], 5)


def test_it_is_kept_with_who_made_it_when_and_why() -> None:
    here = Metered(PAYING)
    here.gift("gift", 4, LotKind.PROMOTIONAL)
    here.use("e1", 10)
    here.adjust(1)
    paid = (Lot("gift", LotKind.PROMOTIONAL, MICROS, 4 * MICROS, source="gift"),)
    assert here.store.adjustment(ORG, "k1") == replace(
        FEWER,
        quantity=1,
        at=START,
        moment=START,
        period_start=START,
        split=Split(0, 1, Money(MICROS, "USD"), paid=True),
        drawn=paid,
    )
