"""Where a start finds the project's files."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from organization_billing_local.checkout import checkout
from tests.local_stack import ROOT


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    packed = tmp_path / "packed"
    (packed / "local").mkdir(parents=True)
    (packed / "local" / "python.sh").write_text("first")
    return packed


def test_from_a_checkout_its_own_files_are_taken() -> None:
    assert checkout().root == ROOT


def test_what_a_wheel_brings_is_copied_once(packed: Path, cache: Path) -> None:
    copy = checkout(packed).root
    assert (copy / "local" / "python.sh").read_text() == "first"
    (copy / ".venv").mkdir()
    assert checkout(packed).root == copy
    assert [each.name for each in (cache / "organization-billing-local").iterdir()] == [copy.name]


def test_another_version_has_a_copy_of_its_own(packed: Path) -> None:
    first = checkout(packed).root
    (packed / "local" / "python.sh").write_text("second")
    assert (checkout(packed).root / "local" / "python.sh").read_text() == "second"
    assert (first / "local" / "python.sh").read_text() == "first"


def test_of_two_that_copy_at_once_one_is_first(packed: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree = shutil.copytree

    def overtaken(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(shutil, "copytree", copytree)
        checkout(packed)
        return copytree(*arguments, **options)

    monkeypatch.setattr(shutil, "copytree", overtaken)
    assert (checkout(packed).root / "local" / "python.sh").read_text() == "first"
    assert len(list((cache / "organization-billing-local").iterdir())) == 1


def test_a_copy_that_was_cut_off_is_made_again(packed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "copytree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        checkout(packed)
    assert (checkout(packed).root / "local" / "python.sh").read_text() == "first"
