"""Change a plan at run time: in the table, over the file, after a look at whom it affects."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from billing.core.errors import InvalidCatalog, InvalidRequest, InvalidState, NoSuchPlan
from billing.core.keys import digest
from billing.core.until_won import ROW_ATTEMPTS, Outdated, until_won
from billing.plans.catalog import check_kinds, check_unique, checked, judged
from billing.plans.catalog_plans import RefusedPlan, read_plans, read_row
from billing.plans.plan import Catalog, Plan
from billing.plans.revision import PlanChange, check_decimals, compared

_BUSY = "Too many others are changing plans. Try again."

type Entry = Mapping[str, Any]
"""One `[[plan]]` of the catalog file, or the same from the table."""


class PlanRows(Protocol):
    """The plans' side of the table."""

    def rows(self) -> Sequence[Entry]:
        """Every row, with its key `sk`."""

    def writes(self) -> int:
        """How often any row was written or removed."""

    def put(self, plan: str, entry: Entry, seen: int) -> None:
        """In the place of what is there. Raises Conflict when there were other `writes` than that."""

    def remove(self, plan: str, seen: int) -> None:
        """The file's plan is in force again, if there is one. Raises Conflict as `put` does."""

    def subscribed(self, item_price_id: str) -> int:
        """How many organizations have it, as of a moment ago."""


@dataclass(frozen=True, slots=True)
class DescribedPlan:
    """The entry that is in force for a plan, from the table or the file, and how many have each of its item prices."""

    entry: Entry
    from_table: bool
    organizations: Mapping[str, int]

    @property
    def version(self) -> str:
        """The same for an entry of the same content, and only for that."""
        return _version(self.entry)


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a plan that somebody saw before changing it, in the table or in the catalog file `document`."""

    version: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """What becomes of the catalog: `organizations` is how many have each item price of the plans that change.

    `unsold` are the item prices that no entry describes any more.
    """

    changes: tuple[PlanChange, ...]
    organizations: Mapping[str, int]
    unsold: frozenset[str]


def describe_plan(plan: str, document: Mapping[str, Any], rows: PlanRows) -> DescribedPlan:
    """The plan as it is written, in the table or in the catalog file `document`. Raises NoSuchPlan."""
    stored = rows.rows()
    if (told := _in_force(plan, document, stored)) is None:
        raise NoSuchPlan(f"There is no plan {plan!r}.")
    read = read_row({"sk": plan, **told})
    priced = [plan] if isinstance(read, RefusedPlan) else [each.item_price_id for each in read]
    from_table = any(row["sk"] == plan for row in stored)
    return DescribedPlan(told, from_table, {each: rows.subscribed(each) for each in priced})


def proposed(plan: str, entry: Entry | None, shipped: Catalog, rows: PlanRows, seen: Seen | None = None) -> Revision:
    """What an entry for the plan would change, None for none in the table. Writes nothing.

    Raises InvalidRequest for an entry that is not exactly right, or that does not go with the other plans,
    InvalidState for one with an item price of another entry, and Conflict where the plan has changed since it was seen.
    """
    stored = rows.rows()
    if seen is not None:
        _check_seen(plan, entry, seen, stored)
    read = _plans(stored, shipped)
    others = [each for key, plans in read.items() if key != plan for each in plans]
    before = shipped.with_plans(chain(*read.values()))
    try:
        own = () if entry is None else _named(plan, entry)
        _check_owners(plan, own, shipped.with_plans(others))
        check_kinds(own, shipped.addons.values())
        after = checked(shipped.with_plans([*others, *own]))
        check_decimals(before, after)
    except InvalidCatalog as wrong:
        raise InvalidRequest(str(wrong)) from None
    changes = compared(before, after)
    changed = {change.plan for change in changes}
    priced = {each: sold.id for catalog in (before, after) for each, sold in catalog.plans.items()}
    organizations = {each: rows.subscribed(each) for each, own_id in priced.items() if own_id in changed}
    return Revision(changes, organizations, frozenset(before.plans.keys() - after.plans.keys()))


def put_plan(plan: str, entry: Entry, shipped: Catalog, rows: PlanRows, seen: Seen | None = None) -> Revision:
    """Write the plan's row. Of two writes at once, of any plans, the second is judged over the first.

    Raises what `proposed` raises, and InvalidState.
    """

    def attempt() -> Revision:
        writes = rows.writes()
        revision = _harmless(proposed(plan, entry, shipped, rows, seen))
        rows.put(plan, entry, writes)
        return revision

    return until_won(attempt, ROW_ATTEMPTS, _BUSY)


def remove_plan(plan: str, shipped: Catalog, rows: PlanRows, seen: Seen | None = None) -> Revision:
    """Take the plan's row away. Raises NoSuchPlan without one, else what `put_plan` raises."""

    def attempt() -> Revision:
        writes = rows.writes()
        if all(row["sk"] != plan for row in rows.rows()):
            raise NoSuchPlan(f"The table has no plan {plan!r}.")
        revision = _harmless(proposed(plan, None, shipped, rows, seen))
        rows.remove(plan, writes)
        return revision

    return until_won(attempt, ROW_ATTEMPTS, _BUSY)


def _in_force(plan: str, document: Mapping[str, Any], stored: Sequence[Entry]) -> Entry | None:
    """As it is written, and as JSON has it: the table's row goes before the file's entry, be it right or wrong."""
    row = next((each for each in stored if each["sk"] == plan), None)
    written = (entry for entry in document["plan"] if entry.get("id", entry.get("item_price_id")) == plan)
    entry = row or next(written, None)
    if entry is None:
        return None
    told: Entry = json.loads(json.dumps(entry, default=sorted))  # a set, which the table alone has, is a list there
    return {name: value for name, value in told.items() if name not in ("pk", "sk")}


def _check_seen(plan: str, entry: Entry | None, seen: Seen, stored: Sequence[Entry]) -> None:
    """What is there already may be written again, whatever was seen before it: its answer may have been lost."""
    now = _in_force(plan, seen.document, stored)
    if now != entry and (now is None or _version(now) != seen.version):
        raise Outdated(f"The plan {plan!r} has changed since you saw it. Read it again.")


def _version(entry: Entry) -> str:
    return digest(json.dumps(entry, sort_keys=True))


def _check_owners(plan: str, own: Sequence[Plan], others: Catalog) -> None:
    """Whoever pays an item price has its plan, and would have another one without a word; and whoever is asked for a
    name takes whatever bears it."""
    if own and any(each.id == plan for each in others.addons.values()):
        raise InvalidState(f"{plan!r} is the name of an add-on already, and whoever has that would have the plan.")
    sold = {each.item_price_id: each.id for each in others.subscribable} | {each: each for each in others.charges}
    for each in own:
        if (owner := sold.get(each.item_price_id, plan)) != plan or each.item_price_id in others.charges:
            raise InvalidState(
                f"{each.item_price_id} is {owner!r} already, and whoever pays it would be moved to {plan!r}."
            )
    left = others.with_plans(own).plans.values()
    if own and any(each.id == plan and each not in own for each in left):
        raise InvalidCatalog(f"{plan!r} has other prices, too: its entry needs its id, and all of its prices.")


def _harmless(revision: Revision) -> Revision:
    """Nobody's item price loses its description: what they pay for would give nothing."""
    if used := {each: revision.organizations[each] for each in sorted(revision.unsold) if revision.organizations[each]}:
        told = ", ".join(f"{count} of {each}" for each, count in used.items())
        raise InvalidState(f'Organizations have what this would take away: {told}. Keep it with sale = "retired".')
    return revision


def _named(plan: str, entry: Entry) -> tuple[Plan, ...]:
    if entry.get("id", entry.get("item_price_id")) != plan:
        raise InvalidCatalog(f"The entry's id, or without one its item_price_id, is not {plan!r}.")
    plans = read_plans(entry)
    check_unique(f"item price of {plan!r}", [each.item_price_id for each in plans])
    return plans


def _plans(rows: Sequence[Entry], shipped: Catalog) -> Mapping[str, tuple[Plan, ...]]:
    """Those that are right, by their rows' keys. A wrong one is refused where the catalog is read, and is not this
    change's; and where all do not go together, so is one that does not go with the file."""
    read = [read_row(row) for row in rows]
    right = [plans for plans in read if not isinstance(plans, RefusedPlan)]
    try:
        checked(shipped.with_plans(chain(*right)))
    except InvalidCatalog:
        read = judged(shipped, read)
    keyed = zip((str(row["sk"]) for row in rows), read, strict=True)
    return {key: plans for key, plans in keyed if not isinstance(plans, RefusedPlan)}
