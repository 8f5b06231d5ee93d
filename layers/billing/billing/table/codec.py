"""The one codec for records: what this version does not know is left out, what a row lacks takes the default.

The functions of a deployment are never replaced at one instant: each reads rows of the version before and after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints
from zlib import crc32

Attributes = dict[str, Any]
"""An item in DynamoDB's own typed form."""

Read = Callable[[Any], Any]

SHARDS = 16
"""An index that lists all organizations' rows of a kind has so many partitions, for one takes a thousand writes a
second, and a full one throttles the table's own writes."""


class Unreadable(ValueError):
    """A stored record lacks what it cannot be without."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a field is stored whose stored form differs from its type."""

    write: Callable[[Any], Any]
    read: Read


@dataclass(frozen=True, slots=True)
class Codec[Record]:
    """One kind of record as plain values, and back.

    `forms` are the fields that are stored in a form of their own; those `apart` are stored elsewhere, and given to
    `read`. `attributes` are the table's names of fields that the code calls otherwise. `renamed` leads from a former
    name to today's: both are written, and today's is read first, so that the version before this one finds what it
    knows (docs/how-to/change-the-table.md). The attributes of a record that is in a field `beside` stand beside the
    outer record's own.
    """

    kind: Callable[..., Record]
    forms: Mapping[str, Form] = field(default_factory=lambda: MappingProxyType({}))
    renamed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    apart: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    def values(self, record: Record) -> dict[str, Any]:
        """What is stored of a record: no None and no empty set, at any depth."""
        values = {name: self._written(name, getattr(record, name)) for name in _readers(self.kind)}
        values |= {former: values[name] for former, name in self.renamed.items()}
        for name in self.beside:
            values |= values.pop(name)
        stored = {name: value for name, value in values.items() if name not in self.apart and not _absent(value)}
        return {self.attributes.get(name, name): value for name, value in stored.items()}

    def read(self, values: Mapping[str, Any], **apart: Any) -> Record:
        """The inverse of `values`. Raises Unreadable for a record that lacks a field without a default."""
        stored = {today: values[name] for name, today in self.renamed.items() if name in values} | dict(values)
        known = dict(apart)
        for name, read in _readers(self.kind).items():
            value = stored if name in self.beside else stored.get(self.attributes.get(name, name))
            if value is not None and name not in self.apart:
                form = self.forms.get(name)
                known[name] = form.read(value) if form else read(value)
        for name in _required(self.kind) - known.keys():
            if name not in _optional(self.kind):
                raise Unreadable(f"A stored {self.kind.__name__} has no {name!r}.")
            known[name] = None
        return self.kind(**known)

    def _written(self, name: str, value: Any) -> Any:
        form = self.forms.get(name)
        return plain(value) if form is None or value is None else form.write(value)


def plain(value: Any) -> Any:
    """Any value of a record as text, numbers, lists, sets and maps."""
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, (str, int, NoneType)):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        codec: Codec[Any] = Codec(type(value))
        return codec.values(value)
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, frozenset):
        return set(value)
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def encode(values: Mapping[str, Any]) -> Attributes:
    """Plain values as attributes. None and the empty set are not stored."""
    return {name: _typed(value) for name, value in values.items() if value is not None and value != set()}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers come back as integers: nothing here is ever fractional."""
    return {name: _untyped(value) for name, value in item.items()}


def key(partition: str, row: str) -> Attributes:
    """The key of one row."""
    return encode({"pk": partition, "sk": row})


def successor(prefix: str) -> str:
    """The first text that sorts behind everything that begins with `prefix`, whatever letters follow."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def shard_of(organization_id: str) -> int:
    """Which of an index' partitions holds an organization's rows: from 0, below `SHARDS`, the same for ever."""
    return crc32(organization_id.encode()) % SHARDS


def _typed(value: Any) -> Attributes:
    """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html

    Raises TypeError for what no record holds: half of a number, bytes, a set of anything but texts.
    """
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list() | tuple():
            return {"L": [_typed(each) for each in value]}
        case Mapping():
            return {"M": {name: _typed(each) for name, each in value.items()}}
        case set() | frozenset() if all(isinstance(each, str) for each in value):
            return {"SS": list(value)}
        case None:
            return {"NULL": True}
    raise TypeError(f"A {type(value).__name__} is not stored.")


def _untyped(attribute: Mapping[str, Any]) -> Any:
    """The inverse. What only other versions write comes back too: they say whether it means anything."""
    [(kind, value)] = attribute.items()
    match kind:
        case "N":
            return int(Decimal(value))
        case "L":
            return [_untyped(each) for each in value]
        case "M":
            return {name: _untyped(each) for name, each in value.items()}
        case "SS" | "BS":
            return set(value)
        case "NS":
            return {int(Decimal(each)) for each in value}
        case "NULL":
            return None
    return value


def _absent(value: Any) -> bool:
    return value is None or value == set()


@cache
def _required(kind: Any) -> frozenset[str]:
    return frozenset(each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING)


@cache
def _optional(kind: Any) -> frozenset[str]:
    return frozenset(name for name, hint in get_type_hints(kind).items() if NoneType in get_args(hint))


@cache
def _readers(kind: Any) -> Mapping[str, Read]:
    """How the stored value of each field is read."""
    hints = get_type_hints(kind)
    return {each.name: _reader(hints[each.name]) for each in fields(kind)}


def _reader(kind: Any) -> Read:
    origin, parts = get_origin(kind), [each for each in get_args(kind) if each not in (Ellipsis, NoneType)]
    if origin is UnionType:
        return _reader(parts[0])
    if origin is tuple:
        return _tuple_reader([_reader(each) for each in parts], Ellipsis in get_args(kind))
    if origin is frozenset:
        return frozenset
    if isinstance(kind, type) and is_dataclass(kind):
        codec: Codec[Any] = Codec(kind)
        return codec.read
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else lambda value: value


def _tuple_reader(readers: list[Read], repeated: bool) -> Read:
    if repeated:
        return lambda values: tuple(readers[0](each) for each in values)
    return lambda values: tuple(read(each) for read, each in zip(readers, values, strict=True))
