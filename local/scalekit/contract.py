"""The vendor's contract, read from the descriptors inside its SDK: operations, REST routes, messages.

Nothing here is transcribed, so a new SDK release changes the simulator with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from google.api import annotations_pb2, http_pb2
from google.protobuf import message_factory
from google.protobuf.message import Message
from scalekit.v1.clients import clients_pb2
from scalekit.v1.organizations import organizations_pb2
from scalekit.v1.users import users_pb2

SERVICES = (
    organizations_pb2.DESCRIPTOR.services_by_name["OrganizationService"],
    users_pb2.DESCRIPTOR.services_by_name["UserService"],
    clients_pb2.DESCRIPTOR.services_by_name["ClientService"],
)


@dataclass(frozen=True)
class Binding:
    """One REST route of an operation. `body` names the field that the HTTP body fills; `*` is the whole request."""

    verb: str
    template: str
    body: str

    @cached_property
    def path(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", self.template))


@dataclass(frozen=True)
class Operation:
    service: str
    name: str
    bindings: tuple[Binding, ...]
    request: type[Message]
    response: type[Message]


def operations() -> Iterator[Operation]:
    for service in SERVICES:
        for method in service.methods:
            rule = method.GetOptions().Extensions[annotations_pb2.http]
            yield Operation(
                service=service.full_name,
                name=method.name,
                bindings=tuple(map(_binding, (rule, *rule.additional_bindings))),
                request=message_factory.GetMessageClass(method.input_type),
                response=message_factory.GetMessageClass(method.output_type),
            )


def _binding(rule: http_pb2.HttpRule) -> Binding:
    verb = rule.WhichOneof("pattern")
    return Binding(verb=verb.upper(), template=getattr(rule, verb), body=rule.body)
