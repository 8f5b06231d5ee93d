"""The interpreter and what is installed: standard library only."""

import platform
import sys
from collections.abc import Iterable

from local import bootstrap
from local.doctor.finding import Finding, good, unknown, wrong


def interpreter() -> Finding:
    where = f"Python {platform.python_version()} in {sys.executable}"
    if sys.version_info[:2] != (3, 13):
        return wrong("Python", f"{where} is not 3.13: install it from pyenv, your system or uv")
    return good("Python", where)


def installed(environments: Iterable[bootstrap.Environment] | None = None) -> list[Finding]:
    """One line for all environments that are whole, and one for each that is not."""
    needed = environments or (bootstrap.DEVELOPMENT, bootstrap.EMULATOR, bootstrap.TRANSLATOR, *bootstrap.layers())
    found = [(each, _state(each)) for each in needed]
    whole = [each for each, problem in found if problem is None]
    return [
        good("installed", f"{len(whole)} of {len(found)} environments are as their locks say"),
        *(problem for _, problem in found if problem),
    ]


def _state(environment: bootstrap.Environment) -> Finding | None:
    name = str(environment.directory.relative_to(bootstrap.ROOT))
    if not bootstrap.is_stale(environment):
        return None
    if not environment.directory.exists():
        return unknown(name, "is not there yet; `make run` makes it")
    return wrong(name, "was interrupted while it was made, or its lock has changed: `make run` makes it anew")
