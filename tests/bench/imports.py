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

ROUNDS = 5
RUNTIME = Path(sysconfig.get_path("purelib"))
"""Where boto3 is: Lambda brings its own, behind the layers."""


@dataclass(frozen=True)
class Import:
    """One statement to time. It sees `path` and, behind it, the runtime's packages."""

    name: str
    statement: str
    path: tuple[Path, ...] = ()

    def run(self) -> "Cost":
        """One run. Raises CalledProcessError when the statement fails."""
        path = [str(entry) for entry in (*self.path, RUNTIME)]
        code = (
            f"import sys, time; sys.path += {path!r}; began = time.process_time(); {self.statement}; "
            "peak = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')]; "
            "print(time.process_time() - began, len(sys.modules), *peak)"
        )
        # -I and -S: neither the current directory nor the site-packages of this interpreter.
        command = [sys.executable, "-I", "-S", "-c", code]
        done = subprocess.run(command, env=SETTINGS, stdout=subprocess.PIPE, text=True, check=True)
        seconds, modules, kilobytes = done.stdout.split()
        return Cost(float(seconds), int(modules), int(kilobytes) / 1024)


@dataclass(frozen=True)
class Cost:
    """Processor seconds, modules in memory, and the process's peak in megabytes."""

    seconds: float
    modules: int
    megabytes: float


def medians(imports: Sequence[Import]) -> dict[str, Cost]:
    """Median costs by name. Rounds alternate in order, so that a drift of the machine hits all alike."""
    runs: dict[str, list[Cost]] = {each.name: [] for each in imports}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(ROUNDS):
            order = list(imports) if number % 2 else list(reversed(imports))
            for each, cost in zip(order, pool.map(Import.run, order), strict=True):
                runs[each.name].append(cost)
    return {name: _median(costs) for name, costs in runs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(median(each.seconds for each in costs), costs[0].modules, median(each.megabytes for each in costs))
