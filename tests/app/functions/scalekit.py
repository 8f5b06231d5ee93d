"""Scalekit as reconciling asks it, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.core.errors import InvalidRequest
from billing.subscriptions.services.ports import Page


class Scalekit:
    """Scalekit's list of organizations, `page` of them to one."""

    page = 2
    refused = ""
    """A page that it does not know, once."""

    def __init__(self, *organizations: Mapping[str, Any]) -> None:
        self.known: Sequence[Mapping[str, Any]] = organizations

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        if offset and offset == self.refused:
            self.refused = ""
            raise InvalidRequest("Scalekit does not know that page of its list.")
        start = int(offset or 0)
        end = start + self.page
        return Page(self.known[start:end], str(end) if end < len(self.known) else None)
