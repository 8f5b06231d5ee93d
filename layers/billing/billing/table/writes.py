"""The writes of a transaction, each with what it means when the table refuses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any

from billing.table.codec import Attributes, encode

ABSENT = "attribute_not_exists(pk)"


class WriteRefusal(Enum):
    """What it means when a write's condition is not met."""

    KNOWN = "it is recorded already"
    MOVED_ON = "somebody else wrote first"
    SEALED = "the day is closed"
    HELD = "another organization holds it"


@dataclass(frozen=True, slots=True)
class Write:
    """One item of a `TransactWriteItems`, but for the table's name."""

    action: str
    arguments: Mapping[str, Any]
    refusal: WriteRefusal = WriteRefusal.MOVED_ON


Writes = Sequence[Write]


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition or a change. `values` are plain; `names` stand for attributes, where DynamoDB reserves a name."""

    text: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


ALWAYS = Expression("")
"""No condition."""


def put(item: Attributes, condition: Expression = ALWAYS, refusal: WriteRefusal = WriteRefusal.MOVED_ON) -> Write:
    """The whole item, over whatever is there unless a condition says otherwise."""
    return Write("Put", {"Item": item, **_guarded(condition)}, refusal)


def put_once(item: Attributes, refusal: WriteRefusal = WriteRefusal.KNOWN) -> Write:
    """The item, unless its key is taken."""
    return put(item, Expression(ABSENT), refusal)


def put_version(item: Attributes, seen: int) -> Write:
    """The item over the version that was read; 0 is none. Of two that read the same version one gets through."""
    if seen == 0:
        return put_once(item, WriteRefusal.MOVED_ON)
    return put(item, Expression("version = :seen", {":seen": seen}))


def delete(key: Attributes) -> Write:
    """The row goes, if it is there."""
    return Write("Delete", {"Key": key})


def update(
    key: Attributes,
    change: Expression,
    condition: Expression = ALWAYS,
    refusal: WriteRefusal = WriteRefusal.MOVED_ON,
) -> Write:
    """Some attributes of a row, which comes into being when it is not there."""
    arguments = {"Key": key, "UpdateExpression": change.text, **_guarded(condition, change)}
    return Write("Update", arguments, refusal)


def _guarded(condition: Expression, change: Expression = ALWAYS) -> dict[str, Any]:
    """The arguments that are not empty: DynamoDB refuses empty ones."""
    arguments = {
        "ConditionExpression": condition.text,
        "ExpressionAttributeValues": encode({**change.values, **condition.values}),
        "ExpressionAttributeNames": {**change.names, **condition.names},
    }
    return {name: value for name, value in arguments.items() if value}
