"""Read the CSV files of a team, as its spreadsheet saves them."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from local.operations.failure import OperationFailed

SEPARATORS = ",;\t"
"""Where a comma is the decimal point, spreadsheets separate by semicolons."""


def rows_of(path: Path, *needed: str) -> list[dict[str, str]]:
    """The rows, of every column that the file has: what a row lacks is empty.

    Raises OperationFailed for a file that cannot be read or lacks a column that is `needed`, and for a row with more
    cells than there are columns: an unquoted separator in one has moved all others.
    """
    text = _text(path)
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", delimiter=separator)
    try:
        if missing := set(needed) - set(reader.fieldnames or ()):
            raise OperationFailed(f"{path} has no column {min(missing)}.")
        return list(_stripped(path, reader))
    except csv.Error as unreadable:
        raise OperationFailed(f"{path} cannot be read: line {reader.line_num}: {unreadable}.") from unreadable


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except OSError as unreadable:
        raise OperationFailed(f"{path} cannot be read: {unreadable.strerror}.") from unreadable
    except UnicodeDecodeError:
        raise OperationFailed(f"{path} is not in UTF-8: save it as CSV UTF-8.") from None


def _stripped(path: Path, reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    for row in reader:
        if any(row.pop(None, ())):  # the key of what stands behind the last column
            raise OperationFailed(f"{path}: line {reader.line_num} has more cells than there are columns.")
        yield {name: cell.strip() for name, cell in row.items()}
