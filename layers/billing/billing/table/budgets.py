"""What organizations have spent of their budgets: a row for each window, gone some time after it."""

from botocore.exceptions import ClientError

from billing.core.budget import Budget
from billing.core.errors import RateLimited
from billing.table.codec import key
from billing.table.dynamodb import Table


class DynamoBudgets:
    """`Budgets` on one table: one conditional update an occurrence, in a partition that nothing else reads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def spend(self, organization_id: str, budget: Budget, now: int) -> None:
        """Of callers who race, no more than the budget's number get through. Raises RateLimited."""
        began = budget.window(now)
        values = {":one": 1, ":times": budget.times, ":gone": began + 2 * budget.seconds}
        try:
            self._table.update(
                key(f"BUDGET#{organization_id}", f"{budget.name}#{began}"),
                "SET expires_at = :gone ADD spent :one",
                values,
                ConditionExpression="attribute_not_exists(spent) OR spent < :times",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            raise RateLimited("Too often, too fast: wait a moment.", began + budget.seconds - now) from error
