"""The page `docs/reference/performance.md`, as one run found it."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.dollars import ACCESS_LINE, API_REQUEST, AWS_CALL, CHARGEBEE_CALL, FIFO_MESSAGE, LOG_GIGABYTE
from tests.bench.growth import Grown
from tests.bench.growth_section import section
from tests.bench.handlers import CALLS, Measured
from tests.bench.imports import Cost
from tests.bench.packages import LAMBDA_LIMIT_MB
from tests.bench.scale import READS, TEST_SITE, USES, WEBHOOKS, table

LEAN = "a DynamoDB client and the logger"
RENEWAL = ("accept a webhook", "apply news", "relay an announcement")
RENEWAL_UNDER_LOAD = ("accept a webhook", "apply news, ten at once", "relay ten announcements at once")
DUPLICATE = ("accept a webhook", "apply a duplicate")
DUPLICATE_UNDER_LOAD = ("accept a webhook", "apply ten duplicates at once")


@dataclass(frozen=True)
class Run:
    """How it was measured: how often each interpreter was started, and the machine's load when it began."""

    rounds: int
    load: float


def report(
    run: Run,
    costs: Mapping[str, Cost],
    megabytes: Mapping[str, float],
    flows: Sequence[Measured],
    growing: Grown,
) -> str:
    """Ratios of this run, counts and prices. No absolute time, because it would be this machine's alone."""
    measured = {each.name: each for each in flows}
    return f"""\
# Performance and cost

`make bench` measured this and wrote this page, on {platform.machine()} with {os.cpu_count()} processors and Python
{platform.python_version()}, not on Lambda. Times are processor time, as ratios within one run. The machine had a load
of {run.load:.1f} when it began: above {os.cpu_count()}, others were at work, and small differences say nothing.

## Cold starts

A fresh interpreter's time, median of {run.rounds}, over that of {LEAN}.
{_spread(run, costs.values())} The first call adds clients, the catalog and what is
loaded of the vendors' SDKs; it makes no call over the network. Modules and peak memory are those after the first call,
with the interpreter's own. The size is unzipped, with all layers; Lambda allows {LAMBDA_LIMIT_MB} MB.

| Function | import, x | import and first call, x | modules | peak memory, MB | size, MB |
|---|---|---|---|---|---|
{_lines(_cold(name, costs, megabytes[name]) for name in megabytes)}

## Warm flows

A handler's own time without its calls, median of {CALLS}, over reading its event as JSON and one HMAC of it. Calls go
to AWS in this process and to the Chargebee simulator. What waits for Chargebee is counted and not timed. Units are
those that DynamoDB charges for, without indexes.

Prices are the list prices in `tests/bench/dollars.py`, of us-east-1 on the day that stands there, of all that the
flow uses: request or message, Lambda with the memory that the template gives it, table, bus, logs with the API's own.
That one call of AWS takes {AWS_CALL * 1000:.0f} ms and one of Chargebee {CHARGEBEE_CALL * 1000:.0f} ms is assumed.

| Flow | own time, x | AWS calls | Chargebee calls | read units | write units | $ per million |
|---|---|---|---|---|---|---|
{_lines(map(_warm, flows))}

A webhook that renews is accepted, applied and relayed, a duplicate is accepted and applied. Alone, and where the queue
and the stream hand over ten together, dollars per million:

{_bill(measured)}

A hook that is written adds its message and its run, ${FIFO_MESSAGE + measured["run a hook"].dollars:.2f}. Each webhook
that comes past the API (`WebhookFunctionUrl`) costs ${API_REQUEST + ACCESS_LINE * LOG_GIGABYTE / 1e3:.2f} less.

{section(growing)}
## What breaks first

The part of each limit that so many organizations use, with the parameters as they ship: {WEBHOOKS} webhooks,
{READS} reads and {USES:,} single uses a month each, and one metered feature. A test site of Chargebee's allows
{TEST_SITE} calls a minute. What an event takes is this machine's processor time on half a gigabyte's part of a
processor, and the waits assumed above.

{table({each.name: each for each in flows})}
"""


def _spread(run: Run, costs: Iterable[Cost]) -> str:
    """By how much the runs of one function differed."""
    if run.rounds == 1:
        return "Each was started once, so that nothing is known of their spread."
    found = [each.spread for each in costs]
    return f"The runs of one function lie {median(found):.0%} of it apart, at most {max(found):.0%}."


def _cold(name: str, costs: Mapping[str, Cost], size: float) -> str:
    cost, lean = costs[name], costs[LEAN]
    ratios = f"{cost.imported / lean.imported:.2f} | {cost.called / lean.imported:.2f}"
    return f"| `{name}` | {ratios} | {cost.modules} | {cost.megabytes:.0f} | {size:.0f} |"


def _warm(flow: Measured) -> str:
    ratio = "" if flow.ratio is None else f"{flow.ratio:.0f}"
    calls = f"{flow.aws_calls} | {flow.chargebee_calls} | {flow.units.read:.1f} | {flow.units.written:.1f}"
    return f"| {flow.name} | {ratio} | {calls} | {flow.dollars:.2f} |"


def _bill(flows: Mapping[str, Measured]) -> str:
    """The parts of what the webhooks cost, and their sums."""
    ways = (RENEWAL, RENEWAL_UNDER_LOAD, DUPLICATE, DUPLICATE_UNDER_LOAD)
    parts = list(flows[RENEWAL[0]].parts)
    bills = [[sum(flows[step].parts[part] for step in way) for part in parts] for way in ways]
    rows = [(part, [bill[row] for bill in bills]) for row, part in enumerate(parts)]
    head = "| | a renewal | ten at once, each | a duplicate | ten at once, each |\n|---|---|---|---|---|"
    lines = [
        f"| {name} | {' | '.join(f'{each:.2f}' for each in row)} |" for name, row in (*rows, ("all", map(sum, bills)))
    ]
    return "\n".join([head, *lines])


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
