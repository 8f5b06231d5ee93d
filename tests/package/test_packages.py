"""Every function imports with exactly what is deployed with it, and stays small."""

from collections import Counter
from dataclasses import replace
from importlib.metadata import Distribution, distributions
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from local.locking import NEVER_IMPORTED, is_pin
from local.locking import packages as pins
from tests.local_stack import ROOT
from tests.package.conftest import ELSEWHERE, HERE, REPORT, RUNTIME, Package, build, unzipped_mb

# Megabytes unzipped. A layer that grows past its part slows the cold start of every function that has it.
LAYER_BUDGET = {"BillingLayer": 3, "DependenciesLayer": 40, "ChargebeeLayer": 9, "ScalekitLayer": 65}
CODE_BUDGET = 0.1

# Where a distribution's module is named otherwise.
MODULES = {"aws-lambda-powertools": "aws_lambda_powertools", "pyjwt": "jwt", "scalekit-sdk-python": "scalekit"}
REQUIREMENTS = {
    "DependenciesLayer": "layers/dependencies/requirements.in",
    "ChargebeeLayer": "layers/vendors/chargebee/requirements.in",
    "ScalekitLayer": "layers/vendors/scalekit/requirements.in",
}

# The processor in the header of a compiled file: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
MACHINE = slice(18, 20)
MACHINES = {"x86_64": b"\x3e\x00", "arm64": b"\xb7\x00"}

# What the header of compiled Python says of its source: https://peps.python.org/pep-0552/
KIND = slice(4, 8)
UNCHECKED = b"\x01\x00\x00\x00"


def modules_of(layer: str) -> list[str]:
    """The modules that a layer's requirements promise."""
    return [MODULES.get(name, name) for name in pins(ROOT / REQUIREMENTS[layer])] if layer in REQUIREMENTS else []


def layers_of(packages: list[Package]) -> dict[str, Path]:
    return {layer.name: layer for package in packages for layer in package.layers}


def brought_by(*directories: Path) -> dict[str, Distribution]:
    found = distributions(path=[str(directory) for directory in directories])
    return {canonicalize_name(distribution.name): distribution for distribution in found}


def unmet(package: Package) -> list[str]:
    """What the distributions of a function's layers need, and neither a layer nor the runtime brings.

    What none of them imports is left out: `tests/local/test_locking.py`.
    """
    brought = brought_by(*(layer / "python" for layer in package.layers))
    there = brought_by(RUNTIME) | brought
    unused = {name for names in NEVER_IMPORTED.values() for name in names}
    needs = [Requirement(line) for found in brought.values() for line in found.requires or []]
    needs = [need for need in needs if canonicalize_name(need.name) not in unused]
    return [str(need) for need in needs if applies(need) and not _meets(there.get(canonicalize_name(need.name)), need)]


def applies(need: Requirement) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": ""})


def _meets(found: Distribution | None, need: Requirement) -> bool:
    return found is not None and need.specifier.contains(found.version, prereleases=True)


def test_every_function_imports_with_its_own_layers_alone(packages: list[Package]) -> None:
    for package in packages:
        done = package.run("import app; assert callable(app.handler)")
        assert done.returncode == 0, f"{package.name}: {done.stderr}"


def test_a_function_without_its_layers_does_not_import(packages: list[Package]) -> None:
    done = replace(packages[0], layers=()).run("import app")
    assert "ModuleNotFoundError" in done.stderr


def test_every_layer_brings_what_its_requirements_name(packages: list[Package]) -> None:
    """Vendors' SDKs are imported on first use, so that importing the function alone would not miss them."""
    layers = {layer.name: package for package in packages for layer in package.layers}
    for name, package in layers.items():
        done = package.run(f"import {', '.join(['sys', *modules_of(name)])}")
        assert done.returncode == 0, f"{name} in {package.name}: {done.stderr}"


def test_every_function_has_all_that_its_layers_packages_need(packages: list[Package]) -> None:
    """A layer leaves out what the layers below it hold, so they have to be there."""
    assert {package.name: missing for package in packages if (missing := unmet(package))} == {}


def test_no_package_is_in_two_layers(packages: list[Package]) -> None:
    names = Counter(name for layer in layers_of(packages).values() for name in brought_by(layer / "python"))
    assert [name for name, layers in names.items() if layers > 1] == []


@pytest.mark.parametrize("layer", REQUIREMENTS)
def test_a_layer_holds_exactly_what_its_lock_names(packages: list[Package], layer: str) -> None:
    lock = (ROOT / REQUIREMENTS[layer]).with_suffix(".txt").read_text().splitlines()
    locked = [Requirement(line.removesuffix("\\")) for line in lock if is_pin(line)]
    built = brought_by(layers_of(packages)[layer] / "python")
    assert {f"{name}=={found.version}" for name, found in built.items()} == {
        f"{need.name}{need.specifier}" for need in locked if applies(need)
    }


@pytest.mark.parametrize("layer", REQUIREMENTS)
def test_a_layer_s_compiled_files_are_for_the_processor_of_the_deployment(packages: list[Package], layer: str) -> None:
    for architecture, directory in {
        HERE: layers_of(packages)[layer],
        ELSEWHERE: build(ELSEWHERE, layer) / layer,
    }.items():
        compiled = list((directory / "python").rglob("*.so"))
        assert compiled or layer == "ChargebeeLayer"
        assert {file.read_bytes()[MACHINE] for file in compiled} <= {MACHINES[architecture]}


@pytest.mark.parametrize("layer", LAYER_BUDGET)
def test_lambda_compiles_nothing_of_a_layer(packages: list[Package], layer: str) -> None:
    """It takes a compiled file without a look at its source, which has another time there: PEP 552."""
    sources = list((layers_of(packages)[layer] / "python").rglob("*.py"))
    compiled = [Path(cache_from_source(str(source))) for source in sources]
    assert sources
    assert [file for file in compiled if not file.exists()] == []
    assert {file.read_bytes()[KIND] for file in compiled} == {UNCHECKED}


def test_a_layer_stays_within_its_budget(packages: list[Package]) -> None:
    sizes = {name: unzipped_mb(layer) for name, layer in layers_of(packages).items()}
    assert {name: size for name, size in sizes.items() if size > LAYER_BUDGET[name]} == {}


def test_a_function_stays_within_its_layers_budget(packages: list[Package], pytestconfig: pytest.Config) -> None:
    budgets = {
        package.name: CODE_BUDGET + sum(LAYER_BUDGET[layer.name] for layer in package.layers) for package in packages
    }
    lines = [f"  {package.size_mb:6.1f} of {budgets[package.name]:6.1f}  {package.name}" for package in packages]
    pytestconfig.stash[REPORT] = ["Unzipped megabytes of each function with its layers:", *lines]
    assert [package.name for package in packages if package.size_mb > budgets[package.name]] == []


def test_the_description_of_the_api_is_deployed_beside_its_handler(packages: list[Package]) -> None:
    [package] = [each for each in packages if each.name == "Document"]
    done = package.run("import app, json; print(json.loads(app.handler({}, None)['body'])['openapi'])")
    assert (done.returncode, done.stdout) == (0, "3.1.0\n"), done.stderr
