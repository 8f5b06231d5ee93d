"""What began the work that is under way, for what comes of it: so one id leads from click to hook."""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

CARRIED = ("request_id", "event_id")
"""The API's id of the request, or the invocation's where there was none, and the vendor's event."""

_UNDER_WAY: ContextVar[Mapping[str, str]] = ContextVar("cause", default=MappingProxyType({}))


def cause() -> Mapping[str, str]:
    """Of the ids in `CARRIED` those that are known; none outside of a handler."""
    return _UNDER_WAY.get()


def caused_by(known: Mapping[str, object]) -> None:
    """From here on the work is what these ids began; what else is in `known` is left out."""
    _UNDER_WAY.set({name: str(known[name]) for name in CARRIED if known.get(name)})
