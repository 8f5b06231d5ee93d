"""A team's CSV file is read as its spreadsheet saved it, or refused in one line that names what is wrong."""

from pathlib import Path

import pytest

from local.operations.failure import OperationFailed
from local.operations.spreadsheets import rows_of

ROWS = [{"customer_id": "c1", "customer_name": "Müller", "organization_id": "org_1"}]
TEXT = "customer_id,customer_name,organization_id\nc1,Müller,org_1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "given.csv"


@pytest.mark.parametrize(
    "saved",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.replace("\n", "\r\n").encode("utf-8-sig"),
        TEXT.replace("\n", "\r").encode(),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("org_1", " org_1 ").encode(),
        TEXT.replace("org_1", "org_1,,").encode(),
        TEXT.replace("Müller", '"Müller"').encode(),
    ],
    ids=["plain", "with a mark", "Windows", "an old Mac", "semicolons", "tabs", "blanks", "empty cells", "quotes"],
)
def test_a_file_is_read_as_a_spreadsheet_saves_it(file: Path, saved: bytes) -> None:
    file.write_bytes(saved)
    assert rows_of(file, "customer_id", "organization_id") == ROWS


def test_a_column_without_a_name_means_nothing(file: Path) -> None:
    file.write_text("customer_id,,organization_id\nc1,by hand,org_1\n")
    [row] = rows_of(file, "customer_id", "organization_id")
    assert (row["customer_id"], row["organization_id"]) == ("c1", "org_1")


def test_a_row_that_is_too_short_has_nothing_in_its_last_columns(file: Path) -> None:
    file.write_text("customer_id,customer_name,organization_id\nc1,Acme\n")
    assert rows_of(file) == [{"customer_id": "c1", "customer_name": "Acme", "organization_id": ""}]


@pytest.mark.parametrize(
    ("saved", "why"),
    [
        (TEXT.encode("latin-1"), "is not in UTF-8"),
        (TEXT.replace("Müller", "Müller, Inc").encode(), "line 2 has more cells than there are columns"),
        (TEXT.replace("organization_id", "organization").encode(), "has no column organization_id"),
        (b"", "has no column customer_id"),
        (f"customer_id,organization_id\nc1,{'x' * 200_000}\n".encode(), "cannot be read: line 1: field larger"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(file: Path, saved: bytes, why: str) -> None:
    file.write_bytes(saved)
    with pytest.raises(OperationFailed, match=why):
        rows_of(file, "customer_id", "organization_id")
