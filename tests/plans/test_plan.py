import pytest

from billing.core.errors import InvalidSeats, UnknownPlan
from billing.plans.plan import Addon, Catalog, Plan
from billing.plans.select import select
from billing.plans.selection import Selection

GROWTH = Plan("growth", "Growth", {"seats": 25}, trial_days=14)
UNLIMITED = Plan("scale", "Scale", {"seats": None})
UNSAID = Plan("free", "Free")
CATALOG = Catalog(
    {plan.item_price_id: plan for plan in (GROWTH, UNLIMITED, UNSAID)},
    {"support": Addon("support", "Support"), "storage": Addon("storage", "Storage", 10)},
)


@pytest.mark.parametrize("seats", [1, 25])
def test_seats_are_from_one_to_the_plans_limit(seats: int) -> None:
    assert select(CATALOG, "growth", seats, {}) == Selection("growth", seats)


@pytest.mark.parametrize("seats", [0, -3, 26])
def test_other_seats_are_refused(seats: int) -> None:
    with pytest.raises(InvalidSeats, match=str(seats)):
        select(CATALOG, "growth", seats, {})


TENS = Plan("tens", "Tens", {"seats": 45}, min_seats=15, seat_step=10)


@pytest.mark.parametrize(
    ("seats", "sold"), [(20, True), (40, True), (10, False), (15, False), (21, False), (50, False)]
)
def test_seats_are_sold_from_a_minimum_on_in_steps(seats: int, sold: bool) -> None:
    catalog = Catalog({"tens": TENS}, {})
    if sold:
        assert select(catalog, "tens", seats, {}).seats == seats
    else:
        with pytest.raises(InvalidSeats, match=str(seats)):
            select(catalog, "tens", seats, {})


@pytest.mark.parametrize(("wanted", "seats"), [(0, 20), (1, 20), (20, 20), (21, 30), (44, 50)])
def test_for_so_many_the_fewest_that_are_sold_are_found(wanted: int, seats: int) -> None:
    assert TENS.seats_for(wanted) == seats
    assert GROWTH.seats_for(wanted) == max(1, wanted)


@pytest.mark.parametrize("plan", ["scale", "free"])
def test_a_plan_without_a_limit_takes_any_number_of_seats_but_none(plan: str) -> None:
    assert select(CATALOG, plan, 1_000_000, {}).seats == 1_000_000
    with pytest.raises(InvalidSeats):
        select(CATALOG, plan, 0, {})


@pytest.mark.parametrize("item_price_id", ["nope", "", "Growth", "support"])
def test_only_what_the_catalog_sells_as_a_plan_is_a_plan(item_price_id: str) -> None:
    with pytest.raises(UnknownPlan, match=f"'{item_price_id}'"):
        select(CATALOG, item_price_id, 1, {})


def test_addons_are_part_of_the_selection_whatever_their_order() -> None:
    expected = Selection("growth", 2, (("storage", 10), ("support", 1)))
    assert select(CATALOG, "growth", 2, {"support": 1, "storage": 10}) == expected
    assert select(CATALOG, "growth", 2, {"storage": 10, "support": 1}) == expected


@pytest.mark.parametrize("addon", ["nope", "growth"])
def test_only_what_the_catalog_sells_as_an_addon_is_one(addon: str) -> None:
    with pytest.raises(UnknownPlan, match=addon):
        select(CATALOG, "growth", 1, {addon: 1})


@pytest.mark.parametrize(("addon", "quantity"), [("support", 0), ("support", 2), ("storage", -1), ("storage", 11)])
def test_an_addons_quantity_stays_within_its_limit(addon: str, quantity: int) -> None:
    with pytest.raises(InvalidSeats, match=str(quantity)):
        select(CATALOG, "growth", 1, {addon: quantity})


def test_plans_of_the_table_replace_and_extend_those_of_the_file() -> None:
    cheaper, new = Plan("growth", "Growth 2", {"seats": 3}), Plan("new", "New")
    changed = CATALOG.with_plans([cheaper, new])
    assert (changed.plan("growth"), changed.plan("new"), changed.plan("scale")) == (cheaper, new, UNLIMITED)
    assert list(changed.plans) == ["growth", "scale", "free", "new"]
    assert CATALOG.plan("growth") == GROWTH
