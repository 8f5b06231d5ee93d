"""Uses that are priced by tiers: what one costs depends on those before it."""

import pytest

from billing.core.errors import InvalidState
from billing.core.money import Money
from billing.metering.api.entitlement_view import entitlements_view
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Correction, Split
from billing.metering.domain.wallet import SpendingCap, WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import reserve_usage, settle_usage
from billing.metering.services.ports import Metering
from billing.metering.services.read_entitlements import estimate_use, read_entitlements
from billing.metering.services.record_usage import record_usage
from billing.metering.services.set_spending_cap import set_spending_cap
from tests.model.metering import DAY, GRADUATED, MICROS, ORG, START, VOLUME, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage


class Tiered:
    """An organization with 10 calls a month; the next 4 cost two cents, 5 more one cent, and all others three: or, by
    volume, next to nothing."""

    def __init__(self, plan: str, cents: int = 100) -> None:
        self.store, self.time = MemoryUsage(), Time(START)
        self.here: Metering = metering(self.store, self.time)
        self.store.grant(ORG, on_plan(plan))
        adjust_wallet(ORG, WalletPosting("a1", "gift", Money(cents * MICROS, "USD")), self.store, lambda: START)

    def use(self, event_id: str, quantity: int, occurred_at: int | None = None) -> int | str:
        """What it cost in cents, or why it was refused."""
        event = calls(event_id, quantity, occurred_at=self.time.now if occurred_at is None else occurred_at)
        [found] = record_usage(ORG, [event], self.here)
        return str(found.reason) if found.usage is None else cents_of(found.usage.split)

    def correct(self, event_id: str, quantity: int) -> int:
        """What it costs then, in cents."""
        wanted = Correction(f"to {quantity}", event_id, quantity, "a bug")
        return cents_of(correct_use(ORG, wanted, self.here).split)

    @property
    def balance(self) -> int:
        """Of the wallet, in cents."""
        return self.store.account(ORG).wallet("USD").balance // MICROS

    @property
    def cost(self) -> int:
        """What the invoice comes to, in micros."""
        return read_entitlements(ORG, self.here).costs["calls"].micros

    @property
    def cap(self) -> SpendingCap | None:
        return self.store.account(ORG).wallet("USD").cap


def cents_of(split: Split) -> int:
    return split.amount.micros // MICROS if split.amount else 0


def test_each_use_costs_what_it_adds_and_the_wallet_pays_that() -> None:
    here = Tiered(GRADUATED)
    assert [here.use(f"e{n}", each) for n, each in enumerate((11, 4, 6, 1))] == [2, 3 * 2 + 1, 4 + 2 * 3, 3]
    assert here.balance == 100 - (4 * 2 + 5 * 1 + 3 * 3)


def test_an_estimate_is_of_the_tiers_that_are_left() -> None:
    here = Tiered(GRADUATED)
    here.use("e1", 13)
    foreseen = estimate_use(ORG, "calls", 3, {}, here.here).split
    assert foreseen is not None
    assert (cents_of(foreseen), here.use("e2", 3)) == (2 + 1 + 1, 2 + 1 + 1)


def test_the_wallet_buys_as_many_units_as_its_money_is_enough_for_by_tiers() -> None:
    here = Tiered(GRADUATED, cents=9)
    assert here.use("e1", 16) == "exhausted"
    assert (here.use("e2", 15), here.balance) == (9, 0)


def test_what_is_void_gives_back_what_the_last_units_cost_for_the_others_stay_as_dear_as_without_it() -> None:
    here = Tiered(GRADUATED)
    assert [here.use("e1", 14), here.use("e2", 5)] == [8, 5]
    assert here.correct("e1", 10) == 8 - 4 * 1
    assert here.balance == 100 - (4 * 2 + 1)
    assert here.correct("e2", 0) == 5 - (4 * 2 + 1)
    assert here.balance == 100


def test_a_late_use_is_priced_behind_the_others_of_its_own_period() -> None:
    here = Tiered(GRADUATED)
    here.use("e1", 14)
    here.time.now = START + 31 * DAY
    assert here.use("e2", 11) == 2
    assert here.use("e3", 1, occurred_at=START + DAY) == 1


def test_a_hold_reserves_at_the_dearest_tier_and_is_settled_at_what_it_adds() -> None:
    here = Tiered(GRADUATED, cents=12)
    here.use("e1", 10)
    held = reserve_usage(ORG, Reservation("h1", "calls", 4, 60), here.here)
    assert (cents_of(held.split), here.balance) == (12, 0)
    settle_usage(ORG, "h1", 3, here.here)
    assert here.balance == 12 - 3 * 2


def test_a_hold_whose_units_became_dearer_meanwhile_has_reserved_enough() -> None:
    here = Tiered(GRADUATED, cents=13 + 2 * 3)
    here.use("e1", 10)
    reserve_usage(ORG, Reservation("h1", "calls", 2, 60), here.here)
    assert here.use("e2", 9) == 13
    settle_usage(ORG, "h1", 2, here.here)
    assert here.balance == 0


def test_a_volume_price_that_falls_is_told_to_the_use_that_made_it_fall_and_the_sum_is_the_invoices() -> None:
    here = Tiered(VOLUME)
    assert [here.use("e1", 14), here.use("e2", 1)] == [8, 5 - 8]
    assert here.cost == 5 * MICROS


def test_what_an_invoice_comes_to_is_by_the_total_whichever_use_is_void() -> None:
    """The first use lay within the limit. Without it the second does."""
    here = Tiered(VOLUME)
    here.use("e1", 10)
    here.use("e2", 3)
    assert here.cost == 6 * MICROS
    here.correct("e1", 8)
    assert here.cost == 2 * MICROS


def test_the_invoices_line_is_rounded_once_and_half_a_unit_up() -> None:
    here = Tiered(VOLUME)
    here.use("e1", 10 + 1_000)
    shown = entitlements_view(read_entitlements(ORG, here.here))["entitlements"]["calls"]
    assert shown["cost"] == {"amount": 1, "amountMicros": 5_000, "currency": "USD"}
    assert here.use("e2", 10) == 0


def test_a_wallets_money_is_no_invoices() -> None:
    here = Tiered(GRADUATED)
    here.use("e1", 13)
    assert read_entitlements(ORG, here.here).costs == {}


def test_the_spending_cap_counts_what_the_tiers_come_to() -> None:
    here = Tiered(GRADUATED)
    set_spending_cap(ORG, "USD", 9 * MICROS, here.store, lambda: START)
    assert [here.use("e1", 14), here.use("e2", 2), here.use("e3", 1)] == [8, "spending_cap", 1]


@pytest.mark.parametrize("cents", [8, 5])
def test_the_cap_has_room_again_when_a_volume_price_falls_and_loses_it_when_a_correction_makes_it_rise(
    cents: int,
) -> None:
    here = Tiered(VOLUME)
    set_spending_cap(ORG, "USD", cents * MICROS, here.store, lambda: START)
    assert here.use("e1", 14) == (8 if cents == 8 else "spending_cap")
    assert here.use("e2", 1 if cents == 8 else 15) == (-3 if cents == 8 else 5)
    assert here.cap and here.cap.spent == 5 * MICROS
    here.correct("e2", 0 if cents == 8 else 14)
    assert here.cap and here.cap.spent == 8 * MICROS


def test_of_a_use_whose_meter_is_gone_each_unit_is_as_dear_as_its_neighbour() -> None:
    here = Tiered(GRADUATED)
    here.use("e1", 15)
    here.store.meters.clear()
    assert here.correct("e1", 11) == 9 // 5


def test_of_a_use_whose_meter_is_gone_nothing_is_taken_from_the_wallet() -> None:
    """It was lowered by the dear units of the others: what it costs itself nobody knows without their number."""
    here = Tiered(GRADUATED)
    here.use("e1", 19)
    here.use("e2", 5)
    assert here.correct("e1", 11) == 13 - 5 * 3 - 3 * 1 < 0
    balance = here.balance
    here.store.meters.clear()
    with pytest.raises(InvalidState):
        here.correct("e1", 0)
    assert here.balance == balance
