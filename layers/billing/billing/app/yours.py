"""What the adopting team edits, checked before it is built: `python -m billing.app.yours`."""

import ast
import sys
import tomllib
from pathlib import Path

from billing.announcements.relay import HOOKS, written_hooks
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
        read_catalog(tomllib.loads(path.read_text("utf-8")))
    except (ValueError, InvalidCatalog) as wrong:  # its syntax, its letters, or a number of thousands of digits
        return f"{path.name}: {wrong}"
    return ""


def _hooks_problem(path: Path) -> str:
    """Its syntax and its names. It is not run: it may import what only Lambda has."""
    source = path.read_text()
    try:
        names = written_hooks(source)
    except SyntaxError as wrong:
        return f"{path.name}, line {wrong.lineno}: {wrong.msg}"
    if missing := sorted({*ASKED} - names):
        return f"{path.name} has no {', '.join(missing)}."
    if unknown := sorted(name for name in names - {*HOOKS.values()} if name.startswith("on_")):
        return f"{path.name}: nothing calls {', '.join(unknown)}. The hooks are {', '.join(sorted({*HOOKS.values()}))}."
    nodes = list(ast.walk(ast.parse(source)))
    awaited = {node.name for node in nodes if isinstance(node, ast.AsyncFunctionDef)}
    if unheard := sorted(awaited & {*ASKED, *HOOKS.values()}):
        return f"{path.name}: nothing awaits {', '.join(unheard)}. Make it a plain function."
    if any(alias.name == "*" for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names):
        return f"{path.name}: import hooks by their names, or nobody knows which there are."
    return ""


if __name__ == "__main__":
    sys.exit("\n".join(problems(HERE)) or None)
