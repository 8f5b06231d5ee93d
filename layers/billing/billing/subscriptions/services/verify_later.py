"""Have an organization compared with Chargebee soon, because the cache has been without news for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.budget import Budget
from billing.core.errors import RateLimited
from billing.subscriptions.domain.transaction import Command, Task

if TYPE_CHECKING:
    from billing.core.budget import Budgets
    from billing.subscriptions.services.ports import Queue

VERIFICATION = Budget("verification", times=1, seconds=60)


def verify_later(organization_id: str, budgets: Budgets, commands: Queue, now: int) -> None:
    """Queue a verification, at most one a minute however many callers ask.

    The minute is taken before the task is queued. If the task is lost to a crash, a caller in the next minute queues it
    again.
    """
    try:
        budgets.spend(organization_id, VERIFICATION, now)
    except RateLimited:
        return
    commands.command(Command(Task.VERIFY, organization_id))
