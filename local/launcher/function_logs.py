"""What the functions logged, in one sequence, for the files that outlive the emulator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.launcher.aws import Aws, AwsClient

PREFIX = "/aws/lambda/"
# Lambda's own lines around every invocation say nothing that the emulator can know.
PLATFORM_LINES = ("START RequestId", "END RequestId", "REPORT RequestId")


@dataclass(frozen=True, order=True)
class Line:
    """One logged line; the time is UTC milliseconds."""

    at: int
    function: str
    text: str

    def __str__(self) -> str:
        time = datetime.fromtimestamp(self.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
        return f"{time} {self.function}  {self.text}"


def read_lines(aws: Aws) -> list[Line]:
    """Every line that a function logged since the stack started, oldest first."""
    logs = aws.client("logs")
    groups = _pages(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=PREFIX)
    return sorted(line for group in groups for line in _lines_of(logs, group["logGroupName"]))


def keep_lines(aws: Aws, path: Path) -> None:
    """The emulator has them in memory: they must outlive it, for whoever studies a failure."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - as boto3, not at start

    try:
        path.write_text("".join(f"{line}\n" for line in read_lines(aws)))
    except BotoCoreError as gone:
        path.write_text(f"Lost with the emulator: {gone}\n")


def _lines_of(logs: AwsClient, group: str) -> Iterator[Line]:
    function = group.removeprefix(PREFIX)
    for event in _pages(logs, "filter_log_events", "events", logGroupName=group):
        text = event["message"].rstrip()
        if not text.startswith(PLATFORM_LINES):
            yield Line(event["timestamp"], function, text)


def _pages(client: AwsClient, operation: str, key: str, **arguments: str) -> Iterator[dict[str, Any]]:
    for page in client.get_paginator(operation).paginate(**arguments):
        yield from page[key]
