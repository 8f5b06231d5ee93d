"""What a subscription would become: the lines that are sent, and those that are left as they are."""

from dataclasses import replace

import pytest

from billing.core.errors import BillingError, ChangeNotSupported, InvalidSeats, NothingToChange, UnknownPlan
from billing.plans.plan import Addon, Catalog, Plan, Price, Sale
from billing.subscriptions.domain.change import Lines, Wanted, changed
from billing.subscriptions.domain.subscription import Item
from tests.subscriptions.examples import GROWTH, SUPPORT, a_subscription

CATALOG = Catalog(
    {each: Plan(each, each) for each in ("growth", "scale")},
    {"priority-support": Addon("priority-support", "Priority support"), "seats": Addon("seats", "Extra seats", 10)},
)
SEATS = Item("seats", "addon", 3, 500, 1500)
METERED = Item("api-calls", "addon", unit_price=2)
"""The catalog does not sell it."""

HELD = a_subscription(items=(GROWTH, SEATS, METERED))


def test_a_line_that_becomes_more_is_sent_behind_the_plan_and_both_at_their_agreed_prices() -> None:
    lines = changed(HELD, CATALOG, Wanted(addons={"seats": 4}))
    assert lines == Lines((GROWTH, replace(SEATS, quantity=4)))


def test_plan_and_addons_that_change_are_sent_with_the_plan_first() -> None:
    lines = changed(HELD, CATALOG, Wanted(seats=6, addons={"seats": 3, "priority-support": 1}))
    assert lines == Lines((replace(GROWTH, quantity=6), Item("priority-support", "addon", 1)))


def test_a_line_that_goes_leaves_the_whole_list_to_be_sent() -> None:
    assert changed(HELD, CATALOG, Wanted(addons={})) == Lines((GROWTH, METERED), complete=True)


def test_addons_that_are_not_named_stay() -> None:
    lines = changed(HELD, CATALOG, Wanted("scale"))
    assert lines == Lines((Item("scale", "plan", 5), SEATS, METERED), complete=True)


def test_a_quantity_in_decimals_stays_one() -> None:
    held = a_subscription(items=(GROWTH, replace(SEATS, quantity=None, quantity_in_decimal="3")))
    [_, line] = changed(held, CATALOG, Wanted(addons={"seats": 4})).items
    assert line.quantity_in_decimal == "4"


def test_more_than_is_sold_now_may_stay_and_not_grow() -> None:
    held = a_subscription(items=(GROWTH, replace(SEATS, quantity=12)))
    assert changed(held, CATALOG, Wanted(seats=6, addons={"seats": 12})) == Lines((replace(GROWTH, quantity=6),))
    with pytest.raises(InvalidSeats):
        changed(held, CATALOG, Wanted(addons={"seats": 13}))


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted(), NothingToChange),
        (Wanted("growth", 5, {"seats": 3}), NothingToChange),
        (Wanted(addons={"seats": 0}), InvalidSeats),
        (Wanted(addons={"seats": 11}), InvalidSeats),
    ],
)
def test_what_changes_nothing_and_what_is_not_sold_is_refused(wanted: Wanted, error: type[BillingError]) -> None:
    with pytest.raises(error):
        changed(HELD, CATALOG, wanted)


def test_an_addon_that_is_billed_by_its_use_has_no_quantity() -> None:
    held = a_subscription(items=(GROWTH, replace(SUPPORT, quantity=None)))
    lines = changed(held, CATALOG, Wanted(seats=6, addons={"priority-support": 1}))
    assert lines == Lines((replace(GROWTH, quantity=6),))
    by_use = replace(CATALOG, addons={"priority-support": Addon("priority-support", "Support", 5)})
    with pytest.raises(ChangeNotSupported):
        changed(held, by_use, Wanted(addons={"priority-support": 2}))


EURO = Price(4_500, "EUR", "month")
IN_EUROS = Catalog(
    {**CATALOG.plans, "growth-eur": Plan("growth-eur", "Growth", price=EURO)},
    {**CATALOG.addons, "seats-eur": Addon("seats-eur", "Extra seats", price=EURO)},
)


@pytest.mark.parametrize("wanted", [Wanted("growth-eur"), Wanted(addons={"seats": 3, "seats-eur": 1})])
def test_a_subscription_stays_in_its_currency(wanted: Wanted) -> None:
    assert HELD.currency == "USD"
    with pytest.raises(ChangeNotSupported, match=r"EUR.*USD"):
        changed(HELD, IN_EUROS, wanted)
    assert changed(replace(HELD, currency="EUR"), IN_EUROS, wanted)
    assert changed(replace(HELD, currency=None), IN_EUROS, wanted)


@pytest.mark.parametrize("term", [("proration_type", "full_term"), ("left_out", "item_tiers")])
def test_no_list_is_sent_anew_of_which_a_line_would_lose_its_terms(term: tuple[str, str]) -> None:
    bound = a_subscription(items=(replace(GROWTH, agreed=(term,)), SEATS))
    with pytest.raises(ChangeNotSupported):
        changed(bound, CATALOG, Wanted(addons={}))


@pytest.mark.parametrize("wanted", [Wanted(seats=6), Wanted(addons={"seats": 5})])
def test_no_line_is_sent_without_its_tiers_and_what_else_it_has_stays_where_it_is_not_named(wanted: Wanted) -> None:
    tiered = a_subscription(items=(replace(GROWTH, agreed=(("left_out", "item_tiers"),)), SEATS))
    with pytest.raises(ChangeNotSupported):
        changed(tiered, CATALOG, wanted)
    bound = a_subscription(items=(replace(GROWTH, agreed=(("proration_type", "full_term"),)), SEATS))
    assert not changed(bound, CATALOG, wanted).complete


def test_the_terms_of_a_line_that_goes_are_in_nobodys_way() -> None:
    bound = a_subscription(items=(GROWTH, replace(SEATS, agreed=(("proration_type", "full_term"),))))
    assert changed(bound, CATALOG, Wanted(addons={})) == Lines((GROWTH,), complete=True)


# --- seats that an add-on raises ------------------------------------------------------------------

RAISING = Catalog(
    {each: Plan(each, each, {"seats": 5}) for each in ("growth", "scale")},
    {"seats": Addon("seats", "Extra seats", 10, limits={"seats": 2}), "old": Addon("old", "Old", sale=Sale.RETIRED)},
)
RAISED = a_subscription(items=(replace(GROWTH, quantity=9), SEATS))


def test_seats_may_be_as_many_as_plan_and_addons_allow_together() -> None:
    assert changed(RAISED, RAISING, Wanted(seats=11)).items[0].quantity == 11
    assert changed(RAISED, RAISING, Wanted(seats=13, addons={"seats": 4})).items[0].quantity == 13
    with pytest.raises(InvalidSeats, match="at most 11 seats, not 12"):
        changed(RAISED, RAISING, Wanted(seats=12))


@pytest.mark.parametrize("addons", [{}, {"seats": 1}], ids=["taken off", "fewer"])
def test_an_addon_that_raises_seats_stays_while_they_are_used(addons: dict[str, int]) -> None:
    with pytest.raises(InvalidSeats):
        changed(RAISED, RAISING, Wanted(addons=addons))


def test_seats_that_were_agreed_beyond_the_limit_do_not_keep_anybody_from_changing_something_else() -> None:
    held = a_subscription(items=(replace(GROWTH, quantity=50), SEATS))
    lines = changed(held, RAISING, Wanted(addons={"seats": 4}))
    assert lines == Lines((replace(GROWTH, quantity=50), replace(SEATS, quantity=4)))


def test_a_plan_that_is_not_counted_is_one_seat_of_the_next_plan() -> None:
    flat = a_subscription(items=(replace(GROWTH, quantity=None),))
    team = replace(CATALOG, plans={"growth": Plan("growth", "Growth"), "scale": Plan("scale", "Scale", min_seats=5)})
    with pytest.raises(InvalidSeats, match="takes 5 or more seats, not 1"):
        changed(flat, team, Wanted("scale"))
    assert changed(flat, team, Wanted("scale", 5)).items[0].quantity == 5
    assert changed(flat, CATALOG, Wanted("scale")).items[0].quantity is None


def test_an_addon_that_is_not_sold_any_more_may_stay_and_go_and_not_be_bought() -> None:
    old = Item("old", "addon", 1)
    held = a_subscription(items=(replace(GROWTH, quantity=5), old))
    assert changed(held, RAISING, Wanted(seats=4, addons={"old": 1})).items == (replace(GROWTH, quantity=4),)
    assert changed(held, RAISING, Wanted(addons={})).complete
    with pytest.raises(UnknownPlan):
        changed(RAISED, RAISING, Wanted(addons={"seats": 3, "old": 1}))


def test_an_addon_that_is_not_sold_any_more_may_become_less_and_not_more() -> None:
    held = a_subscription(items=(replace(GROWTH, quantity=5), Item("old", "addon", 3)))
    assert changed(held, RAISING, Wanted(addons={"old": 2})).items[1:] == (Item("old", "addon", 2),)
    with pytest.raises(UnknownPlan):
        changed(held, RAISING, Wanted(addons={"old": 4}))


def test_a_line_that_the_catalog_does_not_sell_becomes_no_less() -> None:
    held = a_subscription(items=(GROWTH, Item("agreed", "addon", 3)))
    with pytest.raises(UnknownPlan):
        changed(held, CATALOG, Wanted(addons={"agreed": 2}))
