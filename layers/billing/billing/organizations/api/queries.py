"""What the list of organizations asks for, as text in a query."""

import base64
import binascii
import re
from collections.abc import Mapping

from billing.core.errors import InvalidRequest

PAGE = 50
MAX_PAGE = 100
LONGEST = 1_000
"""Bytes: a sort key has 1,024, and the table refuses the whole query for a longer one
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)."""

_WHOLE = re.compile(r"[0-9]{1,3}")


def id_behind(query: Mapping[str, str]) -> str:
    """The id behind which the page begins, empty for the first page. Raises InvalidRequest."""
    try:
        told = base64.b64decode(query.get("cursor") or "", altchars=b"-_", validate=True)
        if len(told) <= LONGEST:
            return told.decode()
    except (binascii.Error, ValueError):
        pass
    raise InvalidRequest("The cursor is not one of this list's.")


def cursor_of(organization_id: str) -> str:
    """The cursor of the page behind that id."""
    return base64.urlsafe_b64encode(organization_id.encode()).decode()


def plan_named(query: Mapping[str, str]) -> str | None:
    """The plan, or the item price, None for whatever there is. Raises InvalidRequest for what none could be called."""
    plan = query.get("plan")
    if plan is not None and len(plan.encode()) > LONGEST:
        raise InvalidRequest("No plan has so long a name.")
    return plan


def page_size(query: Mapping[str, str]) -> int:
    """How many, 50 unless said. Raises InvalidRequest."""
    text = query.get("limit", str(PAGE))
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_PAGE:
        raise InvalidRequest(f"limit must be a whole number from 1 to {MAX_PAGE}.")
    return int(text)
