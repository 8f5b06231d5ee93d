"""A file that is there whole or not at all, whoever reads it meanwhile and wherever its writer dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TextIO

OWNER_ALONE = 0o600


@contextmanager
def whole_file(path: Path, mode: int = 0o666) -> Iterator[TextIO]:
    """To be written; it is at `path` when the block has ended without an error. Line ends stay as they are written."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with open(unfinished, "w", newline="", opener=partial(os.open, mode=mode)) as file:
        yield file
    unfinished.replace(path)
