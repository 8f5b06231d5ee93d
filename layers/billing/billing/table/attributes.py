"""Plain values as DynamoDB's typed attributes, a row's key among them: its partition `pk`, and `sk` in it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

Attributes = dict[str, Any]
"""An item in DynamoDB's own typed form."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def encode(values: Mapping[str, Any]) -> Attributes:
    """Plain values as attributes. None and the empty set are not stored."""
    return {name: _serialize(value) for name, value in values.items() if value is not None and value != set()}


def decode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers come back as integers: nothing here is ever fractional."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


def key(partition: str, row: str) -> Attributes:
    """The key of one row."""
    return encode({"pk": partition, "sk": row})


def successor(prefix: str) -> str:
    """The first text that sorts behind everything that begins with `prefix`, whatever letters follow."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
