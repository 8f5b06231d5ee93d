from collections.abc import Sequence
from dataclasses import replace

import pytest

from billing.plans.catalog_in_force import LIFETIME, CatalogInForce
from billing.plans.catalog_plans import RefusedPlan
from billing.plans.plan import Catalog, Plan, Sale
from tests.chargebee.moment import Moment

SHIPPED = Catalog({"growth": Plan("growth", "Growth")}, {})


class Plans:
    """The plans in the table, one a row; counts how often they are read."""

    def __init__(self) -> None:
        self.found: Sequence[Plan | RefusedPlan | tuple[Plan, ...]] | Exception = ()
        self.reads = 0
        self.told: list[RefusedPlan] = []

    def overrides(self) -> Sequence[tuple[Plan, ...] | RefusedPlan]:
        self.reads += 1
        if isinstance(self.found, Exception):
            raise self.found
        return [(row,) if isinstance(row, Plan) else row for row in self.found]


def in_force(plans: Plans, moment: Moment | None = None, shipped: Catalog = SHIPPED) -> CatalogInForce:
    return CatalogInForce(shipped, plans, moment or Moment(), plans.told.append)


def test_the_tables_plans_stand_over_the_files() -> None:
    plans = Plans()
    plans.found = [Plan("growth", "Growth 2"), Plan("new", "New")]
    catalog = in_force(plans)()
    assert [plan.name for plan in catalog.plans.values()] == ["Growth 2", "New"]


def test_the_table_does_not_add_a_second_default_plan() -> None:
    plans = Plans()
    plans.found = [Plan("gratis", "Gratis", default=True)]
    assert in_force(plans)().default == plans.found[0]
    shipped = SHIPPED.with_plans([Plan("free", "Free", default=True)])
    assert in_force(plans, shipped=shipped)() == shipped
    assert [row.problem for row in plans.told] == [
        "The plan catalog is not valid: there is more than one default plan."
    ]


def test_the_table_is_read_once_a_minute() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    for _ in range(3):
        catalog()
    moment.now += LIFETIME - 1
    assert (catalog().plan("growth").name, plans.reads) == ("Growth", 1)
    plans.found = [Plan("growth", "Growth 2")]
    moment.now += 1
    assert (catalog().plan("growth").name, plans.reads) == ("Growth 2", 2)


def test_plans_that_cannot_be_read_are_an_error_and_never_the_old_answer_or_an_empty_one() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    catalog()
    moment.now += LIFETIME
    plans.found = ConnectionError("the table is away")
    for _ in range(2):
        with pytest.raises(ConnectionError):
            catalog()
    plans.found = ()
    assert catalog().plan("growth")


# --- a row that is wrong --------------------------------------------------------------------------

WRONG = RefusedPlan("growth", "plan 'growth' has an unknown field 'archived'")


def test_its_plan_stays_as_the_file_has_it_and_the_other_rows_count() -> None:
    plans = Plans()
    plans.found = [WRONG, Plan("new", "New")]
    catalog = in_force(plans)()
    assert [plan.name for plan in catalog.plans.values()] == ["Growth", "New"]
    assert plans.told == [WRONG]


def test_a_warm_function_keeps_the_plan_that_it_read_last() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    plans.found = [Plan("growth", "Growth 2")]
    catalog()
    plans.found = [WRONG, Plan("new", "New")]
    for _ in range(2):
        moment.now += LIFETIME
        assert [plan.name for plan in catalog().plans.values()] == ["Growth 2", "New"]
    assert plans.told == [WRONG, WRONG], "it is told of for as long as it is wrong"


def test_a_plan_that_never_was_right_is_not_sold() -> None:
    plans = Plans()
    plans.found = [RefusedPlan("growth-2023", "wrong")]
    assert in_force(plans)() == SHIPPED


def test_rows_that_do_not_go_together_leave_the_last_catalog_standing() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    plans.found = [Plan("new", "New")]
    good = catalog()
    moment.now += LIFETIME
    plans.found = [Plan("new", "New", default=True), Plan("gratis", "Gratis", default=True)]
    assert catalog() == good
    assert [row.key for row in plans.told] == [""]


def test_a_row_that_does_not_go_with_the_file_takes_no_other_down() -> None:
    plans, shipped = Plans(), SHIPPED.with_plans([Plan("free", "Free", default=True)])
    plans.found = [Plan("gratis", "Gratis", default=True), Plan("growth", "Growth 2"), Plan("new", "New")]
    catalog = in_force(plans, shipped=shipped)()
    assert [plan.name for plan in catalog.plans.values()] == ["Growth 2", "Free", "New"]
    assert [row.key for row in plans.told] == ["gratis"]


def test_a_warm_function_keeps_the_plan_whose_row_does_not_go_with_the_file_any_more() -> None:
    shipped = SHIPPED.with_plans([Plan("free", "Free", default=True)])
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment, shipped)
    plans.found = [Plan("new", "New")]
    catalog()
    moment.now += LIFETIME
    plans.found = [Plan("new", "New 2", default=True), Plan("growth", "Growth 2")]
    assert [plan.name for plan in catalog().plans.values()] == ["Growth 2", "Free", "New"]
    assert [row.key for row in plans.told] == ["new"]


def test_rows_that_go_with_the_file_together_need_not_do_so_alone() -> None:
    plans, shipped = Plans(), SHIPPED.with_plans([Plan("free", "Free", default=True)])
    plans.found = [Plan("gratis", "Gratis", default=True), Plan("free", "Free", sale=Sale.RETIRED)]
    assert in_force(plans, shipped=shipped)().default == plans.found[0]
    assert plans.told == []


def test_a_row_that_was_corrected_counts_again() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    plans.found = [WRONG]
    catalog()
    moment.now += LIFETIME
    plans.found = [Plan("growth", "Growth 3")]
    assert catalog().plan("growth").name == "Growth 3"


# --- a plan with several prices -------------------------------------------------------------------

MONTHLY, YEARLY, OLD = (Plan(each, "Growth", own_id="growth") for each in ("growth", "growth-yearly", "growth-2023"))


def test_a_row_of_a_plan_with_a_name_of_its_own_is_the_whole_plan() -> None:
    """A price that it leaves out is none of the plan's any more."""
    plans = Plans()
    changed = (replace(MONTHLY, name="Growth 2"), replace(YEARLY, name="Growth 2"))
    plans.found = [changed]
    shipped = Catalog({each.item_price_id: each for each in (MONTHLY, YEARLY, OLD)}, {})
    assert tuple(in_force(plans, shipped=shipped)().plans.values()) == changed


def test_a_row_of_an_item_price_replaces_that_price_alone() -> None:
    plans = Plans()
    plans.found = [Plan("growth-yearly", "Growth, by the year")]
    shipped = Catalog({each.item_price_id: each for each in (MONTHLY, YEARLY)}, {})
    assert [each.name for each in in_force(plans, shipped=shipped)().plans.values()] == [
        "Growth",
        "Growth, by the year",
    ]


def test_a_wrong_row_of_it_leaves_every_price_as_it_was_read_last() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment, Catalog({}, {}))
    plans.found = [(MONTHLY, YEARLY)]
    good = catalog()
    moment.now += LIFETIME
    plans.found = [WRONG]
    assert catalog() == good
