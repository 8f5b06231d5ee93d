"""What another catalog would change, told plan by plan."""

from typing import Any

import pytest

from billing.core.errors import InvalidCatalog
from billing.plans.catalog import read_catalog
from billing.plans.plan import Catalog
from billing.plans.revision import check_decimals, compared

PRICE: dict[str, Any] = {"item_price_id": "pro", "amount": 100, "currency": "USD", "period": "month", "per_seat": True}
PRO: dict[str, Any] = {
    "id": "pro",
    "name": "Pro",
    "limits": {"seats": 5},
    "features": {"sso": True, "calls": {"limit": {"per_seat": 10}}},
    "prices": [PRICE],
}


def catalog(*entries: dict[str, Any]) -> Catalog:
    return read_catalog({"plan": list(entries)})


def changes(before: Catalog, after: Catalog) -> list[str]:
    return [str(change) for change in compared(before, after)]


def test_a_catalog_changes_nothing_about_itself() -> None:
    assert changes(catalog(PRO), catalog(PRO)) == []


def test_each_thing_that_differs_is_named_as_in_the_file() -> None:
    after = PRO | {
        "limits": {"seats": "unlimited", "projects": 3},
        "features": {"calls": {"limit": 20, "overage": "wallet", "price": {"micros": 7, "currency": "USD"}}},
        "trial_days": 14,
        "grace_days": 0,
        "sale": "private",
        "organizations": ["org_1"],
        "line": "b",
        "min_seats": 4,
        "seat_step": 2,
        "follow_members": False,
    }
    assert changes(catalog(PRO), catalog(after)) == [
        "pro: limits.seats: 5 -> unlimited",
        "pro: features.sso: on -> -",
        "pro: features.calls: 10 for each seat, reset term -> 20, reset term, then wallet at 7 micros USD",
        "pro: trial_days: 0 -> 14",
        "pro: price pro: 100 USD a month for each seat, sold -> 100 USD a month for each seat, private",
        "pro: limits.projects: - -> 3",
        "pro: grace_days: - -> 0",
        "pro: min_seats: - -> 4",
        "pro: seat_step: - -> 2",
        "pro: follow_members: - -> false",
        "pro: line: - -> b",
        "pro: organizations: - -> org_1",
    ]


def test_what_rolls_over_is_told() -> None:
    plain = PRO | {"features": {"calls": {"limit": "2.5", "decimals": 1}}}
    rolling = PRO | {"features": {"calls": {"limit": "2.5", "decimals": 1, "rollover": {"max": 2}}}}
    limit = "2.5 with 1 decimals, reset term"
    assert changes(catalog(plain), catalog(rolling)) == [
        f"pro: features.calls: {limit} -> {limit}, rolls over up to 2.0"
    ]


def test_what_is_announced_is_told() -> None:
    alerting = PRO | {"features": {"sso": True, "calls": {"limit": {"per_seat": 10}, "alerts": [80, 50]}}}
    limit = "10 for each seat, reset term"
    assert changes(catalog(PRO), catalog(alerting)) == [f"pro: features.calls: {limit} -> {limit}, alerts at 50, 80 %"]


def test_for_how_long_top_ups_last_is_told() -> None:
    after = read_catalog({"plan": [PRO], "top_up": {"expires_after": {"months": 12}}})
    assert changes(catalog(PRO), after) == ["top_up: expires_after: - -> 12 months"]


def test_prices_come_and_go_by_themselves() -> None:
    yearly = PRICE | {"item_price_id": "pro-yearly", "period": "year"}
    both = PRO | {"prices": [PRICE, yearly]}
    told = "price pro-yearly: {} -> {}"
    shown = "100 USD a year for each seat, sold"
    assert changes(catalog(PRO), catalog(both)) == ["pro: " + told.format("-", shown)]
    assert changes(catalog(both), catalog(PRO)) == ["pro: " + told.format(shown, "-")]


def test_an_entry_that_gets_a_name_of_its_own_changes_only_what_it_says() -> None:
    old = {"item_price_id": "pro", "name": "Pro", "features": {"calls": {"limit": 10}}}
    new = {"id": "pro", "name": "Pro", "features": {"calls": {"limit": 10, "reset": "month"}}, "prices": [PRICE]}
    assert changes(catalog(old), catalog(new)) == [
        "pro: price pro: not shown, sold -> 100 USD a month for each seat, sold"
    ]


def test_a_plan_that_comes_or_goes_is_told_whole() -> None:
    free = {"id": "free", "name": "Free", "default": True}
    assert {change.plan for change in compared(catalog(free), catalog(free, PRO))} == {"pro"}
    assert all(change.after is None for change in compared(catalog(free, PRO), catalog(free)))


def test_tiers_are_told_one_by_one() -> None:
    tiers = [{"up_to": 10, "micros": 20}, {"micros": 5}]
    price = {"mode": "volume", "currency": "USD", "tiers": tiers}
    priced = {"limit": 10, "reset": "month", "overage": "allow", "price": price}
    assert changes(catalog(PRO), catalog(PRO | {"features": {"sso": True, "calls": priced}})) == [
        "pro: features.calls: 10 for each seat, reset term -> "
        "10, reset month, then allow at volume 20 up to 10, 5 micros USD"
    ]


def test_decimals_are_told_in_units_and_do_not_change() -> None:
    price = {"micros": 500, "currency": "USD"}
    calls = {"limit": "2.5", "decimals": 2, "reset": "month", "overage": "allow", "price": price}
    fine = catalog(PRO | {"features": {"calls": calls}})
    assert "pro: features.calls: - -> 2.50 with 2 decimals, reset month, then allow at 500 micros USD" in changes(
        catalog(PRO | {"features": {}}), fine
    )
    check_decimals(fine, catalog(PRO | {"features": {"calls": calls | {"limit": 9}}}))
    check_decimals(catalog(PRO | {"features": {}}), fine)
    for before, after in ((catalog(PRO), fine), (fine, catalog(PRO))):
        with pytest.raises(InvalidCatalog, match=r"'calls' has . decimals and would have .;"):
            check_decimals(before, after)
