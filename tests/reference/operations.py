"""What the clients call: the operations of the OpenAPI document, without the vendors' and the hosted pages'."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from billing.app.routes import ROUTES
from billing.runtime.route import Who
from tests.reference.openapi import Json, document

CALLED = frozenset(str(route) for route in ROUTES if route.who not in (Who.BROWSER, Who.VENDOR))
DOCUMENT = document()
SCHEMAS: Json = DOCUMENT["components"]["schemas"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of a client; `keyed` where its body may name a key of the caller's, and need not."""

    room: str
    verb: str
    summary: str
    method: str
    path: str
    query: tuple[str, ...]
    body: str
    answer: str

    @property
    def named(self) -> tuple[str, ...]:
        """The parameters of its path, as they are called there."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def keyed(self) -> bool:
        shape = SCHEMAS.get(self.body, {})
        return "key" in shape.get("properties", {}) and "key" not in shape.get("required", ())


def rooms() -> Sequence[tuple[str, tuple[Operation, ...]]]:
    """Every operation, by its room; both in the order of the alphabet."""
    ordered = sorted(_operations(), key=lambda each: (each.room, each.verb))
    return [(room, tuple(each)) for room, each in groupby(ordered, key=lambda each: each.room)]


def own_name(parameter: str) -> str:
    """What the client calls a parameter of a path: `id` alone does not say whose."""
    return "organizationId" if parameter == "id" else parameter


def snake(name: str) -> str:
    """`itemPriceId` as `item_price_id`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """`record_usage` as `recordUsage`."""
    return re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _operations() -> Iterator[Operation]:
    for path, methods in DOCUMENT["paths"].items():
        for method, each in methods.items():
            if f"{method.upper()} {path}" in CALLED:
                yield _operation(method.upper(), path, each)


def _operation(method: str, path: str, each: Json) -> Operation:
    [room] = each["tags"]
    return Operation(
        room=room,
        verb=each["operationId"].removeprefix(f"{room}_"),
        summary=each["summary"],
        method=method,
        path=path,
        query=tuple(one["name"] for one in each.get("parameters", ()) if one["in"] == "query"),
        body=_schema(each["requestBody"]) if "requestBody" in each else "",
        answer=_schema(each["responses"]["200"]),
    )


def _schema(content: Any) -> str:
    reference: str = content["content"]["application/json"]["schema"]["$ref"]
    return reference.rpartition("/")[2]
