"""The picture in `docs/explanation/architecture.md` and the code say the same, and no module outgrows its reader."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.local_stack import ROOT

PICTURE = ROOT / "docs" / "explanation" / "architecture.md"
MODULES = sorted((ROOT / "layers" / "billing" / "billing").rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 230, 40
CAPABILITIES = ("subscriptions", "organizations", "metering", "payments")

OUTSIDE = {
    "table": {"botocore"},
    "api": {"pydantic"},
    "runtime": {"aws_lambda_powertools", "jwt", "pydantic"},
    "chargebee": {"chargebee", "httpx"},
    "scalekit": {"google", "scalekit"},
    "announcements": {"botocore"},
    "app": {"botocore"},
}
"""What a room may import from outside beside the standard library, or a layer of a room that has layers. The others:
nothing."""

LAYERS = {"domain": 0, "services": 1, "table": 2, "api": 3, "runtime": 3}
"""From the inside out. The rooms without layers that all of them may import count as the innermost."""


@cache
def graph() -> grimp.ImportGraph:
    """Every import of the product at run time. What only annotations need is no import."""
    return grimp.build_graph("billing", include_external_packages=True, exclude_type_checking_imports=True)


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def place(module: str) -> str:
    """The room, or the layer of a room that has layers."""
    return module.split(".")[2] if room(module) in CAPABILITIES and module.count(".") > 1 else room(module)


def imports() -> set[tuple[str, str]]:
    """Which room imports which."""
    pairs = {
        (room(module), room(imported))
        for module in graph().modules
        for imported in graph().find_modules_directly_imported_by(module)
        if module.startswith("billing.") and imported.startswith("billing.")
    }
    return {(importer, imported) for importer, imported in pairs if importer != imported}


def arrows() -> set[tuple[str, str]]:
    """The arrows of the picture."""
    _, picture, *_ = PICTURE.read_text().split("```")
    return set(re.findall(r"^ *(\w+) --> (\w+)$", picture, re.MULTILINE))


def below(start: str) -> set[str]:
    """Where the arrows lead from a room, over however many others."""
    direct = {imported for importer, imported in arrows() if importer == start}
    return direct.union(*(below(each) for each in direct)) if direct else direct


@pytest.mark.parametrize("importer", sorted({importer for importer, _ in imports()}))
def test_a_room_imports_only_where_the_arrows_of_the_picture_lead(importer: str) -> None:
    assert {imported for each, imported in imports() if each == importer} <= below(importer)


def test_every_arrow_of_the_picture_is_an_import() -> None:
    assert arrows() <= imports()


def test_the_picture_shows_every_room() -> None:
    assert {each for arrow in arrows() for each in arrow} == {room(each) for each in graph().modules if room(each)}


def test_a_room_reaches_outside_only_for_what_it_is_there_for() -> None:
    found: dict[str, set[str]] = {}
    for module in graph().modules:
        if module.startswith("billing."):
            outside = {each.partition(".")[0] for each in graph().find_modules_directly_imported_by(module)}
            found.setdefault(place(module), set()).update(outside - {"billing"} - sys.stdlib_module_names)
    assert {name: names for name, names in found.items() if not names <= OUTSIDE.get(name, set())} == {}


def test_a_layer_imports_no_layer_further_out_in_its_own_room_or_another() -> None:
    outwards = [
        (module, imported)
        for module in graph().modules
        for imported in graph().find_modules_directly_imported_by(module)
        if place(module) in LAYERS and imported.startswith("billing.")
        if LAYERS.get(place(imported), 0) > LAYERS[place(module)]
    ]
    assert outwards == []


@pytest.mark.parametrize("module", MODULES, ids=[str(each.relative_to(ROOT)) for each in MODULES])
def test_a_module_is_read_in_one_sitting_and_a_function_on_one_screen(module: Path) -> None:
    text = module.read_text()
    assert len(text.splitlines()) <= MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < FUNCTION_LINES, node.name
