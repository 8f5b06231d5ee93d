"""What one subscription gives, whatever plan, seats and add-ons it has."""

from collections.abc import Mapping
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from billing.core.money import Money
from billing.plans.bought import features_of
from billing.plans.feature import Counted, Feature, Reset, Switch, UnitPrice
from billing.plans.plan import Addon, Plan, Price

SWITCHES = ("sso", "audit")
COUNTED = ("calls", "tokens", "reports")
QUANTITIES = st.integers(0, 5)
SEATS = st.integers(1, 1_000)
UNITS = st.integers(0, 10_000)


@st.composite
def features(draw: st.DrawFn, per_seat: st.SearchStrategy[bool]) -> dict[str, Feature]:
    found: dict[str, Feature] = {name: Switch(name) for name in SWITCHES if draw(st.booleans())}
    for name in (each for each in COUNTED if draw(st.booleans())):
        units = draw(st.none() | UNITS)
        found[name] = Counted(name, units, draw(st.sampled_from(Reset)), per_seat=units is not None and draw(per_seat))
    return found


@st.composite
def addons(draw: st.DrawFn) -> list[tuple[Addon, int]]:
    raised = st.dictionaries(st.sampled_from((*COUNTED, "seats")), st.integers(1, 500))
    return [
        (Addon(f"addon-{number}", "Add-on", limits=draw(raised), features=draw(features(st.just(False)))), quantity)
        for number, quantity in enumerate(draw(st.lists(QUANTITIES, max_size=4)))
    ]


PLANS = st.builds(
    lambda limits, listed: Plan("growth", "Growth", limits, features=listed),
    st.dictionaries(st.sampled_from(("seats", "projects")), st.none() | UNITS),
    features(st.booleans()),
)


def limits(found: Mapping[str, Feature]) -> dict[str, int | None]:
    return {name: each.limit for name, each in found.items() if isinstance(each, Counted)}


@given(PLANS, SEATS, addons(), st.randoms(use_true_random=False))
def test_the_order_in_which_addons_were_bought_does_not_matter(
    plan: Plan, seats: int, bought: list[tuple[Addon, int]], random: Random
) -> None:
    shuffled = list(bought)
    random.shuffle(shuffled)
    assert features_of(plan, seats, shuffled) == features_of(plan, seats, bought)
    assert plan.limits_with(shuffled) == plan.limits_with(bought)


@given(PLANS, SEATS)
def test_a_plan_alone_gives_its_own_features_with_limits_for_all_seats_together(plan: Plan, seats: int) -> None:
    found = features_of(plan, seats)
    assert found.keys() == plan.features.keys()
    for name, own in plan.features.items():
        given_ = found[name]
        if isinstance(own, Counted) and own.limit is not None:
            assert isinstance(given_, Counted)
            assert given_.limit == own.limit * (seats if own.per_seat else 1)
            assert (given_.per_seat, given_.reset) == (False, own.reset)
        else:
            assert given_ == own


@given(PLANS, SEATS, addons())
def test_each_finite_limit_is_the_sum_of_all_that_was_bought(
    plan: Plan, seats: int, bought: list[tuple[Addon, int]]
) -> None:
    alone = limits(features_of(plan, seats))
    for name, found in limits(features_of(plan, seats, bought)).items():
        own = alone.get(name, 0)
        brought = [(limits(addon.features).get(name, 0), quantity) for addon, quantity in bought if quantity]
        if own is None or any(units is None for units, _ in brought):
            assert found is None
        else:
            raised = sum(addon.limits.get(name, 0) * quantity for addon, quantity in bought)
            assert found == own + sum((units or 0) * quantity for units, quantity in brought) + raised


@given(PLANS, SEATS, addons())
def test_addons_take_nothing_away_and_bring_no_feature_that_none_of_them_has(
    plan: Plan, seats: int, bought: list[tuple[Addon, int]]
) -> None:
    found = features_of(plan, seats, bought)
    brought = {name for addon, quantity in bought if quantity for name in addon.features}
    assert found.keys() == plan.features.keys() | brought
    for name, own in plan.features.items():
        assert type(found[name]) is type(own)


@given(PLANS, addons())
def test_a_plan_without_seats_counts_as_one(plan: Plan, bought: list[tuple[Addon, int]]) -> None:
    assert features_of(plan, None, bought) == features_of(plan, 1, bought)


@given(PLANS, addons())
def test_the_plans_own_limits_are_raised_and_never_one_that_it_does_not_have(
    plan: Plan, bought: list[tuple[Addon, int]]
) -> None:
    found = plan.limits_with(bought)
    assert found.keys() == plan.limits.keys()
    for name, own in plan.limits.items():
        raised = sum(addon.limits.get(name, 0) * quantity for addon, quantity in bought)
        assert found[name] == (None if own is None else own + raised)


def test_units_are_priced_in_the_currency_that_is_paid_in_or_else_that_of_the_plans_price() -> None:
    prices = tuple(UnitPrice(Money(10, currency)) for currency in ("USD", "EUR", "GBP"))
    plan = Plan("pro", "Pro", price=Price(100, "EUR", "month"), features={"calls": Counted("calls", 1, prices=prices)})
    for currencies, currency in (((), "EUR"), (("GBP",), "GBP"), (("GBP", "USD"), "USD"), (("CHF",), "USD")):
        found = features_of(plan, 1, currencies=currencies)["calls"]
        assert isinstance(found, Counted)
        assert found.price({}) == Money(10, currency)
