"""Every function imports with exactly what is deployed with it, and stays small."""

from dataclasses import replace

import pytest

from tests.local_stack import ROOT
from tests.package.conftest import REPORT, Package

# Megabytes unzipped. A layer that grows past its part slows the cold start of every function that has it.
LAYER_BUDGET = {"BillingLayer": 1, "DependenciesLayer": 30, "ChargebeeLayer": 5, "ScalekitLayer": 80}
CODE_BUDGET = 0.1

# Where a distribution's module is named otherwise.
MODULES = {"aws-lambda-powertools": "aws_lambda_powertools", "pyjwt": "jwt", "scalekit-sdk-python": "scalekit"}
REQUIREMENTS = {
    "DependenciesLayer": "layers/dependencies/requirements.txt",
    "ChargebeeLayer": "layers/vendors/chargebee/requirements.txt",
    "ScalekitLayer": "layers/vendors/scalekit/requirements.txt",
}


def modules_of(layer: str) -> list[str]:
    """The modules that a layer's requirement file promises."""
    if layer not in REQUIREMENTS:
        return []
    lines = (ROOT / REQUIREMENTS[layer]).read_text().splitlines()
    names = [line.partition("==")[0] for line in lines if "==" in line and not line.startswith("#")]
    return [MODULES.get(name, name) for name in names]


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


def test_a_function_stays_within_its_layers_budget(packages: list[Package], pytestconfig: pytest.Config) -> None:
    budgets = {
        package.name: CODE_BUDGET + sum(LAYER_BUDGET[layer.name] for layer in package.layers) for package in packages
    }
    lines = [f"  {package.size_mb:6.1f} of {budgets[package.name]:6.1f}  {package.name}" for package in packages]
    pytestconfig.stash[REPORT] = ["Unzipped megabytes of each function with its layers:", *lines]
    assert [package.name for package in packages if package.size_mb > budgets[package.name]] == []
