from typing import Any

import pytest

from billing.core.clock import month_of
from billing.core.errors import Conflict, Exhausted, InvalidRequest
from billing.core.money import Money
from billing.metering.domain.entitlement import Account, Refusal
from billing.metering.domain.hold import Hold, Reservation
from billing.metering.domain.wallet import SpendingCap, SpendingCapReached, Wallet, WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import UsageChange
from billing.metering.services.read_entitlements import estimate_use, read_entitlement
from billing.metering.services.record_usage import record_usage
from billing.metering.services.set_spending_cap import MOST_WALLETS, set_spending_cap
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Catalog, Plan
from tests.model.metering import DAY, FREE, LARGE, MICROS, ORG, PAYING, SOFT, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

MONTH = 31 * DAY


class Capped:
    """An organization with 10 calls a month, whose calls beyond them cost a cent each, of which five may be spent."""

    def __init__(self, plan: str = SOFT, cents: int | None = 5) -> None:
        self.store, self.time = MemoryUsage(), Time(START)
        self.here = metering(self.store, self.time)
        self.store.grant(ORG, on_plan(plan, term_end=START + 90 * DAY, billing_months=3))
        adjust_wallet(ORG, WalletPosting("a1", "gift", Money(100 * MICROS, "USD")), self.store, lambda: START)
        self.limit(cents)

    def limit(self, cents: int | None) -> SpendingCap:
        limit = None if cents is None else cents * MICROS
        return set_spending_cap(ORG, "USD", limit, self.store, lambda: self.time.now)

    def use(self, event_id: str, quantity: int) -> str:
        """What became of it: recorded, or the code of the refusal."""
        event = calls(event_id, quantity, occurred_at=self.time.now)
        [found] = record_usage(ORG, [event], self.here)
        return str(found.reason or found.outcome)

    def hold(self, hold_id: str, quantity: int) -> Hold:
        return reserve_usage(ORG, Reservation(hold_id, "calls", quantity, 60), self.here)

    @property
    def cap(self) -> SpendingCap:
        cap = self.store.account(ORG).wallet("USD").cap
        assert cap is not None
        return cap


@pytest.mark.parametrize("plan", [SOFT, PAYING])
def test_uses_beyond_the_allowance_stop_at_the_cap_whoever_pays_them(plan: str) -> None:
    here = Capped(plan)
    assert [here.use(f"e{n}", each) for n, each in enumerate((10, 4, 2, 1, 1))] == [
        "recorded",
        "recorded",
        "spending_cap",
        "recorded",
        "spending_cap",
    ]
    assert (here.cap.spent, here.cap.room(START)) == (5 * MICROS, 0)


def test_what_the_allowance_covers_spends_nothing() -> None:
    here = Capped(cents=0)
    assert here.use("e1", 10) == "recorded"
    assert here.use("e2", 1) == "spending_cap"
    assert here.cap.spent == 0


def test_used_up_is_another_answer_than_capped() -> None:
    here = Capped(LARGE)
    assert here.use("e1", 26) == "exhausted"
    poor = Capped(PAYING, cents=500)
    assert poor.use("e1", 111) == "exhausted"
    poor.limit(5)
    assert poor.use("e1", 110) == "spending_cap"
    assert poor.use("e1", 111) == "exhausted"


def test_reads_say_what_a_use_would_be_answered() -> None:
    here = Capped()
    for found in (read_entitlement(ORG, "calls", 16, here.here), estimate_use(ORG, "calls", 16, {}, here.here)):
        assert (found.allowed, found.reason) == (False, Refusal.SPENDING_CAP)
    assert read_entitlement(ORG, "calls", 15, here.here).reason is None


def test_the_next_month_begins_with_the_whole_cap() -> None:
    here = Capped()
    assert (here.use("e1", 15), here.use("e2", 1)) == ("recorded", "spending_cap")
    here.time.now += MONTH
    assert month_of(here.time.now) != month_of(START)
    assert (here.use("e3", 16), here.use("e4", 15)) == ("spending_cap", "recorded")
    assert (here.cap.month, here.cap.spent) == (month_of(here.time.now), 5 * MICROS)


def test_a_cap_counts_from_when_it_was_first_set_and_goes_on_counting_without_a_limit() -> None:
    here = Capped(cents=None)
    assert (here.use("e1", 13), here.cap.spent) == ("recorded", 3 * MICROS)
    here.limit(4)
    assert (here.use("e2", 2), here.use("e3", 1)) == ("spending_cap", "recorded")
    here.limit(None)
    assert here.use("e4", 50) == "recorded"
    assert here.cap.room(START) is None


@pytest.mark.parametrize("plan", [SOFT, PAYING])
def test_a_hold_keeps_its_room_until_it_is_settled_or_released(plan: str) -> None:
    here = Capped(plan)
    assert here.hold("h1", 14).capped_micros == 4 * MICROS
    with pytest.raises(SpendingCapReached):
        here.hold("h2", 2)
    assert (here.use("e1", 2), here.use("e2", 1)) == ("spending_cap", "recorded")
    settle_usage(ORG, "h1", 12, here.here)
    assert (here.cap.held, here.cap.spent) == (0, 3 * MICROS)
    here.hold("h3", 2)
    release_usage(ORG, "h3", here.here)
    assert (here.cap.held, here.cap.room(START)) == (0, 2 * MICROS)


def test_what_was_reserved_is_enough_for_itself_whatever_became_of_the_cap() -> None:
    here = Capped()
    here.hold("h1", 14)
    here.limit(0)
    settled = settle_usage(ORG, "h1", 20, here.here)
    assert (settled.actual, settled.shortfall) == (14, 6)
    assert (here.cap.spent, here.cap.held, here.cap.room(START)) == (4 * MICROS, 0, 0)


def test_a_hold_of_before_the_cap_gives_no_room_back() -> None:
    here = Capped(cents=None)
    here.store.wallets[ORG, "USD"] = Wallet("USD", 100 * MICROS, version=2)
    assert here.hold("h1", 14).capped_micros == 0
    here.limit(5)
    here.hold("h2", 3)
    release_usage(ORG, "h1", here.here)
    assert here.cap.held == 3 * MICROS


def test_a_hold_that_is_used_up_is_no_matter_of_the_cap() -> None:
    with pytest.raises(Exhausted) as refused:
        Capped(LARGE).hold("h1", 26)
    assert not isinstance(refused.value, SpendingCapReached)


def test_of_two_who_want_the_last_of_the_cap_one_gets_it() -> None:
    here = Capped()
    here.use("e0", 14)
    before = here.store.account(ORG)
    seen: list[Account] = [before]

    class Late:
        """A store that shows the account as it was before somebody else used it."""

        def __getattr__(self, name: str) -> Any:
            return getattr(here.store, name)

        def account(self, organization_id: str) -> Account:
            return seen.pop() if seen else here.store.account(organization_id)

    assert here.use("e1", 1) == "recorded"
    late: Any = Late()
    [found] = record_usage(ORG, [calls("e2", 1, occurred_at=START)], metering(late, here.time))
    assert found.reason is Refusal.SPENDING_CAP
    with pytest.raises(Conflict):
        here.store.commit_usage(ORG, UsageChange(before, before.with_wallet(Wallet("USD")), START))


def test_setting_the_same_cap_again_writes_nothing() -> None:
    here = Capped()
    version = here.store.account(ORG).wallet("USD").version
    here.limit(5)
    assert here.store.account(ORG).wallet("USD").version == version


def test_caps_make_no_more_wallets_than_every_use_can_read() -> None:
    store = MemoryUsage({ORG: on_plan(SOFT)})
    for number in range(MOST_WALLETS):
        set_spending_cap(ORG, f"XA{chr(65 + number)}", 5, store, lambda: START)
    with pytest.raises(InvalidRequest, match="another currency"):
        set_spending_cap(ORG, "USD", 5, store, lambda: START)
    assert len(store.wallets) == MOST_WALLETS
    assert set_spending_cap(ORG, "XAA", 9, store, lambda: START).limit == 9


def test_a_cap_in_another_currency_does_not_change_who_pays() -> None:
    prices = tuple(UnitPrice(Money(MICROS, currency)) for currency in ("USD", "EUR"))
    feature = Counted("calls", limit=0, overage=Overage.WALLET, prices=prices)
    catalog = Catalog({FREE: Plan(FREE, "Free", features={"calls": feature}, default=True)}, {})
    store = MemoryUsage({ORG: on_plan(FREE)})
    adjust_wallet(ORG, WalletPosting("a1", "gift", Money(2 * MICROS, "EUR")), store, lambda: START)
    set_spending_cap(ORG, "USD", 5 * MICROS, store, lambda: START)
    outcomes = [record_usage(ORG, [calls(each)], metering(store, catalog=catalog))[0].outcome for each in "abc"]
    assert outcomes == ["recorded", "recorded", "refused"]
