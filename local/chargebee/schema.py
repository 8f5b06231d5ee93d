"""What each operation accepts, read from the vendor's own SDK.

The SDK types every operation's parameters as TypedDicts. They are turned here into a small tree of kinds, so the
simulator knows a parameter exactly when the SDK does.
"""

import enum
import importlib
import typing
from dataclasses import dataclass
from functools import cache
from typing import Any

from chargebee.filters.filters import Filters

# Limits of https://apidocs.chargebee.com/docs/api that the SDK's types do not carry, by name or resource and name.
_MAX_LENGTH = {
    "id": 50,
    "company": 250,
    "email": 70,
    "first_name": 150,
    "last_name": 150,
    "redirect_url": 250,
    "cancel_url": 250,
    "pass_thru_content": 2048,
    "po_number": 100,
    "invoice_note": 2000,
    "Usage.id": 100,
    "Usage.quantity": 40,
    "Usage.note": 500,
    "PromotionalCredit.description": 250,
    "PromotionalCredit.reference": 500,
}


@dataclass(frozen=True)
class Text:
    max_length: int | None = None


@dataclass(frozen=True)
class Integer:
    pass


@dataclass(frozen=True)
class Real:
    pass


@dataclass(frozen=True)
class Boolean:
    pass


@dataclass(frozen=True)
class Choice:
    values: frozenset[str]


@dataclass(frozen=True)
class Json:
    """A JSON document in a form field, of this Python type."""

    of: type


@dataclass(frozen=True)
class ListOf:
    item: "Kind"


@dataclass(frozen=True)
class Record:
    fields: dict[str, "Kind"]
    required: frozenset[str]


@dataclass(frozen=True)
class Rows:
    """A list of records, sent column by column: `rows[field][index]`."""

    row: Record


@dataclass(frozen=True)
class Filter:
    operand: "Kind"
    operators: frozenset[str]


Kind = Text | Integer | Real | Boolean | Choice | Json | ListOf | Record | Rows | Filter

NOTHING = Record({}, frozenset())


@cache
def parameters_of(resource: str, operation: str) -> Record:
    """The parameters of an operation such as `("hosted_page", "checkout_new_for_items")`."""
    owner = _class_of(resource)
    params = getattr(owner, operation).__annotations__.get("params")
    return NOTHING if params is None else _record(params, owner)


def _class_of(resource: str) -> type:
    module = importlib.import_module(f"chargebee.models.{resource}.operations")
    owner: type = getattr(module, "".join(part.capitalize() for part in resource.split("_")))
    return owner


def _record(typed_dict: type, owner: type) -> Record:
    fields = {name: _kind(name, annotation, owner) for name, annotation in typing.get_type_hints(typed_dict).items()}
    return Record(fields, frozenset(vars(typed_dict)["__required_keys__"]))


def _kind(name: str, annotation: type, owner: type) -> Kind:
    scalars: dict[Any, Kind] = {
        str: Text(_MAX_LENGTH.get(f"{owner.__name__}.{name}", _MAX_LENGTH.get(name))),
        int: Integer(),
        float: Real(),
        bool: Boolean(),
        typing.Any: Text(),
    }
    if annotation in scalars:
        return scalars[annotation]
    if typing.get_origin(annotation) is list:
        return _list(name, typing.get_args(annotation)[0], owner)
    if typing.get_origin(annotation) is dict:
        return Json(dict)
    if issubclass(annotation, enum.Enum):
        return Choice(frozenset(member.value for member in annotation))
    if annotation.__qualname__.startswith("Filters."):
        return _filter(name, annotation, owner)
    return _record(annotation, owner)


def _list(name: str, item: type, owner: type) -> Kind:
    if typing.get_origin(item) is dict:
        return Json(list)
    kind = _kind(name, item, owner)
    return Rows(kind) if isinstance(kind, Record) else ListOf(kind)


def _filter(name: str, annotation: type, owner: type) -> Filter:
    operands: dict[Any, Kind] = {
        Filters.StringFilter: Text(),
        Filters.SortFilter: Text(),
        Filters.BooleanFilter: Boolean(),
        Filters.NumberFilter: Integer(),
        Filters.TimestampFilter: Integer(),
        Filters.EnumFilter: _enumeration(name, owner),
    }
    operators = frozenset(operator.lower() for operator in annotation.__annotations__)
    return Filter(operands[annotation], operators)


def _enumeration(name: str, owner: type) -> Kind:
    """An enum filter is typed as text in the SDK; the enum of the field's name is beside it or in `enums`."""
    class_name = "".join(part.capitalize() for part in name.split("_"))
    enums = importlib.import_module("chargebee.models.enums")
    found = getattr(owner, class_name, None) or getattr(enums, class_name, None)
    return Text() if found is None else Choice(frozenset(member.value for member in found))
