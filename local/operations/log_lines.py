"""What a stack's functions logged, read from CloudWatch Logs as records.

All functions of a stack share one log group; the API has one of its own.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.launcher.aws import AwsClient
from local.launcher.function_logs import PLATFORM_LINES
from local.operations.target import Target

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
# What every line of a function has, or what stands elsewhere in what is printed of it.
UNSAID = frozenset({"function", "level", "message", "timestamp", "service", "exception", "stack_trace"})
LOGICAL_ID = re.compile(r"-(\w+)-[A-Za-z0-9]+$")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `at` is UTC milliseconds."""

    at: int
    function: str
    fields: Mapping[str, Any]

    def __str__(self) -> str:
        time = datetime.fromtimestamp(self.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
        said = " ".join(f"{name}={_plain(value)}" for name, value in self.fields.items() if name not in UNSAID)
        first = f"{time} {self.level:<7} {self.function}  {self.fields.get('message', '')}  {said}".rstrip()
        return "\n".join([first, *str(self.fields.get("exception") or "").splitlines()])

    @property
    def level(self) -> str:
        return str(self.fields.get("level", "INFO"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show. `term` occurs in each of them, so that CloudWatch leaves most others out."""

    are: Callable[[Line], bool]
    term: str = ""


def about_organization(organization_id: str) -> Wanted:
    """Of an organization, or of its customer, which is called the same unless it was mapped."""
    names = ("organization_id", "customer_id")
    return Wanted(lambda line: organization_id in map(line.fields.get, names), organization_id)


def at_least(level: str) -> Wanted:
    """Of this level or a graver one."""
    return Wanted(lambda line: line.level not in LEVELS or LEVELS.index(line.level) >= LEVELS.index(level))


def mentioning(one_id: str) -> Wanted:
    """In which the id is one of the values: a request's, an event's, a message's, an announcement's key."""
    return Wanted(lambda line: one_id in line.fields.values(), one_id)


def wanted_lines(target: Target, wanted: Sequence[Wanted], since: int) -> list[Line]:
    """The lines since then (UTC seconds) that are all that is `wanted`, oldest first."""
    term = max((each.term for each in wanted), key=len, default="")
    return [line for line in read_lines(target, since, term) if all(each.are(line) for each in wanted)]


def read_lines(target: Target, since: int, term: str = "") -> list[Line]:
    """Every line since then (UTC seconds), oldest first; with a `term`, no more than those in which it occurs."""
    logs, groups = target.client("logs"), [target.output(name) for name in ("LogGroup", "ApiLogGroup")]
    lines = [line for group in groups for line in _lines_of(logs, group, since, term)]
    return sorted(lines, key=lambda line: line.at)


def _lines_of(logs: AwsClient, group: str, since: int, term: str) -> Iterator[Line]:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html: a term in quotes
    pattern = {"filterPattern": json.dumps(term)} if term else {}
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since * 1_000, **pattern)
    for page in pages:
        for event in page["events"]:
            if (fields := _fields(event["message"])) is not None:
                named = str(fields.get("function") or event["logStreamName"])
                yield Line(_written_at(fields, event["timestamp"]), _logical(named), fields)


def _fields(text: str) -> dict[str, Any] | None:
    """None for the platform's own lines, and for metrics. What is no JSON is the message itself."""
    try:
        fields = json.loads(text)
    except ValueError:
        return None if text.startswith(PLATFORM_LINES) else {"message": text.rstrip()}
    if not isinstance(fields, dict):
        return {"message": text.rstrip()}
    return None if "_aws" in fields or str(fields.get("type")).startswith("platform.") else fields


def _written_at(fields: Mapping[str, Any], kept_at: int) -> int:
    """The line's own time: the emulator keeps all lines of an invocation at its end."""
    try:
        return round(datetime.strptime(fields["timestamp"], "%Y-%m-%d %H:%M:%S,%f%z").timestamp() * 1_000)
    except (KeyError, ValueError):
        return kept_at


def _logical(name: str) -> str:
    """The function's name in the template, in its own name or in its log stream's."""
    found = LOGICAL_ID.search(name.partition("[")[0])
    return found[1] if found else "-"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
