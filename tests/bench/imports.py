"""What importing costs, each time in an interpreter that has imported nothing yet.

Processor time, not the clock's: an import waits for nothing, and so other work on the machine weighs less. The first
run may compile our own modules; the median leaves it out.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.bench.first_call import SETTINGS

INSTALLED = Path(sysconfig.get_path("purelib"))
RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda brings, behind the layers. Nothing else of ours may be found: httpx imports a terminal's tools, for one,
where it meets them."""


def runtime(place: Path) -> Path:
    """The runtime's packages alone, in a directory to import from."""
    place.mkdir(parents=True, exist_ok=True)
    for name in RUNTIME:
        link = place / name
        link.unlink(missing_ok=True)
        link.symlink_to(INSTALLED / name)
    return place


@dataclass(frozen=True)
class Import:
    """A statement to time, and what the first call adds. They see `path` and nothing else."""

    name: str
    statement: str
    first_call: str = "pass"
    path: tuple[Path, ...] = ()

    def run(self) -> "Cost":
        """One run. Raises CalledProcessError when the statement fails."""
        path = [str(entry) for entry in self.path]
        code = (
            f"import sys, time; sys.path += {path!r}; began = time.process_time(); {self.statement}; "
            f"imported = time.process_time(); {self.first_call}; called = time.process_time(); "
            "peak = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')]; "
            "print(imported - began, called - began, len(sys.modules), *peak)"
        )
        # -I and -S: neither the current directory nor the site-packages of this interpreter.
        command = [sys.executable, "-I", "-S", "-c", code]
        done = subprocess.run(command, env=SETTINGS, stdout=subprocess.PIPE, text=True, check=True)
        imported, called, modules, kilobytes = done.stdout.split()
        return Cost(float(imported), float(called), int(modules), int(kilobytes) / 1024)


@dataclass(frozen=True)
class Cost:
    """Processor seconds of the import, and with the first call; then modules in memory, and the peak in megabytes.

    `spread` is by how much the runs differed, as a part of `called`.
    """

    imported: float
    called: float
    modules: int
    megabytes: float
    spread: float = 0.0


def medians(imports: Sequence[Import], rounds: int) -> dict[str, Cost]:
    """Median costs by name. Rounds alternate in order, so that a drift of the machine hits all alike."""
    runs: dict[str, list[Cost]] = {each.name: [] for each in imports}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(rounds):
            order = list(imports) if number % 2 else list(reversed(imports))
            for each, cost in zip(order, pool.map(Import.run, order), strict=True):
                runs[each.name].append(cost)
    return {name: _median(costs) for name, costs in runs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    called = [each.called for each in costs]
    return Cost(
        median(each.imported for each in costs),
        median(called),
        costs[0].modules,
        median(each.megabytes for each in costs),
        (max(called) - min(called)) / median(called),
    )
