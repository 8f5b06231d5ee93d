"""What caused a row of the timeline, so that the state of everything can be followed back to what made it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from local.backstage.rows import Row, Stage

# What the vendor's clock and ours may differ by, and what a line is late for that is written after the work.
SLACK = 50
# The line of the function that finds what no webhook told. What it queued carries the id of its request.
RECONCILED = "reconciled"


type Find = Callable[[Row, Sequence[Row]], Row | None]


def linked(rows: list[Row]) -> list[Row]:
    """Every row with its cause, of rows in order of time; a change has the time of what it was written with."""
    dated = [_dated(row, rows) for row in rows]
    return [replace(row, cause=_cause_of(row, dated)) for row in dated]


def _dated(row: Row, rows: Sequence[Row]) -> Row:
    cause = _written_by(row, rows) if row.stage is Stage.CHANGED else None
    return replace(row, at=cause.at) if cause else row


def _cause_of(row: Row, rows: Sequence[Row]) -> str | None:
    found = (find(row, rows) for find in CAUSES.get(row.stage, ()))
    cause = _first(filter(None, found), lambda each: each is not row)
    return cause.id if cause else None


def _written_by(row: Row, rows: Sequence[Row]) -> Row | None:
    """The event, or the request, with which an announcement was written."""
    written = (row.document.get("event_id"), row.document.get("request_id"))
    work = (Stage.APPLIED, Stage.REQUEST, Stage.READ)
    return _first(rows, lambda it: it.stage in work and it.thread in written)


def _before(stage: Stage) -> Find:
    """The last one of that stage about the same thing, from before the row."""

    def find(row: Row, rows: Sequence[Row]) -> Row | None:
        return _last(rows, lambda it: it.stage is stage and it.thread == row.thread and it.at <= row.at + SLACK)

    return find


def _last_write(row: Row, rows: Sequence[Row]) -> Row | None:
    """An event of the API comes of the last call that wrote."""
    if row.document.get("source") != "api":
        return None
    return _last(rows, lambda it: it.stage is Stage.CALL and it.at <= row.at and not it.title.startswith("GET"))


def _whose(row: Row, rows: Sequence[Row]) -> Row | None:
    """A call names nobody who makes it: it is of the first piece of work that ended after it.

    A call that is made by hand, to make something fail, comes of no work; it would else come of what it led to.
    """
    if "by" in row.document:
        return None
    work = (Stage.REQUEST, Stage.APPLIED, Stage.FAILED)
    return _first(rows, lambda it: it.stage in work and it.at >= row.at)


def _reconciled(row: Row, rows: Sequence[Row]) -> Row | None:
    request_id = _request_id(row)
    return _first(rows, lambda it: it.title == RECONCILED and _request_id(it) == request_id)


def _request_id(row: Row) -> object:
    return row.document.get("log", {}).get("request_id")


def _first(rows: Iterable[Row], wanted: Callable[[Row], bool]) -> Row | None:
    return next(filter(wanted, rows), None)


def _last(rows: Sequence[Row], wanted: Callable[[Row], bool]) -> Row | None:
    return _first(reversed(rows), wanted)


# Where the cause of a row is looked for, in this order.
CAUSES: Mapping[Stage, Sequence[Find]] = {
    Stage.CALL: (_whose,),
    Stage.SENT: (_last_write,),
    Stage.ACCEPTED: (_before(Stage.SENT),),
    Stage.APPLIED: (_before(Stage.ACCEPTED), _reconciled),
    Stage.CHANGED: (_written_by,),
    Stage.BUS: (_before(Stage.CHANGED),),
    Stage.HOOK: (_before(Stage.BUS), _before(Stage.CHANGED)),
    Stage.FAILED: (_before(Stage.BUS), _before(Stage.ACCEPTED)),
}
