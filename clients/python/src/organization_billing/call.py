"""One request of a client, before anything is sent."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Call[Answer]:
    """What a method of a client asks for. A query's None is left out; a body is plain JSON data."""

    method: str
    path: str
    query: Mapping[str, str | int | None] = field(default_factory=dict)
    body: object = None


class Send(Protocol):
    """Sends a call and answers what came of it. Raises BillingError."""

    def __call__[Answer](self, call: Call[Answer], /) -> Answer: ...


class AsyncSend(Protocol):
    """The same for asyncio."""

    async def __call__[Answer](self, call: Call[Answer], /) -> Answer: ...


def new_key() -> str:
    """An id or a key that nobody else has. Keep it with what it is for: sent again, it does nothing a second time."""
    return uuid.uuid4().hex


def keyed(body: Mapping[str, object]) -> Mapping[str, object]:
    """The body with a key, so that all attempts of one call are one purchase."""
    return body if body.get("key") else {**body, "key": new_key()}


def segment(name: str) -> str:
    """A name as a part of a path. Raises ValueError for what would lead to another path."""
    if name in ("", ".", ".."):
        raise ValueError(f"{name!r} names nothing.")
    return quote(name, safe="")
