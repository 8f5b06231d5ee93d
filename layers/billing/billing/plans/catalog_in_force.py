"""The plan catalog in force: the file, with the table's plans over it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from billing.core.clock import Clock
from billing.core.errors import InvalidCatalog
from billing.plans.catalog import checked
from billing.plans.catalog_plans import RefusedPlan
from billing.plans.plan import Catalog, Plan

LIFETIME = 60
"""Seconds for which a warm function trusts the plans that it read."""


class Plans(Protocol):
    """The plans in the table, which override the catalog file."""

    def overrides(self) -> Sequence[tuple[Plan, ...] | RefusedPlan]:
        """One for each row, a plan for each of its prices. Raises when they cannot be read: never an empty answer."""


class CatalogInForce:
    """The file with the table's plans over it, which are read at most once a minute.

    A failing read is the caller's error: an old answer or an empty one would be a guess about money. A row that is
    wrong takes nothing down: its plan stays as it was read last, or as the file has it, and `tell` hears of it. Where
    rows that are right alone do not go together, the whole catalog stays.
    """

    def __init__(self, shipped: Catalog, plans: Plans, clock: Clock, tell: Callable[[RefusedPlan], None]) -> None:
        self._shipped = shipped
        self._plans = plans
        self._clock = clock
        self._tell = tell
        self._read: tuple[int, Catalog] | None = None

    def __call__(self) -> Catalog:
        """Raises what the table raised."""
        now = self._clock()
        if self._read is None or now - self._read[0] >= LIFETIME:
            self._read = (now, self._with(self._plans.overrides()))
        return self._read[1]

    def _with(self, rows: Sequence[tuple[Plan, ...] | RefusedPlan]) -> Catalog:
        last = self._read[1] if self._read else self._shipped
        read: list[Plan] = []
        for row in rows:
            if isinstance(row, RefusedPlan):
                self._tell(row)
                read += last.of_row(row.key)
            else:
                read += row
        try:
            return checked(self._shipped.with_plans(read))
        except InvalidCatalog as wrong:
            self._tell(RefusedPlan("", str(wrong)))
            return last
