"""What just happened to one organization, merged from what each part of the stack wrote down."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from local.backstage.causes import RECONCILED, linked
from local.backstage.rows import Announcement, Call, Delivery, Row, Sources, Stage
from local.operations.log_lines import Line

STAGES = {
    "done": Stage.REQUEST,
    "webhook_accepted": Stage.ACCEPTED,
    "applied": Stage.APPLIED,
    "payment_applied": Stage.APPLIED,
    "provisioned": Stage.APPLIED,
    "relayed": Stage.BUS,
    "hook_called": Stage.HOOK,
    "message_failed": Stage.FAILED,
    "refused": Stage.FAILED,
}


def timeline(sources: Sources, ids: Collection[str]) -> list[Row]:
    """The rows of the organization that is known by these ids, its own and its customer's; the newest first."""
    deliveries = [each for each in sources.deliveries if _mentions(each.document, ids)]
    ids = {*ids, *_subscriptions(deliveries)}
    events = {each.event_id for each in deliveries} | {each.event_id for each in sources.announcements} - {""}
    relayed = {line.fields.get("key"): line.at for line in reversed(sources.lines) if _is_relayed(line)}
    rows = [
        *(_of_line(line, sources.outcomes) for line in sources.lines if _concerns(line, ids, events)),
        *(_of_call(call) for call in sources.calls if _mentions([call.path, call.document], ids)),
        *map(_of_delivery, deliveries),
        *(_of_announcement(each, relayed.get(each.key, each.written_at)) for each in sources.announcements),
    ]
    rows += _reads(rows)
    return sorted(linked(sorted(rows, key=_order)), key=_order, reverse=True)


def _order(row: Row) -> tuple[int, int]:
    """Of one moment, the cause is before its effect."""
    return row.at, list(Stage).index(row.stage)


def _concerns(line: Line, ids: Collection[str], events: Collection[str]) -> bool:
    named = (line.fields.get("organization_id"), line.fields.get("customer_id"))
    about = any(each in ids for each in named) or line.fields.get("event_id") in events
    return about or line.fields.get("message") == RECONCILED


def _mentions(document: object, ids: Collection[str]) -> bool:
    text = json.dumps(document)
    return any(each in text for each in ids)


def _subscriptions(deliveries: Iterable[Delivery]) -> Iterator[str]:
    for each in deliveries:
        if "subscription" in (content := each.document.get("content", {})):
            yield content["subscription"]["id"]


def _of_line(line: Line, outcomes: Mapping[str, Mapping[str, Any]]) -> Row:
    said, message = line.fields, str(line.fields.get("message"))
    stage = STAGES.get(message, Stage.NOTE)
    subject = next((said[name] for name in ("hook", "transition", "type", "route") if said.get(name)), message)
    outcome = said.get("outcome") or said.get("code") or said.get("exception_name") or ""
    thread = str(said.get("key") or said.get("event_id") or said.get("request_id") or "")
    document = {"function": line.function, "log": dict(said)}
    if stage is Stage.APPLIED and thread in outcomes:
        document["event log"] = outcomes[thread]
    title = message.replace("_", " ") if stage is Stage.NOTE else str(subject)
    if message == "payment_applied":
        title += ", its payment"
    return Row(f"{line.at}-{line.function}-{message}-{thread}", line.at, stage, title, str(outcome), thread, document)


def _of_call(call: Call) -> Row:
    title, outcome = f"{call.method} {call.path}", str(call.status)
    return Row(f"{call.at}-{title}", call.at, Stage.CALL, title, outcome, "", call.document)


def _of_delivery(sent: Delivery) -> Row:
    title = f"{sent.vendor}: {sent.type}"
    return Row(f"{sent.at}-{sent.event_id}", sent.at, Stage.SENT, title, sent.answer, sent.event_id, sent.document)


def _is_relayed(line: Line) -> bool:
    return STAGES.get(str(line.fields.get("message"))) is Stage.BUS


def _of_announcement(row: Announcement, relayed_at: int) -> Row:
    """It is written by the clock of the functions, which may be ahead of the machine's."""
    return Row(row.key, min(row.written_at, relayed_at), Stage.CHANGED, row.transition, "", row.key, row.document)


def _reads(rows: Sequence[Row]) -> list[Row]:
    """What is announced without an event was read from Chargebee, as when a browser comes back. No line tells of it."""
    told = {row.thread for row in rows if row.stage in (Stage.REQUEST, Stage.APPLIED)}
    found: dict[str, Row] = {}
    for row in rows:
        request_id = row.document.get("request_id")
        if row.stage is Stage.CHANGED and request_id and not {request_id, row.document.get("event_id")} & told:
            document = {"request_id": request_id}
            read = Row(f"read-{request_id}", row.at, Stage.READ, "snapshot of now", "applied", request_id, document)
            found.setdefault(read.id, read)
    return list(found.values())
