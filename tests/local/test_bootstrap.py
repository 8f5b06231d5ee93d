"""Environments are made from nothing, and count once they are whole."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.bootstrap import PathEntry, Pip, SetupFailed, Uv, chosen_installer, is_stale, make


@dataclass
class Writes:
    """An installer of one file, in place of the packages."""

    name: str

    def install(self, lock: Path, python: Path, *options: str) -> None:
        directory = Path(options[1])
        directory.mkdir()
        (directory / self.name).write_text(lock.read_text())


class DiesHalfway(Writes):
    def install(self, lock: Path, python: Path, *options: str) -> None:
        super().install(lock, python, *options)
        raise KeyboardInterrupt


class Fails(Writes):
    def install(self, lock: Path, python: Path, *options: str) -> None:
        raise SetupFailed("no such package")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PathEntry:
    monkeypatch.setattr("local.bootstrap.ROOT", tmp_path)
    (tmp_path / "lock.txt").write_text("one==1\n")
    return PathEntry(tmp_path / "made", tmp_path / "lock.txt")


@pytest.fixture
def uv_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    def put(exit_code: int) -> Path:
        uv = tmp_path / "uv"
        uv.write_text(f"#!/bin/sh\nexit {exit_code}\n")
        uv.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        return uv

    return put


def test_what_was_made_is_made_again_only_when_its_lock_changes(entry: PathEntry) -> None:
    assert is_stale(entry)
    make(Writes("one"), entry)
    assert not is_stale(entry)
    entry.lock.write_text("one==2\n")
    assert is_stale(entry)


def test_what_was_interrupted_halfway_is_made_anew_without_what_it_left(entry: PathEntry) -> None:
    with pytest.raises(KeyboardInterrupt):
        make(DiesHalfway("half"), entry)
    assert is_stale(entry)
    make(Writes("one"), entry)
    assert sorted(file.name for file in entry.directory.iterdir()) == ["lock.sha256", "one"]


def test_an_interrupted_remake_does_not_pass_for_what_was_there_before(entry: PathEntry) -> None:
    make(Writes("one"), entry)
    with pytest.raises(KeyboardInterrupt):
        make(DiesHalfway("half"), entry)
    assert is_stale(entry)


def test_a_failure_names_the_environment_and_its_lock(entry: PathEntry) -> None:
    with pytest.raises(SetupFailed, match=r"Setting up made from lock.txt failed:\nno such package"):
        make(Fails(""), entry)
    assert is_stale(entry)


def test_uv_installs_where_it_is_there(uv_on_path: Callable[[int], Path]) -> None:
    uv = uv_on_path(0)
    with chosen_installer() as chosen:
        assert chosen == Uv(str(uv))


def test_pip_installs_where_uv_is_a_shim_of_nothing(uv_on_path: Callable[[int], Path]) -> None:
    uv_on_path(127)
    with chosen_installer() as chosen:
        assert isinstance(chosen, Pip)
        assert (chosen.home / "bin" / "pip").exists()
    assert not chosen.home.exists()
