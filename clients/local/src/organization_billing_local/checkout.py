"""The project's files, as a start needs them: in a place where environments may be made beside them."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKED = Path(__file__).parent / "checkout"
"""What a wheel brings; in a checkout it is not there."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The directory of the files, what sets up their environments, and the interpreter that starts the stack."""

    root: Path
    set_up: tuple[str, ...]
    python: Path


def checkout(packed: Path = PACKED) -> Checkout:
    """The checkout that this module lies in, else a copy of what the wheel brings, one for each content."""
    if not packed.is_dir():
        root = Path(__file__).resolve().parents[4]
        return Checkout(root, ("-m", "local.bootstrap"), root / ".venv" / "bin" / "python")
    copy = _cache() / "organization-billing-local" / _digest(packed)
    if not copy.is_dir():
        _copy(packed, copy)
    return Checkout(copy, ("-m", "local.installed"), copy / ".local" / "venvs" / "stack" / "bin" / "python")


def _cache() -> Path:
    """https://specifications.freedesktop.org/basedir-spec/latest/"""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _digest(packed: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(packed.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(packed)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _copy(packed: Path, copy: Path) -> None:
    """Whole or not at all; of two that copy at once, one is first."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent) as directory:
        unfinished = Path(directory) / "checkout"
        shutil.copytree(packed, unfinished, ignore=shutil.ignore_patterns("__pycache__"))
        try:
            unfinished.rename(copy)
        except OSError:
            if not copy.is_dir():
                raise
