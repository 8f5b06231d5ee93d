"""How often something may happen for an organization."""

import pytest

from billing.core.budget import Budget
from billing.core.errors import RateLimited
from billing.table.budgets import DynamoBudgets
from billing.table.dynamodb import Table

TWICE = Budget("reads", times=2, seconds=60)
NOON = 1_790_000_040
"""The beginning of a minute (UTC seconds)."""


@pytest.fixture
def budgets(table: Table) -> DynamoBudgets:
    return DynamoBudgets(table)


def test_what_is_spent_comes_back_with_the_next_window(budgets: DynamoBudgets) -> None:
    for second in (0, 20):
        budgets.spend("org_1", TWICE, NOON + second)
    with pytest.raises(RateLimited) as refused:
        budgets.spend("org_1", TWICE, NOON + 21)
    assert refused.value.retry_after == 39
    budgets.spend("org_1", TWICE, NOON + 60)


def test_every_organization_has_its_own_and_so_has_every_purpose(budgets: DynamoBudgets) -> None:
    once = Budget("pages", times=1, seconds=60)
    for organization_id, budget in (("org_1", once), ("org_2", once), ("org_1", TWICE)):
        budgets.spend(organization_id, budget, NOON)
    with pytest.raises(RateLimited):
        budgets.spend("org_1", once, NOON)


def test_a_window_that_is_over_leaves_the_table_by_itself(budgets: DynamoBudgets, table: Table) -> None:
    budgets.spend("org_1", TWICE, NOON)
    [row] = table.partition("BUDGET#org_1")
    assert row["expires_at"] == {"N": str(NOON + 120)}
