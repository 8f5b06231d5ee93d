"""Times as an operator types them; the functions take UTC seconds."""

import re
from datetime import datetime

DURATION = r"([1-9][0-9]*)([smhd])"
SECONDS_OF = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def duration(text: str) -> int:
    """Seconds in `90s`, `15m`, `2h` or `3d`. Raises ValueError for anything else, nothing at all included."""
    found = re.fullmatch(DURATION, text)
    if found is None:
        raise ValueError(f"{text!r} is not a duration such as 15m, 2h or 3d")
    return int(found[1]) * SECONDS_OF[found[2]]


def moment(text: str, now: int) -> int:
    """UTC seconds of `2026-11-21T10:00Z`, or of a duration before `now`. Raises ValueError.

    A time without a zone would mean another moment on another machine, so it is refused.
    """
    since = now - duration(text) if re.fullmatch(DURATION, text) else _in_its_zone(text)
    if since < 0:
        raise ValueError(f"{text!r} is before 1970")
    if since >= now:
        raise ValueError(f"{text!r} is not in the past")
    return since


def _in_its_zone(text: str) -> int:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither a duration such as 2h nor a time such as 2026-11-21T10:00Z") from None
    if parsed.tzinfo is None:
        raise ValueError(f"{text!r} needs its zone, as in 2026-11-21T10:00Z")
    return int(parsed.timestamp())
