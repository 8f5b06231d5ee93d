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
MEMORY_GB = 0.5
VCPU = 512 / 1769
"""Of a function with 512 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""

QUEUED = frozenset({"apply news", "apply news, ten at once", "apply a duplicate", "provision"})
STREAMED = frozenset({"relay an announcement", "relay ten announcements at once"})
HOOKED = frozenset({"run a hook"})


@dataclass(frozen=True)
class Spent:
    """What one call of a flow took: processor seconds of a whole core, AWS calls, waits for Chargebee, units, log.

    `works` are the pieces of work that it did.
    """

    seconds: float
    calls: Sequence[str]
    waits_for_chargebee: int
    table: Units
    log_bytes: int
    works: int = 1


def dollars(flow: str, spent: Spent) -> float:
    """Of a million pieces of work."""
    waiting = AWS_CALL * len(spent.calls) + CHARGEBEE_CALL * spent.waits_for_chargebee
    lambda_ = INVOCATION + (spent.seconds / VCPU + waiting) * MEMORY_GB * GB_SECOND * 1e6
    message = FIFO_MESSAGE if flow in STREAMED else MESSAGE
    sent = spent.calls.count("SendMessage") * message + spent.calls.count("PutEvents") * EVENT
    table = spent.table.read * READ + spent.table.written * WRITE
    return (lambda_ + _arrival(flow) + sent + table + spent.log_bytes * 1e6 / 1e9 * LOG_GIGABYTE) / spent.works


def _arrival(flow: str) -> float:
    """How the work comes to its function: a request, or a message that is received and deleted; a stream is free."""
    if flow in STREAMED:
        return 0.0
    if flow in HOOKED:
        return 2 * FIFO_MESSAGE
    return 2 * MESSAGE if flow in QUEUED else API_REQUEST
