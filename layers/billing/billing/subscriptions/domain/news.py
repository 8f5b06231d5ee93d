"""What happened besides subscriptions' transitions, for the bus and for the hooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from billing.subscriptions.domain.transition import Transition


@dataclass(frozen=True, slots=True)
class News:
    """One announcement. `name` makes it the only one of its kind in its organization; `at` is UTC seconds.

    `details` are plain values: amounts in minor units, or in micros where the name says so.
    """

    transition: Transition
    name: str
    at: int
    details: Mapping[str, Any]


def known(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details without what is not known."""
    return {name: value for name, value in details.items() if value is not None}
