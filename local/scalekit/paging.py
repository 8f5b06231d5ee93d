"""Pages of a list, forwards and backwards, behind tokens that a caller cannot read."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from local.scalekit.refusal import Refused

DEFAULT_SIZE = 10  # assumed: the vendor's documents name none
SMALLEST_PAGE, LARGEST_PAGE = 10, 100


@dataclass(frozen=True)
class Page[Row]:
    """The tokens are empty on the last and on the first page; `total_size` counts the rows of every page."""

    rows: Sequence[Row]
    total_size: int
    next_page_token: str
    prev_page_token: str


def check_size(size: int) -> None:
    """Refuse a size that is asked for out of the documented bounds; 0 asks for none."""
    if size and not SMALLEST_PAGE <= size <= LARGEST_PAGE:
        raise Refused("INVALID_ARGUMENT", f"page_size: value must be between {SMALLEST_PAGE} and {LARGEST_PAGE}")


def page_of[Row](rows: Sequence[Row], size: int, token: str) -> Page[Row]:
    """The page at `token`, the first when it is empty; a size of 0 is the default one."""
    size = size or DEFAULT_SIZE
    start = _offset(token)
    return Page(
        rows=rows[start : start + size],
        total_size=len(rows),
        next_page_token=_token(start + size) if start + size < len(rows) else "",
        prev_page_token=_token(max(0, start - size)) if start else "",
    )


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("offset:"))
    except (binascii.Error, ValueError):
        raise Refused("INVALID_ARGUMENT", "page_token: invalid") from None
