"""What an organization may cost of Chargebee's calls, which are limited for all of them together.

https://apidocs.chargebee.com/docs/api/error-handling: a test site answers 150 calls a minute, a live one 1,000 or more.
"""

from functools import cache
from typing import TYPE_CHECKING

from billing.app.clients import client
from billing.core.budget import Budget
from billing.core.clock import utc_now
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from billing.table.budgets import DynamoBudgets

PAGES = Budget("pages", times=30, seconds=60)
"""Hosted pages that are opened: up to four calls each."""

ACTIONS = Budget("actions", times=30, seconds=60)
"""Pages of what has to be done, which showing the billing opens: up to four calls each. Apart from those that are asked
for, so that looking often keeps nobody from buying."""

PAYMENT_METHODS = Budget("payment_methods", times=30, seconds=60)
"""Reads of what is paid with, which only Chargebee has: two calls each."""

INVOICES = Budget("invoices", times=30, seconds=60)
"""Reads of invoices, which only Chargebee has: two calls each."""

CHANGES = Budget("changes", times=30, seconds=60)
"""What only admins do without a page: cancellations, what takes them back, changes of what is paid with, and rules for
top-ups. Up to two calls each, those of a rule a moment later. Apart from reads, so that members who look keep no admin
from them."""

PREVIEWS = Budget("previews", times=60, seconds=60)
"""Estimates of purchases and changes, which somebody makes while they choose: one call each, two for a customer whom
Chargebee lacks, and one for each coupon."""


@cache
def budgets() -> "DynamoBudgets":
    """What every organization has left of its budgets."""
    from billing.table.budgets import DynamoBudgets  # noqa: PLC0415 - not every function spends
    from billing.table.dynamodb import Table  # noqa: PLC0415

    return DynamoBudgets(Table(client("dynamodb"), settings()["TABLE_NAME"]))


def spend(organization_id: str, budget: Budget) -> None:
    """Count one occurrence. Raises RateLimited."""
    budgets().spend(organization_id, budget, utc_now())
