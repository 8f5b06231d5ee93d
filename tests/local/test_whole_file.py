"""A file is there whole or not at all."""

from pathlib import Path

import pytest

from local.whole_file import OWNER_ALONE, whole_file


def test_a_writer_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text("of before")
    with pytest.raises(OSError, match="the disk is full"), whole_file(path) as file:
        file.write("half")
        file.flush()
        assert path.read_text() == "of before"
        raise OSError("the disk is full")
    assert path.read_text() == "of before"


def test_what_only_its_owner_may_read_is_so_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    (tmp_path / "export.json.unfinished").touch(mode=0o666)  # of a writer that died
    with whole_file(path, OWNER_ALONE) as file:
        file.write("line\r\n")
        assert Path(file.name).stat().st_mode & 0o777 == OWNER_ALONE
    assert path.read_bytes() == b"line\r\n"
    assert path.stat().st_mode & 0o777 == OWNER_ALONE
    assert [*tmp_path.iterdir()] == [path]
