"""What of one of Chargebee's events is queued: what its readers read, and not the document.

An invoice with thousands of lines, or a subscription with thousands of tiers, makes an event of more than a megabyte,
and a queue takes less. Every resource keeps its own fields; of the lists and objects in it, it keeps those that
`read_event` and `read_payment_event` read, and of a list's long entries the fields that they read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

JsonObject = Mapping[str, Any]

_ENVELOPE = frozenset({"id", "event_type", "occurred_at", "api_version", "source", "object"})

_PARTS = frozenset(
    {
        "addons",
        "coupons",
        "meta_data",
        "subscription_items",
        "contract_term",
        "discounts",
        "card",
        "payment_method",
        "linked_invoices",
        "linked_credit_notes",
        "issued_credit_notes",
        "linked_payments",
        "linked_refunds",
        "allocations",
    }
)
"""What is kept of a resource beside its own fields."""

MANY_TIERS = 500
"""More than any price has that somebody agreed on by hand: some 80 KB."""

MANY_SUBSCRIPTIONS = 100
"""Of up to 100,000 that an event of entitlements lists, so many are read again for it, and the others within a day."""

_LINES = {"line_items": ("subscription_id",)}
"""The lists of which only these fields are kept, and of equal entries one."""


def excerpt(event: JsonObject) -> JsonObject:
    """The event as the readers need it: they read the same of it as of the whole."""
    kept = {name: value for name, value in event.items() if name in _ENVELOPE}
    content = event.get("content")
    return {**kept, "content": _content(content) if isinstance(content, Mapping) else content}


def _content(content: JsonObject) -> JsonObject:
    return {name: _resources(value) for name, value in content.items()}


def _resources(value: Any) -> Any:
    """One resource of the content, or a list of them; anything else is left for the readers to refuse."""
    if isinstance(value, Mapping):
        return _resource(value)
    if isinstance(value, list):
        return [_resources(each) for each in value]
    return value


def _resource(resource: JsonObject) -> JsonObject:
    own = {name: value for name, value in resource.items() if name in _PARTS or not isinstance(value, Mapping | list)}
    if isinstance(ids := resource.get("subscription_ids"), list):
        own["subscription_ids"] = ids[:MANY_SUBSCRIPTIONS]
    if isinstance(tiers := resource.get("item_tiers"), list):
        own["item_tiers"] = tiers if len(tiers) <= MANY_TIERS else _left_out(tiers)
    return own | {name: _lines(resource[name], fields) for name, fields in _LINES.items() if name in resource}


def _left_out(tiers: Sequence[Any]) -> list[JsonObject]:
    """That there are tiers, and of which item prices: a change that would have to carry them is refused."""
    priced = {str(each.get("item_price_id")) for each in tiers if isinstance(each, Mapping)}
    return [{"item_price_id": each, "left_out": True} for each in sorted(priced)]


def _lines(lines: Any, fields: Sequence[str]) -> Any:
    if not isinstance(lines, list):
        return lines
    reduced: list[Any] = []
    for line in lines:
        kept = {name: line[name] for name in fields if name in line} if isinstance(line, Mapping) else line
        if kept not in reduced:
            reduced.append(kept)
    return reduced
