"""The table."""

import os
import platform
from collections.abc import Iterable, Mapping, Sequence

from tests.bench.handlers import CALLS, Measured
from tests.bench.imports import ROUNDS
from tests.bench.packages import LAMBDA_LIMIT_MB

PLAIN, BOTO3 = "json + hmac", "boto3 client"


def report(imports: Mapping[str, float], megabytes: Mapping[str, float], flows: Sequence[Measured]) -> str:
    """Ratios of this run and counts. No absolute time, because it would be this machine's alone."""
    return f"""\
Measured on {platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}: not on Lambda.
Compare ratios within one run only.

Import in a fresh interpreter: processor time, median of {ROUNDS}.
Unzipped size with layers: of the {LAMBDA_LIMIT_MB} MB that Lambda allows.
{"":30}{"x " + PLAIN:>14}{"x " + BOTO3:>16}{"MB":>8}{"of limit":>10}
{_lines(_import_line(name, imports, megabytes) for name in imports)}

Warm handlers: their own time without their calls, median of {CALLS}, over reading the event as JSON and one HMAC of it.
Calls go to moto in this process and to the Chargebee simulator: emulated. What waits for Chargebee is not timed.
{"":30}{"x " + PLAIN:>14}{"AWS calls":>11}{"Chargebee calls":>17}
{_lines(map(_flow_line, flows))}"""


def _import_line(name: str, imports: Mapping[str, float], megabytes: Mapping[str, float]) -> str:
    line = f"{name:30}{imports[name] / imports[PLAIN]:14.1f}{imports[name] / imports[BOTO3]:16.2f}"
    if name not in megabytes:
        return line
    return f"{line}{megabytes[name]:8.1f}{megabytes[name] / LAMBDA_LIMIT_MB:10.0%}"


def _flow_line(flow: Measured) -> str:
    ratio = "-" if flow.ratio is None else f"{flow.ratio:.1f}"
    return f"{flow.name:30}{ratio:>14}{flow.aws_calls:11}{flow.chargebee_calls:17}"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)
