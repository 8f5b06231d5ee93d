"""What an operator looks at: organizations, queues, alarms, what reconciling found, calls of hooks, alerts of usage."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from local.backstage.alarms import read_alarms, read_samples, state_of
from local.backstage.days import read_days
from local.backstage.reading import Json, RunningStack, plain
from local.operations.command import ALL_QUEUES
from local.operations.log_lines import Line

LOOK_BACK = 3_600
MOST = 50
HOOK_LINES = ("hook_called", "message_failed")
ALERT, USED_UP = "entitlement.threshold_reached", "entitlement.exhausted"
DEPTHS = {"waiting": "ApproximateNumberOfMessages", "underWay": "ApproximateNumberOfMessagesNotVisible"}


def overview(stack: RunningStack) -> Json:
    """All of it, as JSON for the page."""
    now = int(time.time())
    lines = stack.journal.lines(now - LOOK_BACK)
    depths = _depths(stack)
    return {
        "organizations": _organizations(stack),
        "queues": _queues(stack, depths),
        "alarms": _alarms(stack, depths, now),
        "drift": found_by_reconciling(lines),
        "hooks": hook_calls(lines),
        "reached": usage_alerts(lines),
    }


def hook_calls(lines: Sequence[Line]) -> list[Json]:
    """The newest calls of hooks, those that failed too."""
    calls = [it for it in lines if it.function == "RunHooks" and it.fields.get("message") in HOOK_LINES]
    return [
        {
            "at": line.at,
            "hook": line.fields.get("hook") or line.fields.get("type"),
            "organization": line.fields.get("organization_id"),
            "key": line.fields.get("key"),
            "tries": line.fields.get("receives") or "",
            "outcome": line.fields.get("exception_name") or "done",
        }
        for line in reversed(calls[-MOST:])
    ]


def usage_alerts(lines: Sequence[Line]) -> list[Json]:
    """The newest alerts of usage that were announced; `percent` is None where all is used up."""
    told = [
        it for it in lines if it.fields.get("message") == "relayed" and it.fields.get("transition") in (ALERT, USED_UP)
    ]
    return [_usage_alert(each) for each in reversed(told[-MOST:])]


def _usage_alert(line: Line) -> Json:
    """The key of the announcement says what was reached: `org#alert#feature#start#percent`."""
    _, feature, _, last = line.fields["key"].rsplit("#", 3)
    percent = last if line.fields["transition"] == ALERT else None
    return {"at": line.at, "organization": line.fields["organization_id"], "feature": feature, "percent": percent}


def found_by_reconciling(lines: Sequence[Line]) -> list[Json]:
    """What each run compared, and what was repaired for it; the newest first."""
    told = [it for it in lines if it.fields.get("message") in ("reconciled", "drift_repaired", "missing_events")]
    return [{"at": it.at, "what": it.fields["message"], "found": _found(it)} for it in reversed(told[-MOST:])]


def _found(line: Line) -> Any:
    said = line.fields
    return said.get("result") or {name: said[name] for name in ("organization_id", "type", "id") if said.get(name)}


def _organizations(stack: RunningStack) -> list[Json]:
    query = {
        "TableName": stack.table,
        "FilterExpression": "sk = :sk",
        "ExpressionAttributeValues": {":sk": {"S": "ORG"}},
    }
    pages = stack.target.client("dynamodb").get_paginator("scan").paginate(**query)
    rows = [plain(item) for page in pages for item in page["Items"]]
    rows.sort(key=lambda row: str(row.get("display_name", "")))
    return [{**_organization(row), "days": list(map(asdict, read_days(stack, row["id"])))} for row in rows]


def _organization(row: Json) -> Json:
    return {
        "id": row["id"],
        "name": row.get("display_name", ""),
        "plan": row.get("plan") or "",
        "customer": row.get("customer_id") or "",
        "deleted": row.get("deleted_at") is not None,
        "row": row,
    }


def _depths(stack: RunningStack) -> dict[str, Json]:
    """How many messages wait in each queue and its dead letters, by the name of the output that has its address."""
    names = [f"{queue.title()}{kind}Url" for queue in ALL_QUEUES for kind in ("Queue", "DeadLetters")]
    found = {}
    for name in names:
        if (queue_url := stack.target.outputs.get(name)) is not None:
            asked = stack.target.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
            counts = {shown: int(asked["Attributes"].get(counted, 0)) for shown, counted in DEPTHS.items()}
            found[name] = {"name": queue_url.rpartition("/")[2], **counts}
    return found


def _queues(stack: RunningStack, depths: Mapping[str, Json]) -> list[Json]:
    return [
        {
            "queue": queue,
            "waiting": depths.get(f"{queue.title()}QueueUrl", {}).get("waiting"),
            "underWay": depths.get(f"{queue.title()}QueueUrl", {}).get("underWay"),
            "dead": depths[f"{queue.title()}DeadLettersUrl"]["waiting"],
        }
        for queue in ALL_QUEUES
    ]


def _alarms(stack: RunningStack, depths: Mapping[str, Json], now: int) -> list[Json]:
    samples = read_samples(stack.target, now - LOOK_BACK)
    waiting = {each["name"]: each["waiting"] for each in depths.values()}
    return [
        {"name": it.name, "description": it.description, "state": state_of(it, samples, waiting, now)}
        for it in read_alarms(stack.target)
    ]
