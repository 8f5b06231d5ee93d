"""Features by the levels that Chargebee says a subscription has, in the place of what its plan says.

https://apidocs.chargebee.com/docs/api/subscription_entitlements: a level counts every item, or is an override.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from billing.core.errors import InvalidRequest
from billing.core.quantity import Quantity, read_quantity
from billing.plans.catalog_fields import LARGEST
from billing.plans.feature import Counted, Feature, Switch
from billing.plans.plan import Catalog, Plan

_SWITCHED = {"true": True, "available": True, "false": False, "not available": False}
_UNLIMITED = "unlimited"


class UnreadableLevel(ValueError):
    """The level is none of its feature's kind, such as a text for what is counted."""


@dataclass(frozen=True, slots=True)
class Told:
    """A level in Chargebee's words, None for nothing. One that is not `sure` is of before: it gives no more than the
    plan does."""

    value: str | None
    sure: bool = True


def asked(catalog: Catalog) -> dict[str, str]:
    """The features whose levels Chargebee says, by their names, each with Chargebee's id of it."""
    if catalog.levels is None:
        return {}
    names = sorted({name for each in catalog.subscribable for name in each.features})
    return {name: known for name in names if (known := catalog.levels.id_of(name))}


def features_told(
    plan: Plan, seats: int | None, own: Mapping[str, Feature], told: Mapping[str, Told], catalog: Catalog
) -> dict[str, Feature]:
    """The features that the plan and its add-ons give by themselves, `own`, with the limits that are `told`.

    Only the limit is Chargebee's. Reset, overage and price are the plan's; a feature that the plan does not have is not
    for sale, and starts over as in the first plan that has it. Where the plan's limit is for each seat, so is the
    level. What is unreadable, or not told, is the plan's own.
    """
    found = dict(own)
    for name, each in told.items():
        kind = own.get(name) or sold(name, catalog)
        try:
            said = read_level(kind, each.value, _times(plan.features.get(name), seats))
        except UnreadableLevel:
            continue
        held = said if each.sure else _lesser(own.get(name), said)
        if held is None:
            found.pop(name, None)
        else:
            found[name] = held
    return found


def unreadable(told: Mapping[str, str | None], catalog: Catalog) -> list[str]:
    """The features whose level is none of their kind: the plan's own limit holds instead."""
    found: list[str] = []
    for name, value in told.items():
        try:
            read_level(sold(name, catalog), value)
        except UnreadableLevel:
            found.append(name)
    return found


def read_level(kind: Feature, value: str | None, times: int = 1) -> Feature | None:
    """The feature at a level, `times` over; None for a subscription that does not have it. Raises UnreadableLevel."""
    if value is None:
        return None
    word = value.strip().lower()
    if isinstance(kind, Switch):
        if word not in _SWITCHED:
            raise UnreadableLevel
        return kind if _SWITCHED[word] else None
    if word == _UNLIMITED:
        return replace(kind, limit=None)
    try:
        whole = word.isdecimal() and word.isascii() and int(word) <= LARGEST
        quantity = Quantity(int(word)) if whole else read_quantity(word)
        return replace(kind, limit=quantity.at(kind.decimals) * times)
    except (ValueError, InvalidRequest) as wrong:
        raise UnreadableLevel from wrong


def sold(feature_id: str, catalog: Catalog) -> Feature:
    """A feature of the catalog as no plan gives it. Raises UnknownFeature."""
    catalog.check_feature(feature_id)
    counted = catalog.counted(feature_id)
    return Switch(feature_id) if counted is None else counted.bare


def _times(feature: Feature | None, seats: int | None) -> int:
    per_seat = isinstance(feature, Counted) and feature.per_seat
    return seats if per_seat and seats is not None else 1


def _lesser(own: Feature | None, said: Feature | None) -> Feature | None:
    """What both give: of two limits the smaller."""
    if own is None or said is None:
        return None
    if not isinstance(own, Counted) or not isinstance(said, Counted) or said.limit is None:
        return own
    return said if own.limit is None or said.limit < own.limit else own
