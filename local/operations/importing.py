"""Map the customers that Chargebee has already to their organizations: a report of every row, and the mapping.

Both lists are read first, so what an earlier run has mapped is known: a run may die anywhere and be begun again.
"""

import csv
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from local.operations.failure import OperationFailed
from local.operations.matching import Customer, Fate, Organization, Row, match
from local.operations.reconciling import Task, TaskFailed, run
from local.operations.spreadsheets import rows_of
from local.operations.target import Target
from local.whole_file import whole_file

COLUMNS = [field.name for field in fields(Row)]
SHOWN_EVERY = 25
PATIENCE = (2, 5, 15, 30)
"""Seconds before a mapping that Chargebee had no time for is tried again."""

FOR_NOW = frozenset({"chargebee_rate_limited", "chargebee_unavailable", "chargebee_timeout", "chargebee_busy"})
AWAY = frozenset({"ChargebeeRateLimited", "ChargebeeUnavailable", "ChargebeeTimeout", "ChargebeeBusy"})
"""The same, as the function raises them where a list is read."""

type Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Import:
    """`given` is the team's own file, with the columns `customer_id` and `organization_id`; `report` is written anew.

    `per_second` is how many are mapped in a second at most: each takes three calls of Chargebee's API.
    """

    report: Path
    given: Path | None = None
    per_second: float = 1.0


def plan(target: Target, wanted: Import, pause: Pause = time.sleep) -> str:
    """The dry run: the report of every row, and nothing else."""
    rows = _matched(target, wanted, pause)
    _write(wanted.report, rows)
    return f"{summary(rows)}\n{wanted.report} has every row. Nothing was mapped: APPLY=1 does it."


def apply(target: Target, wanted: Import, pause: Pause = time.sleep) -> str:
    """Map what matches. The report has what became of each row, also where the run was ended halfway."""
    rows = _matched(target, wanted, pause)
    _write(wanted.report, rows)  # nothing is mapped that could not be told
    matched = [row for row in rows if row.fate is Fate.MATCHED]
    after = {row.customer_id: row for row in rows}
    try:
        for number, row in enumerate(matched, 1):
            after[row.customer_id] = _assign(target, row, pause)
            if number % SHOWN_EVERY == 0 or number == len(matched):
                print(f"  {number} of {len(matched)}", flush=True)
            pause(1 / wanted.per_second)
    finally:
        _write(wanted.report, list(after.values()))
    return f"{summary(after.values())}\n{wanted.report} has every row."


def summary(rows: Any) -> str:
    """How many rows have each fate."""
    counts = Counter(row.fate for row in rows)
    return "\n".join(f"{fate}: {counts[fate]}" for fate in Fate if counts[fate]) or "Chargebee has no customers."


def _assign(target: Target, row: Row, pause: Pause) -> Row:
    task = {"task": "assign", "organizationId": row.organization_id, "customerId": row.customer_id}
    for wait in (*PATIENCE, None):
        refused = run(task, target)["refused"]
        if refused not in FOR_NOW or wait is None:
            break
        pause(wait)
    if refused:
        return replace(row, fate=Fate.REFUSED, note=f"{refused}: {row.note}" if row.note else refused)
    return replace(row, fate=Fate.DONE, note="")


def _matched(target: Target, wanted: Import, pause: Pause) -> list[Row]:
    if wanted.given is None and wanted.report.exists():
        raise OperationFailed(
            f"{wanted.report} is there already: go on from it with CSV={wanted.report}, or remove it."
        )
    given = _read(wanted.given) if wanted.given else {}
    customers = [
        Customer(each["id"], each["name"], each["domain"], each["organizationId"] or "")
        for each in _listed(target, "customers", pause)
    ]
    organizations = [
        Organization(each["id"], each["name"], each["externalId"], frozenset(each["domains"]), each["customerId"] or "")
        for each in _listed(target, "organizations", pause)
    ]
    if unknown := given.keys() - {each.id for each in customers}:
        raise OperationFailed(
            f"{wanted.given} names customers that Chargebee does not have: {', '.join(sorted(unknown))}."
        )
    return match(customers, organizations, given)


def _listed(target: Target, what: str, pause: Pause) -> Iterator[Mapping[str, Any]]:
    offset: str | None = ""
    while offset is not None:
        task = {"task": what, **({"offset": offset} if offset else {})}
        page = _page(task, target, pause)
        yield from page[what]
        offset = page["next"]


def _page(task: Task, target: Target, pause: Pause) -> Mapping[str, Any]:
    """Thousands of customers are many pages: one that Chargebee has no time for is asked for again."""
    for wait in PATIENCE:
        try:
            return run(task, target)
        except TaskFailed as failure:
            if failure.kind not in AWAY:
                raise
        pause(wait)
    return run(task, target)


def _read(path: Path) -> dict[str, str]:
    """Organizations by customer; a report that was filled in is such a file. Raises OperationFailed for a customer of
    two: nobody could say which is meant.
    """
    found: dict[str, str] = {}
    for row in rows_of(path, "customer_id", "organization_id"):
        customer_id, organization_id = row["customer_id"], row["organization_id"]
        if organization_id and (other := found.setdefault(customer_id, organization_id)) != organization_id:
            raise OperationFailed(f"{path} names {other} and {organization_id} for the customer {customer_id}.")
    return found


def _write(path: Path, rows: list[Row]) -> None:
    with whole_file(path) as lines:
        writer = csv.DictWriter(lines, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(row) | {"customer_name": _inert(row.customer_name)} for row in rows)


def _inert(name: str) -> str:
    """A customer chooses it, and no spreadsheet may take it for a formula:
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
