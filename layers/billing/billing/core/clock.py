"""The clock."""

import time
from collections.abc import Callable


def utc_now() -> int:
    """UTC seconds."""
    return int(time.time())


Clock = Callable[[], int]
