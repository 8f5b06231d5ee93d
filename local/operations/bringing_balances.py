"""Bring the prepaid balances and the uses of before: a report of every row, and the rows by the rules of the API.

An id counts once for ever, so a run may die anywhere and be begun again.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

from local.operations.reconciling import run
from local.operations.spreadsheets import rows_of
from local.operations.target import Target
from local.whole_file import whole_file

JUDGE, BRING = "judge_balances", "bring_balances"
"""The function's tasks: the dry run, and it."""

BALANCE = ("amount", "currency", "reason")
USE = ("feature", "quantity", "occurred_at")
COLUMNS = ("organization_id", "id", *BALANCE, *USE)
TOLD = ("fate", "note")
AT_ONCE = 25
"""Rows in one call: each is written by itself."""

WRONG = "wrong"
"""The fate of a row that never left this machine."""

DECIMAL = re.compile(r"[0-9]+\.[0-9]*[1-9][0-9]*")
"""Whoever writes 1.000 may mean a thousand."""

type Line = dict[str, str]

type Named = tuple[str, str]
"""An organization's id, and that of a line."""


def bring_balances(target: Target, task: str, given: Path, report: Path) -> str:
    """Do `task` with every row of the file. The report has what became of each, also where the run ended halfway.

    The report is such a file too, so that it is mended and given again. Raises OperationFailed for a file that cannot
    be read.
    """
    lines = _read(given)
    _write(report, lines)  # nothing is brought that could not be told
    done, seen = 0, set[Named]()
    try:
        for batch in batched(lines, AT_ONCE, strict=False):
            _tell(target, task, batch, seen)
            done += len(batch)
            print(f"  {done} of {len(lines)}", flush=True)
    finally:
        _write(report, lines)
    counts = Counter(line["fate"] for line in lines)
    nothing = "" if task == BRING else " Nothing was brought: APPLY=1 does it."
    return "\n".join([*(f"{fate}: {counts[fate]}" for fate in sorted(counts)), f"{report} has every row.{nothing}"])


def _tell(target: Target, task: str, batch: Sequence[Line], seen: set[Named]) -> None:
    """Write into each line what became of it. `seen` are the ids of the lines before."""
    rows: list[tuple[Line, Mapping[str, Any]]] = []
    for line in batch:
        try:
            row = row_of(line)
            _claim(line, seen)
            rows.append((line, row))
        except ValueError as wrong:
            line.update(fate=WRONG, note=str(wrong))
    answer = run({"task": task, "rows": [row for _, row in rows]}, target) if rows else {"rows": []}
    for (line, _), told in zip(rows, answer["rows"], strict=True):
        line.update(told)


def _claim(line: Line, seen: set[Named]) -> None:
    """Raises ValueError for a line without an id that would be taken for an earlier one."""
    named = line["organization_id"], _id(line)
    if named in seen and not line["id"]:
        raise ValueError(f"an earlier row is {_id(line)}: give this one an id of its own")
    seen.add(named)


def row_of(line: Line) -> dict[str, Any]:
    """A line as the function takes it, whose id and reason are made where it has none. Raises ValueError."""
    balance, use = ([name for name in names if line[name]] for names in (("amount", "currency"), USE))
    match balance, use:
        case ["amount", "currency"], []:
            named = {"id": _id(line), "currency": line["currency"]}
            reason = line["reason"] or "balance from before"
            body = {"balance": {**named, "amount": _whole(line, "amount"), "reason": reason}}
        case [], ["feature", "quantity", "occurred_at"]:
            named = {"id": _id(line), "feature": line["feature"]}
            body = {"use": {**named, "quantity": _quantity(line), "occurredAt": _moment(line["occurred_at"])}}
        case _:
            raise ValueError("a row has an amount and a currency, or else a feature, a quantity and an occurred_at")
    return {"organizationId": line["organization_id"], **body}


def _id(line: Line) -> str:
    return line["id"] or f"from-before-{line['currency'] or line['feature']}"


def _quantity(line: Line) -> int | str:
    """A decimal is text, as the API takes it: which features have decimals, the plans know."""
    return line["quantity"] if DECIMAL.fullmatch(line["quantity"]) else _whole(line, "quantity")


def _whole(line: Line, name: str) -> int:
    try:
        return int(line[name])
    except ValueError:
        raise ValueError(f"{name} is {line[name]!r}, and must be a whole number") from None


def _moment(text: str) -> int:
    if text.isdigit():
        return int(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"occurred_at is {text!r}, and needs its zone, as in 2026-11-21T10:00Z")
    return int(moment.timestamp())


def _read(path: Path) -> list[Line]:
    """Every column, in the report's order; what an earlier run told is told anew."""
    rows = rows_of(path, "organization_id")
    return [{name: row.get(name, "") for name in COLUMNS} | dict.fromkeys(TOLD, "") for row in rows]


def _write(path: Path, lines: Sequence[Line]) -> None:
    with whole_file(path) as file:
        writer = csv.DictWriter(file, [*COLUMNS, *TOLD])
        writer.writeheader()
        writer.writerows(lines)
