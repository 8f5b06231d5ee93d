"""A plan that is changed at run time, judged against the file and the other rows of the table."""

from typing import Any

import pytest

from billing.core.errors import InvalidRequest, InvalidState
from billing.plans.catalog import read_catalog
from billing.subscriptions.services.revise_plan import proposed, put_plan, remove_plan
from tests.model.plan_rows import MemoryPlanRows

MONTHLY = {"item_price_id": "pro", "amount": 100, "currency": "USD", "period": "month"}
YEARLY = MONTHLY | {"item_price_id": "pro-yearly", "period": "year"}
PRO: dict[str, Any] = {"id": "pro", "name": "Pro", "prices": [MONTHLY, YEARLY], "features": {"calls": {"limit": 10}}}
EXTRA: dict[str, Any] = {
    "id": "extra",
    "name": "Extra",
    "features": {"audit": True, "calls": {"limit": 5}},
    "prices": [MONTHLY | {"item_price_id": "extra-monthly"}],
}
ONCE = {"item_price_id": "onboarding", "name": "Onboarding", "amount": 500, "currency": "USD"}
FILE = {"plan": [PRO], "addon": [EXTRA], "charge": [ONCE]}
SHIPPED = read_catalog(FILE)


def test_no_plan_gets_the_name_of_an_addon_which_a_gate_would_take_for_it() -> None:
    entry = {"id": "extra", "name": "Extra", "prices": [MONTHLY | {"item_price_id": "extra-plan"}]}
    with pytest.raises(InvalidState, match="'extra' is the name of an add-on"):
        proposed("extra", entry, SHIPPED, MemoryPlanRows())
    assert proposed("extra", None, SHIPPED, MemoryPlanRows({"extra": entry})).unsold == {"extra-plan"}, (
        "one that has it can go"
    )


def test_a_plan_is_not_what_is_sold_once_either() -> None:
    with pytest.raises(InvalidState, match="onboarding is 'onboarding' already"):
        proposed("onboarding", {"item_price_id": "onboarding", "name": "Onboarding"}, SHIPPED, MemoryPlanRows())


def test_an_entry_of_one_item_price_takes_none_out_of_a_plan_of_several() -> None:
    entry = {"item_price_id": "pro", "name": "Pro", "features": {"calls": {"limit": 1}}}
    with pytest.raises(InvalidRequest, match="'pro' has other prices"):
        proposed("pro", entry, SHIPPED, MemoryPlanRows())
    alone = read_catalog({"plan": [PRO | {"prices": [MONTHLY]}], "addon": [EXTRA]})
    assert proposed("pro", entry, alone, MemoryPlanRows({"pro": PRO})).unsold == {"pro-yearly"}


def test_an_item_price_is_in_an_entry_once() -> None:
    with pytest.raises(InvalidRequest, match="the item price of 'pro' 'pro' appears twice"):
        proposed("pro", PRO | {"prices": [MONTHLY, YEARLY, MONTHLY | {"amount": 7}]}, SHIPPED, MemoryPlanRows())


@pytest.mark.parametrize("features", [{"calls": True}, {"audit": {"limit": 3}}])
def test_what_an_addon_brings_is_of_the_kind_that_a_changed_plan_has_it_in(features: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match=r"addon 'extra': feature '.*' is on or off in one entry and counted"):
        proposed("pro", PRO | {"features": features}, SHIPPED, MemoryPlanRows())


def test_rows_that_a_new_file_does_not_go_with_are_put_right_one_by_one() -> None:
    """A deployment of the file cannot know what the table counts in which decimals."""
    fine = {"calls": {"limit": 10, "decimals": 2}}
    mini = {"item_price_id": "mini", "name": "Mini", "features": fine}
    file = {"plan": [PRO | {"features": fine}, mini]}
    other = {"item_price_id": "other", "name": "Other", "features": PRO["features"]}
    rows, shipped = MemoryPlanRows({"pro": PRO, "other": other}), read_catalog(file)
    put_plan("pro", PRO | {"features": fine}, shipped, rows)
    remove_plan("other", shipped, rows)
    assert rows.found.keys() == {"pro"}


def test_rows_that_go_with_the_file_together_count_together() -> None:
    free = {"id": "free", "name": "Free", "default": True}
    shipped = read_catalog({"plan": [free]})
    gratis = {"id": "gratis", "name": "Gratis", "default": True, "features": {"calls": {"limit": 1}}}
    rows = MemoryPlanRows({"gratis": gratis, "free": {"item_price_id": "free", "name": "Free"}})
    revision = proposed("free", {"item_price_id": "free", "name": "Gone"}, shipped, rows)
    assert [str(change) for change in revision.changes] == ["free: name: Free -> Gone"]
    for plan in ("free", "new"):
        entry = {"item_price_id": plan, "name": "New", "features": {"calls": {"limit": 1, "decimals": 1}}}
        with pytest.raises(InvalidRequest, match="same decimals"):
            proposed(plan, entry, shipped, rows)
