from collections.abc import Sequence

import pytest

from billing.plans.catalog_in_force import LIFETIME, CatalogInForce
from billing.plans.plan import Catalog, Plan, RefusedPlan
from tests.chargebee.moment import Moment

SHIPPED = Catalog({"growth": Plan("growth", "Growth")}, {})


class Plans:
    """The plans in the table; counts how often they are read."""

    def __init__(self) -> None:
        self.found: Sequence[Plan | RefusedPlan] | Exception = ()
        self.reads = 0
        self.told: list[RefusedPlan] = []

    def overrides(self) -> Sequence[Plan | RefusedPlan]:
        self.reads += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


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
    assert [row.item_price_id for row in plans.told] == [""]


def test_a_row_that_was_corrected_counts_again() -> None:
    plans, moment = Plans(), Moment()
    catalog = in_force(plans, moment)
    plans.found = [WRONG]
    catalog()
    moment.now += LIFETIME
    plans.found = [Plan("growth", "Growth 3")]
    assert catalog().plan("growth").name == "Growth 3"
