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

ROUNDS = 10
RUNTIME = Path(sysconfig.get_path("purelib"))
"""Where boto3 is: Lambda brings its own, behind the layers."""


@dataclass(frozen=True)
class Import:
    """One statement to time. It sees `path` and, behind it, the runtime's packages."""

    name: str
    statement: str
    path: tuple[Path, ...] = ()

    def seconds(self) -> float:
        """Processor seconds of one run. Raises CalledProcessError when the statement fails."""
        path = [str(entry) for entry in (*self.path, RUNTIME)]
        code = (
            f"import sys, time; sys.path += {path!r}; began = time.process_time(); {self.statement}; "
            "print(time.process_time() - began)"
        )
        # -I and -S: neither the current directory nor the site-packages of this interpreter.
        command = [sys.executable, "-I", "-S", "-c", code]
        return float(subprocess.run(command, env={}, stdout=subprocess.PIPE, text=True, check=True).stdout)


def medians(imports: Sequence[Import]) -> dict[str, float]:
    """Median processor seconds by name. Rounds alternate in order, so that a drift of the machine hits all alike."""
    runs: dict[str, list[float]] = {each.name: [] for each in imports}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number in range(ROUNDS):
            order = list(imports) if number % 2 else list(reversed(imports))
            for each, seconds in zip(order, pool.map(Import.seconds, order), strict=True):
                runs[each.name].append(seconds)
    return {name: median(seconds) for name, seconds in runs.items()}
