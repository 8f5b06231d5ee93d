"""Filters, order and pages of the list operations.

https://apidocs.chargebee.com/docs/api#pagination_and_filtering: `limit` is 1 to 100 and defaults to 10,
`next_offset` is opaque, and without `sort_by` the newest comes first.
"""

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from local.chargebee.errors import wrong_value
from local.chargebee.store import Resource

Entry = Callable[[Resource], Resource]
Values = Callable[[Resource, str], list[Any]]
Rank = tuple[Any, int]

_MAX_LIMIT = 100


@dataclass(frozen=True)
class Listing:
    """How one kind of resource is listed; `values` reads a filter's field, which need not be an attribute."""

    entry: Entry
    sortable: frozenset[str]
    created: str = "created_at"
    values: Values = lambda resource, field: [] if resource.get(field) is None else [resource[field]]


def list_resources(resources: Iterable[Resource], params: dict[str, Any], listing: Listing) -> Resource:
    """One page of the resources that pass every filter, in the order asked for."""
    field, descending = _order(params, listing)
    # A table never loses a row, so a row's place in it is a stable tie-break within one second.
    ranked = [
        ((resource.get(field) or 0, place), resource)
        for place, resource in enumerate(resources)
        if params.get("include_deleted") or not resource.get("deleted")
        if _passes(resource, params, listing)
    ]
    ranked.sort(key=lambda pair: pair[0], reverse=descending)
    return _page(ranked, params, descending, listing.entry)


def _passes(resource: Resource, params: dict[str, Any], listing: Listing) -> bool:
    return all(
        _matches(operator, operand, listing.values(resource, field))
        for field, given in params.items()
        if isinstance(given, dict) and field != "sort_by"
        for operator, operand in given.items()
    )


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, operand: bool(value == operand),
    "is_not": lambda value, operand: bool(value != operand),
    "starts_with": lambda value, operand: str(value).startswith(operand),
    "in": lambda value, operand: value in operand,
    "not_in": lambda value, operand: value not in operand,
    "lt": lambda value, operand: bool(value < operand),
    "lte": lambda value, operand: bool(value <= operand),
    "gt": lambda value, operand: bool(value > operand),
    "gte": lambda value, operand: bool(value >= operand),
    "after": lambda value, operand: bool(value > operand),
    "before": lambda value, operand: bool(value < operand),
    "on": lambda value, operand: bool(value // 86400 == operand // 86400),
    "between": lambda value, operand: bool(operand[0] <= value <= operand[-1]),
}


def _matches(operator: str, operand: object, values: list[Any]) -> bool:
    if operator == "is_present":
        return bool(values) is operand
    if operator in ("is_not", "not_in"):
        return all(_TESTS[operator](value, operand) for value in values)
    return any(_TESTS[operator](value, operand) for value in values)


def _order(params: dict[str, Any], listing: Listing) -> tuple[str, bool]:
    asked = params.get("sort_by")
    if asked is None:
        return listing.created, True
    if len(asked) != 1:
        raise wrong_value("sort_by", "takes one attribute")
    (direction, field), *_ = asked.items()
    if field not in listing.sortable:
        raise wrong_value(f"sort_by[{direction}]", f"cannot sort by {field}")
    return field, direction == "desc"


def _page(ranked: list[tuple[Rank, Resource]], params: dict[str, Any], descending: bool, entry: Entry) -> Resource:
    limit = params.get("limit", 10)
    if not 1 <= limit <= _MAX_LIMIT:
        raise wrong_value("limit", "must be between 1 and 100")
    if params.get("offset"):
        last = _rank_in(params["offset"])
        ranked = [pair for pair in ranked if (pair[0] < last if descending else pair[0] > last)]
    answer: Resource = {"list": [entry(resource) for _, resource in ranked[:limit]]}
    if len(ranked) > limit:
        answer["next_offset"] = _offset(ranked[limit - 1][0])
    return answer


def _offset(rank: Rank) -> str:
    """Where the page ended, by value: a row that changes meanwhile is seen twice rather than never."""
    return base64.urlsafe_b64encode(json.dumps(rank).encode()).decode()


def _rank_in(offset: str) -> Rank:
    try:
        value, place = json.loads(base64.urlsafe_b64decode(offset))
    except (ValueError, TypeError) as malformed:
        raise wrong_value("offset", "is not a valid offset") from malformed
    return value, place
