from collections.abc import Sequence

import pytest

from billing.core.errors import InvalidCatalog
from billing.plans.catalog_in_force import LIFETIME, CatalogInForce
from billing.plans.plan import Catalog, Plan
from tests.chargebee.moment import Moment

SHIPPED = Catalog({"growth": Plan("growth", "Growth")}, {})


class Plans:
    """The plans in the table; counts how often they are read."""

    def __init__(self) -> None:
        self.found: Sequence[Plan] | Exception = ()
        self.reads = 0

    def overrides(self) -> Sequence[Plan]:
        self.reads += 1
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_the_tables_plans_stand_over_the_files() -> None:
    plans = Plans()
    plans.found = [Plan("growth", "Growth 2"), Plan("new", "New")]
    catalog = CatalogInForce(SHIPPED, plans, Moment())()
    assert [plan.name for plan in catalog.plans.values()] == ["Growth 2", "New"]


def test_the_table_does_not_add_a_second_default_plan() -> None:
    plans = Plans()
    plans.found = [Plan("gratis", "Gratis", default=True)]
    assert CatalogInForce(SHIPPED, plans, Moment())().default == plans.found[0]
    shipped = SHIPPED.with_plans([Plan("free", "Free", default=True)])
    with pytest.raises(InvalidCatalog, match="default"):
        CatalogInForce(shipped, plans, Moment())()


def test_the_table_is_read_once_a_minute() -> None:
    plans, moment = Plans(), Moment()
    catalog = CatalogInForce(SHIPPED, plans, moment)
    for _ in range(3):
        catalog()
    moment.now += LIFETIME - 1
    assert (catalog().plan("growth").name, plans.reads) == ("Growth", 1)
    plans.found = [Plan("growth", "Growth 2")]
    moment.now += 1
    assert (catalog().plan("growth").name, plans.reads) == ("Growth 2", 2)


def test_plans_that_cannot_be_read_are_an_error_and_never_the_old_answer_or_an_empty_one() -> None:
    plans, moment = Plans(), Moment()
    catalog = CatalogInForce(SHIPPED, plans, moment)
    catalog()
    moment.now += LIFETIME
    plans.found = InvalidCatalog("broken")
    for _ in range(2):
        with pytest.raises(InvalidCatalog):
            catalog()
    plans.found = ()
    assert catalog().plan("growth")
