"""What the adopting team edits, checked before it is built: `python -m billing.app.yours`."""

import symtable
import sys
import tomllib
from pathlib import Path

from billing.announcements.relay import HOOKS
from billing.core.errors import InvalidCatalog
from billing.plans.catalog import read_catalog

HERE = Path(__file__).parents[1]
ASKED = ("authorize_reference", "customer_create_params")


def problems(directory: Path) -> list[str]:
    """One line for each file that would not work, with the file and the place in it."""
    found = (_catalog_problem(directory / "plans.toml"), _hooks_problem(directory / "hooks.py"))
    return [problem for problem in found if problem]


def _catalog_problem(path: Path) -> str:
    try:
        read_catalog(tomllib.loads(path.read_text()))
    except (tomllib.TOMLDecodeError, InvalidCatalog) as wrong:
        return f"{path.name}: {wrong}"
    return ""


def _hooks_problem(path: Path) -> str:
    """Its syntax and its names. It is not run: it may import what only Lambda has."""
    try:
        names = symtable.symtable(path.read_text(), path.name, "exec").get_symbols()
    except SyntaxError as wrong:
        return f"{path.name}, line {wrong.lineno}: {wrong.msg}"
    bound = {name.get_name() for name in names if name.is_assigned() or name.is_imported()}
    missing = sorted({*ASKED, *HOOKS.values()} - bound)
    return f"{path.name} has no {', '.join(missing)}: leave it empty where it has nothing to do." if missing else ""


if __name__ == "__main__":
    sys.exit("\n".join(problems(HERE)) or None)
