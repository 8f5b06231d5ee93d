"""The plan catalog in force: the file, with the table's plans over it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from billing.core.clock import Clock
from billing.core.errors import InvalidCatalog
from billing.plans.catalog import Row, checked, judged
from billing.plans.catalog_plans import RefusedPlan
from billing.plans.plan import Catalog

LIFETIME = 60
"""Seconds for which a warm function trusts the plans that it read."""


class Plans(Protocol):
    """The plans in the table, which override the catalog file."""

    def overrides(self) -> Sequence[Row]:
        """One for each row. Raises when they cannot be read: never an empty answer."""


class CatalogInForce:
    """The file with the table's plans over it, which are read at most once a minute.

    A failing read is the caller's error: an old answer or an empty one would be a guess about money. A row that is
    wrong, or does not go with the file, takes nothing down: its plan stays as it was read last, or as the file has it,
    and `tell` hears of it. Where rows that are right alone do not go together, the whole catalog stays.
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

    def _with(self, rows: Sequence[Row]) -> Catalog:
        last = self._read[1] if self._read else self._shipped
        try:
            read = rows
            catalog = self._over(read, last)
        except InvalidCatalog as wrong:
            read = judged(self._shipped, rows)
            try:
                catalog = self._over(read, last)
            except InvalidCatalog:
                read, catalog = [*read, RefusedPlan("", str(wrong))], last
        for row in read:
            if isinstance(row, RefusedPlan):
                self._tell(row)
        return catalog

    def _over(self, rows: Sequence[Row], last: Catalog) -> Catalog:
        read = (last.of_row(row.key) if isinstance(row, RefusedPlan) else row for row in rows)
        return checked(self._shipped.with_plans(plan for plans in read for plan in plans))
