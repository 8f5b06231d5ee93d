"""Scalekit as reconciling asks it, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from billing.subscriptions.services.ports import Page


class Scalekit:
    """Scalekit's list of organizations, two to a page."""

    def __init__(self, *organizations: Mapping[str, Any]) -> None:
        self.known: Sequence[Mapping[str, Any]] = organizations

    def organizations(self, offset: str | None) -> Page[Mapping[str, Any]]:
        start = int(offset or 0)
        more = start + 2 < len(self.known)
        return Page(self.known[start : start + 2], str(start + 2) if more else None)
