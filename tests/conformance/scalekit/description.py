"""What Scalekit's API description says of its answers, as JSON Schemas.

The description that Scalekit publishes (https://docs.scalekit.com/apis) is generated from the protobuf files whose
descriptors its SDK ships, annotations and all; so it is read from there, and a new SDK brings a new description.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from google.api import annotations_pb2 as routes
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor
from protoc_gen_openapiv2.options import annotations_pb2 as openapi
from scalekit.v1.clients import clients_pb2
from scalekit.v1.organizations import organizations_pb2
from scalekit.v1.users import users_pb2

from tests.conformance.scalekit.documented import MOMENT, Schema

SERVICES = (
    organizations_pb2.DESCRIPTOR.services_by_name["OrganizationService"],
    users_pb2.DESCRIPTOR.services_by_name["UserService"],
    clients_pb2.DESCRIPTOR.services_by_name["ClientService"],
)
TYPES: dict[int, Schema] = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_INT32: {"type": "integer"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0},
    FieldDescriptor.TYPE_INT64: {"type": "string", "pattern": "^-?[0-9]+$"},
}
WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": MOMENT,
    "google.protobuf.Struct": {"type": "object"},
}
ALWAYS_SET = {"create_time", "update_time"}
"""Described as set by the server whenever it makes or changes a record."""


@dataclass(frozen=True)
class Operation:
    """`documented` are the statuses that the description names."""

    name: str
    verb: str
    template: str
    documented: frozenset[int]
    answer: Schema


def operations() -> Iterator[Operation]:
    """Every route of the three services, the additional ones too."""
    for service in SERVICES:
        for method in service.methods:
            rule = method.GetOptions().Extensions[routes.http]
            for each in (rule, *rule.additional_bindings):
                verb = each.WhichOneof("pattern")
                yield _operation(method, verb.upper(), getattr(each, verb))


def _operation(method: MethodDescriptor, verb: str, template: str) -> Operation:
    responses = method.GetOptions().Extensions[openapi.openapiv2_operation].responses
    documented = frozenset(int(status) for status in responses if status.isdigit())
    return Operation(method.name, verb, template, documented, schema_of(method.output_type))


def schema_of(message: Descriptor) -> Schema:
    """What proto3's JSON makes of a message: no other field, and each that cannot be absent is there."""
    if message.full_name in WELL_KNOWN:
        return WELL_KNOWN[message.full_name]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _field(field) for field in message.fields},
        "required": [field.name for field in message.fields if not field.has_presence or field.name in ALWAYS_SET],
    }


def _field(field: FieldDescriptor) -> Schema:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return {"type": "object", "additionalProperties": _value(field.message_type.fields_by_name["value"])}
    return {"type": "array", "items": _value(field)} if field.is_repeated else _value(field)


def _value(field: FieldDescriptor) -> Schema:
    if field.enum_type is not None:
        return {"enum": [value.name for value in field.enum_type.values]}
    return schema_of(field.message_type) if field.message_type is not None else TYPES[field.type]
