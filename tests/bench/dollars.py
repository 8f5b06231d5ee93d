"""What a million of a flow costs, by AWS' list prices.

List prices of us-east-1 in US dollars, first tier, without the free one, as of 2026-11-28. What Lambda waits for is
assumed, because an emulator's times say nothing: the two constants below.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.units import Units

GB_SECOND = 0.0000133334
"""Lambda on arm64."""
INVOCATION = 0.20
API_REQUEST = 1.00
MESSAGE = 0.40
"""SQS: each of sending, receiving and deleting is a request; FIFO is 0.50."""
FIFO_MESSAGE = 0.50
EVENT = 1.00
READ, WRITE = 0.125, 0.625
"""DynamoDB on demand."""
LOG_GIGABYTE = 0.50

AWS_CALL = 0.005
CHARGEBEE_CALL = 0.35
"""Seconds that a function waits for one."""
WHOLE_PROCESSOR = 1769
"""Megabytes of a function that has one: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
ACCESS_LINE = 270
"""Bytes that the API logs of a request, by `AccessLogSettings` in the template."""

QUEUED = frozenset(
    {"apply news", "apply news, ten at once", "apply a duplicate", "apply ten duplicates at once", "provision"}
)
STREAMED = frozenset({"relay an announcement", "relay ten announcements at once"})
HOOKED = frozenset({"run a hook"})


@dataclass(frozen=True)
class Spent:
    """What one call of a flow took: processor seconds of a whole core, AWS calls, waits for Chargebee, units, log.

    `works` are the pieces of work that it did, `memory` the function's megabytes.
    """

    seconds: float
    calls: Sequence[str]
    waits_for_chargebee: int
    table: Units
    log_bytes: int
    works: int = 1
    memory: int = 512


def processor(memory: int) -> float:
    """The part of one that a function with so many megabytes has."""
    return memory / WHOLE_PROCESSOR


def dollars(flow: str, spent: Spent) -> dict[str, float]:
    """Of a million pieces of work, by what AWS charges for. A stream hands over for nothing."""
    waiting = AWS_CALL * len(spent.calls) + CHARGEBEE_CALL * spent.waits_for_chargebee
    lasting = spent.seconds / processor(spent.memory) + waiting
    requested = flow not in QUEUED | STREAMED | HOOKED
    parts = {
        "API": API_REQUEST if requested else 0.0,
        "functions, by call": INVOCATION,
        "functions, by time": lasting * spent.memory / 1024 * GB_SECOND * 1e6,
        "queues": _messages(flow, spent),
        "bus": spent.calls.count("PutEvents") * EVENT,
        "table, read": spent.table.read * READ,
        "table, written": spent.table.written * WRITE,
        "logs": (spent.log_bytes + (ACCESS_LINE if requested else 0)) * 1e6 / 1e9 * LOG_GIGABYTE,
    }
    return {name: each / spent.works for name, each in parts.items()}


def _messages(flow: str, spent: Spent) -> float:
    """Sent, and received and deleted where a queue brings the work."""
    sent = spent.calls.count("SendMessage") * (FIFO_MESSAGE if flow in STREAMED else MESSAGE)
    return sent + (2 * FIFO_MESSAGE if flow in HOOKED else 2 * MESSAGE if flow in QUEUED else 0.0)
