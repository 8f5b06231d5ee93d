"""The `buf.validate` rules in the SDK's descriptors: presence, lengths, prefixes, patterns, ranges, map sizes."""

import re
from collections.abc import Mapping

from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from local.scalekit.refusal import Refused


def check_fields(message: Message, prefix: str = "") -> None:
    """Refuse the first field that breaks its rule; the vendor's own nested messages are followed."""
    for field in message.DESCRIPTOR.fields:
        rules = field.GetOptions().Extensions[validate_pb2.field]
        name = prefix + field.name
        value = getattr(message, field.name)
        present = message.HasField(field.name) if field.has_presence else True
        if rules.required and not present:
            raise Refused("INVALID_ARGUMENT", f"{name}: value is required")
        if rules.HasField("string") and present:
            _check_string(value, rules.string, name)
        if rules.HasField("uint32") and present:
            _check_range(value, rules.uint32, name)
        if rules.HasField("map"):
            _check_map(value, rules.map, name)
        if _is_nested(field) and present:
            check_fields(value, name + ".")


def _is_nested(field: FieldDescriptor) -> bool:
    kind = field.message_type
    return kind is not None and not field.is_repeated and kind.file.package.startswith("scalekit")


def _check_string(value: str, rules: validate_pb2.StringRules, name: str) -> None:
    if rules.HasField("min_len") and len(value) < rules.min_len:
        raise Refused("INVALID_ARGUMENT", f"{name}: value length must be at least {rules.min_len} characters")
    if rules.HasField("max_len") and len(value) > rules.max_len:
        raise Refused("INVALID_ARGUMENT", f"{name}: value length must be at most {rules.max_len} characters")
    if rules.HasField("prefix") and not value.startswith(rules.prefix):
        raise Refused("INVALID_ARGUMENT", f"{name}: value does not have prefix `{rules.prefix}`")
    if rules.HasField("pattern") and not re.search(rules.pattern, value):
        raise Refused("INVALID_ARGUMENT", f"{name}: value does not match regex pattern {rules.pattern}")


def _check_range(value: int, rules: validate_pb2.UInt32Rules, name: str) -> None:
    """The vendor bounds its counts from above; an unsigned number needs no other bound."""
    if rules.HasField("lte") and value > rules.lte:
        raise Refused("INVALID_ARGUMENT", f"{name}: value must be less than or equal to {rules.lte}")


def _check_map(pairs: Mapping[str, str], rules: validate_pb2.MapRules, name: str) -> None:
    if rules.HasField("max_pairs") and len(pairs) > rules.max_pairs:
        raise Refused("INVALID_ARGUMENT", f"{name}: map must be at most {rules.max_pairs} entries")
    for key, value in pairs.items():
        _check_string(key, rules.keys.string, f"{name} key {key!r}")
        _check_string(value, rules.values.string, f"{name}[{key}]")
