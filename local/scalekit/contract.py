"""The vendor's contract, read from the descriptors inside its SDK: operations, REST routes, messages.

Nothing here is transcribed, so a new SDK release changes the simulator with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from google.api import annotations_pb2
from google.protobuf import message_factory
from google.protobuf.message import Message
from scalekit.v1.organizations import organizations_pb2 as pb

SERVICE = pb.DESCRIPTOR.services_by_name["OrganizationService"]
SERVICE_NAME: str = SERVICE.full_name


@dataclass(frozen=True)
class Operation:
    name: str
    verb: str
    template: str
    body: str
    request: type[Message]
    response: type[Message]

    @cached_property
    def path(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/:]+)", self.template))


def operations() -> Iterator[Operation]:
    for method in SERVICE.methods:
        rule = method.GetOptions().Extensions[annotations_pb2.http]
        verb = rule.WhichOneof("pattern")
        yield Operation(
            name=method.name,
            verb=verb.upper(),
            template=getattr(rule, verb),
            body=rule.body,
            request=message_factory.GetMessageClass(method.input_type),
            response=message_factory.GetMessageClass(method.output_type),
        )
