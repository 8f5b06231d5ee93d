"""The plan catalog in force: the file, with the table's plans over it."""

from collections.abc import Sequence
from typing import Protocol

from billing.core.clock import Clock
from billing.plans.catalog import checked
from billing.plans.plan import Catalog, Plan

LIFETIME = 60
"""Seconds for which a warm function trusts the plans that it read."""


class Plans(Protocol):
    """The plans in the table, which override the catalog file."""

    def overrides(self) -> Sequence[Plan]:
        """Raises when they cannot be read or are not valid: never an empty answer instead."""


class CatalogInForce:
    """The file with the table's plans over it, which are read at most once a minute.

    Raises what the read raises: an old or an empty catalog would be a guess about money.
    """

    def __init__(self, shipped: Catalog, plans: Plans, clock: Clock) -> None:
        self._shipped = shipped
        self._plans = plans
        self._clock = clock
        self._read: tuple[int, Catalog] | None = None

    def __call__(self) -> Catalog:
        """Raises InvalidCatalog, or what the table raised."""
        now = self._clock()
        if self._read is None or now - self._read[0] >= LIFETIME:
            self._read = (now, checked(self._shipped.with_plans(self._plans.overrides())))
        return self._read[1]
