"""Scalekit as reconciling asks it, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.subscriptions.services.ports import Page


class Scalekit:
    """Scalekit's list of organizations, `page` of them to one."""

    page = 2

    def __init__(self, *organizations: Mapping[str, Any]) -> None:
        self.known: Sequence[Mapping[str, Any]] = organizations

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        start = int(offset or 0)
        end = start + self.page
        return Page(self.known[start:end], str(end) if end < len(self.known) else None)
