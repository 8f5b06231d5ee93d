"""Relative return paths on the application's own origin: nothing else leaves with a customer's browser."""

import re
from urllib.parse import unquote

from billing.core.errors import InvalidUrl

MAX_LENGTH = 2_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def relative_path(value: str) -> str:
    """Return `value` unchanged when it is a path such as `/billing?tab=plan`.

    Raises InvalidUrl for anything that a browser could read as another origin: a scheme, `//host`, a backslash, a
    control character (browsers drop tabs and newlines), and each of these percent-encoded, however deep.
    """
    decoded = value
    for _ in range(5):
        _check(decoded)
        if (once_more := unquote(decoded)) == decoded:
            return value
        decoded = once_more
    raise InvalidUrl("A return URL must not be encoded again and again.")


def _check(path: str) -> None:
    if len(path) > MAX_LENGTH:
        raise InvalidUrl(f"A return URL is at most {MAX_LENGTH} characters.")
    if not path.startswith("/") or path.startswith("//"):
        raise InvalidUrl("A return URL must be a path on this application, starting with one '/'.")
    if "\\" in path or _CONTROL.search(path):
        raise InvalidUrl("A return URL must not contain backslashes or control characters.")
