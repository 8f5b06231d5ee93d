"""Have an organization compared with Chargebee soon, because the cache has been without news for too long."""

from billing.core.budget import Budget, Budgets
from billing.core.errors import RateLimited
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.services.ports import Queue

VERIFICATION = Budget("verification", times=1, seconds=60)


def verify_later(organization_id: str, budgets: Budgets, commands: Queue, now: int) -> None:
    """Queue one task a minute at most, however many ask.

    The minute is taken before the task is queued: what dies in between is made good by whoever asks in the next one.
    """
    try:
        budgets.spend(organization_id, VERIFICATION, now)
    except RateLimited:
        return
    commands.command(Command(Task.VERIFY, organization_id))
