"""Loaded by each worker of the local stack before its function: the functions' clock goes with their vendors'.

Nothing of this is deployed, and the functions know nothing of it.
"""

import os
import time
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

PLACE = "LOCAL_CLOCK"


def _ahead() -> int:
    try:
        return int(Path(os.environ[PLACE]).read_text())
    except FileNotFoundError:
        return 0


if PLACE in os.environ and find_spec("billing"):
    from billing.core import clock

    vars(clock)["time"] = SimpleNamespace(time=lambda: time.time() + _ahead())
