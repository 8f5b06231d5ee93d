"""The locks hold what their sources ask for, whole and once."""

import re
import sys
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from itertools import combinations
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from local.locking import NEVER_IMPORTED, ROOT, SOURCES, lock_of, packages

LAYERS = [source for source in SOURCES if source.startswith("layers/")]
DEVELOPMENT = "local/requirements/dev.in"
INSTALLED = "local/requirements/stack.in"
RUN = (
    "layers/billing",
    "functions",
    *(f"local/{it}" for it in ("backstage", "chargebee", "launcher", "operations", "scalekit")),
)
OURS = {"app", "billing", "local"}
OF_THE_TRANSLATOR = {"samtranslator"}


@dataclass(frozen=True, slots=True)
class Locked:
    """One package of a lock; `asked_by` are the files that name it themselves."""

    name: str
    version: str
    hashes: tuple[str, ...]
    asked_by: frozenset[str]


def locked(source: str) -> list[Locked]:
    text = (ROOT / lock_of(source)).read_text()
    return [_read(block) for block in re.split(r"\n(?=[a-z0-9])", text)]


def _read(block: str) -> Locked:
    name, _, rest = block.partition("==")
    hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
    return Locked(name, rest.split()[0], tuple(hashes), frozenset(re.findall(r"-r (\S+)", block)))


def test_every_source_of_requirements_is_locked() -> None:
    found = {str(file.relative_to(ROOT)) for room in ("layers", "local") for file in (ROOT / room).rglob("*.in")}
    assert found == set(SOURCES)


@pytest.mark.parametrize("source", SOURCES)
def test_a_lock_is_compiled_from_its_source_as_that_is_now(source: str) -> None:
    asked = {package.name: package.version for package in locked(source) if source in package.asked_by}
    assert asked == packages(ROOT / source), "run `make lock`"


@pytest.mark.parametrize(
    ("source", "name"), [(source, name) for source in NEVER_IMPORTED for name in NEVER_IMPORTED[source]]
)
def test_what_is_left_out_is_imported_by_nothing_that_is_locked(source: str, name: str) -> None:
    assert name not in packages(ROOT / lock_of(source))
    layer = ROOT / ".local" / "layers" / Path(source).parent.name
    importing = re.compile(rf"^\s*(?:import|from) {name}\b", re.MULTILINE)
    modules = [file for file in layer.rglob("*.py") if name not in file.parts]
    assert modules
    assert [file for file in modules if importing.search(file.read_text(errors="replace"))] == []


@pytest.mark.parametrize("source", SOURCES)
def test_every_package_of_a_lock_has_its_hashes(source: str) -> None:
    assert [package.name for package in locked(source) if not package.hashes] == []


@pytest.mark.parametrize("source", SOURCES)
def test_a_lock_says_nothing_of_where_its_packages_came_from(source: str) -> None:
    assert "://" not in (ROOT / lock_of(source)).read_text()


@pytest.mark.parametrize("layer", LAYERS)
def test_the_development_environment_has_the_layers_own_versions(layer: str) -> None:
    assert packages(ROOT / lock_of(layer)).items() <= packages(ROOT / lock_of(DEVELOPMENT)).items()


@pytest.mark.parametrize(("one", "other"), list(combinations(LAYERS, 2)))
def test_no_package_is_locked_for_two_layers(one: str, other: str) -> None:
    assert packages(ROOT / lock_of(one)).keys() & packages(ROOT / lock_of(other)).keys() == set()


def test_the_installed_stack_has_the_versions_that_the_tests_run_on() -> None:
    assert packages(ROOT / lock_of(INSTALLED)).items() <= packages(ROOT / lock_of(DEVELOPMENT)).items()


def test_the_installed_stack_has_all_that_the_local_stack_and_the_handlers_import() -> None:
    text = "\n".join(file.read_text() for room in RUN for file in (ROOT / room).rglob("*.py"))
    imported = set(re.findall(r"^ *(?:import|from) (\w+)\b[^\n\"]*$", text, re.MULTILINE))
    imported -= {*sys.stdlib_module_names, *OURS, *OF_THE_TRANSLATOR}
    brought_by, locked_names = packages_distributions(), packages(ROOT / lock_of(INSTALLED)).keys()
    missing = {module for module in imported if not {canonicalize_name(it) for it in brought_by[module]} & locked_names}
    assert {"boto3", "starlette", "scalekit"} <= imported
    assert missing == set()
