"""What the reads of metering ask for, as text in a path or a query."""

import re
from collections.abc import Mapping
from datetime import date

from billing.core.errors import InvalidRequest
from billing.core.quantity import Quantity, read_quantity
from billing.metering.domain.grant import GrantDeletion

MAX_NAME, MAX_REASON = 200, 500
MAX_DAYS = 366
_WHOLE = re.compile(r"[0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def required_units(query: Mapping[str, str]) -> Quantity:
    """How many units, 1 unless said. Raises InvalidRequest."""
    text = query.get("required", "1")
    try:
        required = read_quantity(int(text) if _WHOLE.fullmatch(text) else text)
    except ValueError:
        required = Quantity(0)
    if required.steps == 0:
        raise InvalidRequest("required must be a number of more than 0 to a billion, with at most six decimal places.")
    return required


def currency_named(query: Mapping[str, str]) -> str | None:
    """The wallet that is meant; empty text means the only one. Raises InvalidRequest."""
    currency = query.get("currency")
    if currency and not _CURRENCY.fullmatch(currency):
        raise InvalidRequest("currency is an ISO 4217 code such as USD.")
    return currency


def grant_deletion(grant_id: str, query: Mapping[str, str]) -> GrantDeletion:
    """Who takes a grant away, and why. Raises InvalidRequest."""
    by, reason = query.get("by", ""), query.get("reason", "")
    if not 1 <= len(by) <= MAX_NAME or not 1 <= len(reason) <= MAX_REASON:
        raise InvalidRequest(f"by and reason say who deletes it and why, in {MAX_NAME} and {MAX_REASON} letters.")
    return GrantDeletion(grant_id, by, reason)


def days_named(query: Mapping[str, str]) -> tuple[str, str]:
    """The first and the last day (UTC). Raises InvalidRequest."""
    first, last = _date(query, "from"), _date(query, "to")
    if first > last:
        raise InvalidRequest("from must not be later than to.")
    return first, last


def charted_days(query: Mapping[str, str]) -> tuple[str, str]:
    """The same, for whoever shows them: no more than fit in a chart. Raises InvalidRequest."""
    first, last = days_named(query)
    if (date.fromisoformat(last) - date.fromisoformat(first)).days >= MAX_DAYS:
        raise InvalidRequest(f"from and to are at most {MAX_DAYS} days apart.")
    return first, last


def _date(query: Mapping[str, str], name: str) -> str:
    try:
        return date.fromisoformat(query.get(name, "")).isoformat()
    except ValueError:
        raise InvalidRequest(f"{name} must be a date such as 2026-11-21 (UTC).") from None
