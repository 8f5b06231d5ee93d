"""A feature that leaves the catalog and comes back with other decimals: what was counted before is not misread."""

from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import InvalidRequest
from billing.core.money import Money
from billing.core.quantity import Quantity
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.grant import Gift, GrantWish
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Correction
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering
from billing.metering.services.read_entitlements import estimate_use, read_entitlement, read_entitlements
from billing.metering.services.read_margin import read_margin
from billing.metering.services.read_usage_history import History, read_usage_history
from billing.metering.services.record_usage import record_usage
from billing.metering.services.save_grant import save_grant
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Catalog, Plan
from tests.model.metering import DAY, FREE, HOUR, MICROS, ORG, PAYING, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

NEXT_MONTH = START + 31 * DAY
TEN, FEWER, MORE = 10, 0, 2
"""Units a month, and the decimals of before and after."""


def there(store: MemoryUsage, time: Time, decimals: int, **fields: Any) -> Metering:
    """Ten calls a month, and a cent for each beyond, counted in so many decimals."""
    cent = UnitPrice(Money(MICROS // 10**decimals, "USD"))
    terms = {"overage": Overage.WALLET, "prices": (cent,)} | fields
    feature = Counted("calls", limit=TEN * 10**decimals, decimals=decimals, **terms)
    return metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": feature})}, {}))


def world(before: int, after: int, **fields: Any) -> tuple[MemoryUsage, Time, Metering, Metering]:
    """Of an organization with 20 cents: metering as it was, and as it is now."""
    store, time = MemoryUsage({ORG: on_plan(PAYING, term_end=START + 365 * DAY)}), Time(START)
    adjust_wallet(ORG, WalletPosting("p", "top_up", Money(20 * MICROS, "USD")), store, lambda: START)
    return store, time, there(store, time, before, **fields), there(store, time, after, **fields)


def use(here: Metering, name: str, units: int) -> tuple[str, str | None]:
    [result] = record_usage(ORG, [calls(name, units, occurred_at=here.clock())], here)
    return result.outcome, result.reason


both_ways = pytest.mark.parametrize(("before", "after"), [(FEWER, MORE), (MORE, FEWER)])


@both_ways
def test_nothing_more_counts_in_a_period_that_is_counted_otherwise(before: int, after: int) -> None:
    store, time, here, now = world(before, after)
    assert use(here, "e1", 12) == ("recorded", None)
    kept = store.copy()
    assert use(now, "e2", 3) == ("refused", "invalid_request")
    for refused in (
        lambda: reserve_usage(ORG, Reservation("h", "calls", 3, HOUR), now),
        lambda: read_entitlement(ORG, "calls", 3, now),
        lambda: estimate_use(ORG, "calls", 3, {}, now),
        lambda: correct_use(ORG, Correction("k1", "e1", 13, "a bug"), now),
        lambda: adjust_meter(ORG, Adjustment("k2", "calls", -3, "ada", "a bug"), store, now),
        lambda: adjust_meter(ORG, Adjustment("k3", "calls", 3, "ada", "a bug"), store, now),
    ):
        with pytest.raises(InvalidRequest, match="decimals"):
            refused()
    assert store == kept
    assert use(now, "e1", 12) == ("replayed", None), "it counts, as its record says"
    time.now = NEXT_MONTH
    assert use(now, "e3", 3) == ("recorded", None)


@both_ways
def test_a_balance_is_shown_as_it_was_counted_and_costs_what_is_not_known(before: int, after: int) -> None:
    _, _, here, now = world(before, after, overage=Overage.ALLOW)
    use(here, "e1", 12)
    known, shown = (read_entitlements(ORG, each) for each in (here, now))
    assert shown.meters == known.meters
    assert (known.costs["calls"], shown.costs) == (Money(2 * MICROS, "USD"), {})


@both_ways
def test_a_use_is_voided_and_a_hold_settled_and_released_in_their_own_decimals(before: int, after: int) -> None:
    store, _, here, now = world(before, after)
    use(here, "e1", 12)
    for name in ("settled", "released"):
        reserve_usage(ORG, Reservation(name, "calls", 3, HOUR), here)
    settled = settle_usage(ORG, "settled", 4, now)
    assert (settled.actual, settled.shortfall) == (3 * 10**before, 10**before), "the plan sells no more of these"
    release_usage(ORG, "released", now)
    correct_use(ORG, Correction("k1", "e1", 0, "a bug"), now)
    [meter] = store.meters.values()
    assert (meter.used, meter.held, meter.decimals) == (3 * 10**before, 0, before)
    wallet = store.account(ORG).wallet("USD")
    assert (wallet.balance, wallet.held) == (17 * MICROS, 0)


@both_ways
def test_a_grant_gives_as_much_as_was_given(before: int, after: int) -> None:
    for gift, given, limit in ((Gift.UNITS, 5, 15), (Gift.LIMIT, 25, 25)):
        store, _, here, now = world(before, after)
        save_grant(
            ORG, GrantWish("g", "calls", gift, given, None, None, "ada", "a launch"), here.catalog, store, here.clock
        )
        meter = read_entitlements(ORG, now).meters["calls"]
        assert meter and meter.limit == limit * 10**after


def test_of_a_fraction_that_is_counted_no_more_a_grant_gives_nothing() -> None:
    store, _, here, now = world(MORE, FEWER)
    wish = GrantWish("g", "calls", Gift.UNITS, Quantity(299, 2), None, None, "ada", "a launch")
    save_grant(ORG, wish, here.catalog, store, here.clock)
    meter = read_entitlements(ORG, now).meters["calls"]
    assert meter and meter.limit == TEN + 2


@both_ways
def test_what_was_counted_otherwise_does_not_roll_over(before: int, after: int) -> None:
    _, time, here, now = world(before, after, overage=Overage.DENY, prices=(), rollover=6)
    use(here, "e1", 3)
    time.now = NEXT_MONTH
    seen = read_entitlement(ORG, "calls", 1, now).meter
    assert seen and (seen.limit, seen.rolled) == (TEN * 10**after, 0)


@both_ways
def test_a_margin_adds_up_what_was_counted_in_both(before: int, after: int) -> None:
    store, time, here, now = world(before, after)
    use(here, "e1", 12)
    time.now = NEXT_MONTH
    use(now, "e2", 3)
    margin = read_margin(ORG, "2026-09-01", "2026-12-31", store)["calls"]
    assert (margin.quantity, margin.decimals) == (1_500, 2)


@both_ways
def test_a_day_on_which_a_subscription_began_adds_up_what_was_counted_in_both(before: int, after: int) -> None:
    store, _, *both = world(before, after)
    sold = replace(both[0].catalog.plans[PAYING], default=True)
    here, now = replace(both[0], catalog=Catalog({PAYING: sold}, {})), both[1]
    store.grant(ORG, on_plan(FREE))
    assert use(here, "e1", 8) == ("recorded", None)
    store.grant(ORG, on_plan(PAYING))
    assert use(now, "e2", 7) == ("recorded", None)
    [day] = read_usage_history(ORG, "2026-09-01", "2026-12-31", None, History(store, lambda: store))["calls"].days
    assert (day.quantity, day.decimals, day.events) == (1_500, 2, 2)
