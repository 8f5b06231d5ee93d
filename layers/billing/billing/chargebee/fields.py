"""The fields of Chargebee's documents, each of the type that it must have to be kept."""

from collections.abc import Mapping

from billing.core.errors import InvalidRequest
from billing.subscriptions.domain.billing_event import JsonObject, text_or_none

_LONGEST_ID = 255
"""Characters. Chargebee's ids have 50, its item prices' 100; the table's keys take 1,024 bytes."""

_LARGEST = 2**63
"""Chargebee's own numbers are of 64 bits."""


def json_object(value: object, what: str) -> JsonObject:
    """Raises InvalidRequest when it is anything else."""
    if not isinstance(value, Mapping):
        raise InvalidRequest(f"Expected {what} to be a JSON object.")
    return value


def required(source: JsonObject, name: str) -> str:
    """A text that the document cannot be without. Raises InvalidRequest."""
    value = text_or_none(source.get(name))
    if value is None or len(value) > _LONGEST_ID:
        raise InvalidRequest(f"The field {name} is missing or is no text that could be an id.")
    return value


def integer(value: object) -> int | None:
    """A whole number; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST else None
