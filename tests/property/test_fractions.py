"""Whatever happens, counting in fractions is counting the smallest of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.errors import BillingError
from billing.core.money import Money
from billing.core.quantity import Quantity, written
from billing.metering.domain.grant import Gift, GrantWish
from billing.metering.domain.hold import Reservation
from billing.metering.domain.usage import Correction
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.ports import Metering
from billing.metering.services.read_entitlements import estimate_use, read_entitlement
from billing.metering.services.record_usage import record_usage
from billing.metering.services.save_grant import save_grant
from billing.plans.feature import Counted
from billing.plans.plan import Catalog
from tests.model.metering import CATALOG, DAY, HOUR, MICROS, ORG, PLANS, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage
from tests.property.ledger import check_ledger

type Act = Callable[[Metering, int], Any]
"""Something that is done with so many decimals. A quantity of n is n of the smallest steps."""

ids = st.sampled_from("abc")
steps = st.integers(1, 14)


def reporting(event_id: str, quantity: int, ago: int) -> Act:
    def act(here: Metering, decimals: int) -> Any:
        sent = calls(event_id, quantity, occurred_at=here.clock() - ago, decimals=decimals)
        [result] = record_usage(ORG, [sent], here)
        return result.outcome, result.reason, result.usage and result.usage.split

    return act


def asking(quantity: int) -> Act:
    def act(here: Metering, decimals: int) -> Any:
        wanted = Quantity(quantity, decimals)
        foreseen = estimate_use(ORG, "calls", wanted, {}, here)
        return foreseen.allowed, foreseen.split, read_entitlement(ORG, "calls", wanted, here).allowed

    return act


def reserving(hold_id: str, quantity: int) -> Act:
    return lambda here, decimals: (
        reserve_usage(ORG, Reservation(hold_id, "calls", quantity, HOUR, decimals=decimals), here).split
    )


def settling(hold_id: str, quantity: int) -> Act:
    return lambda here, decimals: settle_usage(ORG, hold_id, Quantity(quantity, decimals), here).actual


def releasing(hold_id: str) -> Act:
    return lambda here, decimals: release_usage(ORG, hold_id, here).state


def correcting(event_id: str, key: str, quantity: int) -> Act:
    return lambda here, decimals: (
        correct_use(ORG, Correction(key, event_id, quantity, "a bug", decimals=decimals), here.store, here.clock).split
    )


def giving(gift: Gift, quantity: int) -> Act:
    def act(here: Metering, decimals: int) -> Any:
        wish = GrantWish("g", "calls", gift, Quantity(quantity, decimals), None, None, "ada", "a launch")
        return save_grant(ORG, wish, here.catalog, here.store, here.clock).amount  # type: ignore[arg-type]

    return act


acts = st.one_of(
    st.builds(reporting, ids, steps, st.sampled_from([0, DAY])),
    st.builds(asking, steps),
    st.builds(reserving, ids, steps),
    st.builds(settling, ids, st.integers(0, 20)),
    st.builds(releasing, ids),
    st.builds(correcting, ids, ids, st.integers(0, 13)),
    st.builds(giving, st.sampled_from([Gift.UNITS, Gift.LIMIT]), steps),
)


def in_steps(catalog: Catalog, decimals: int) -> Catalog:
    """The same catalog, whose every unit is a step."""
    plans = {
        name: replace(plan, features={each.id: _in_steps(each, decimals) for each in plan.features.values()})
        for name, plan in catalog.plans.items()
    }
    return replace(catalog, plans=plans)


def _in_steps(feature: Any, decimals: int) -> Any:
    return replace(feature, decimals=decimals) if isinstance(feature, Counted) else feature


@given(st.sampled_from(PLANS), st.integers(1, 6), st.lists(acts, max_size=12))
@settings(max_examples=150)
def test_what_is_counted_in_fractions_is_counted_in_their_steps(plan: str, decimals: int, done: list[Act]) -> None:
    told: list[list[Any]] = []
    stores = []
    for places in (0, decimals):
        store = MemoryUsage({ORG: on_plan(plan)})
        here = metering(store, Time(START + 5 * DAY), in_steps(CATALOG, places))
        adjust_wallet(ORG, WalletPosting("gift", "gift", Money(20 * MICROS, "USD")), store, here.clock)
        told.append([outcome(act, here, places) for act in done])
        stores.append(store)
    assert told[0] == told[1]
    whole, fractions = stores
    assert [replace(each, decimals=0) for each in fractions.meters.values()] == [*whole.meters.values()]
    assert fractions.wallets == whole.wallets
    assert [replace(each, decimals=0) for each in fractions.rollups.values()] == [*whole.rollups.values()]
    check_ledger(fractions, list("abc"), list("abc"))
    for usage in fractions.uses.values():
        assert usage.event.decimals == decimals
        assert usage.billing_day is None or usage.billing_day.decimals == decimals


def outcome(act: Act, here: Metering, decimals: int) -> Any:
    try:
        return act(here, decimals)
    except BillingError as refused:
        return refused.code


@given(st.integers(1, 10**6), st.integers(0, 6), st.integers(0, 6))
def test_a_use_is_the_same_however_many_zeros_it_is_written_with(number: int, decimals: int, zeros: int) -> None:
    store = MemoryUsage({ORG: on_plan("endless")})
    here = metering(store, catalog=in_steps(CATALOG, 6))
    places = min(6, decimals + zeros)
    sent = [calls("a", number, decimals=decimals), calls("a", number * 10 ** (places - decimals), decimals=places)]
    assert [each.outcome for each in record_usage(ORG, sent, here)] == ["recorded", "replayed"]
    [usage] = store.uses.values()
    assert written(usage.split.quantity, 6) == written(number * 10 ** (6 - decimals), 6)
