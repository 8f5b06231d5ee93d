"""The log line of an action whose page could not be opened."""

from collections.abc import Iterable

from billing.organizations.services.open_required_actions import OpenAction
from billing.runtime.logs import logger


def log_problems(actions: Iterable[OpenAction]) -> None:
    """Say which action has no page now, and the code of the error."""
    for each in actions:
        if each.problem:
            logger().warning("action_without_page", extra={"action": str(each.action.type), "code": each.problem})
