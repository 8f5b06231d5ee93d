"""The installable stack as a wheel: all that a start needs is in it, and nothing that a start makes."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_stack import ROOT

PACKAGE = "organization_billing_local"
SOURCE = ROOT / "clients" / "local" / "src"
NEEDED = (".python-version", "template.yaml", "clients/js/src", "functions", "layers", "local")
MADE = {"__pycache__", "node_modules"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    made = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [path] = made.glob("*.whl")
    return zipfile.ZipFile(path)


def files(*roots: Path) -> Iterator[Path]:
    for root in roots:
        for path in [root, *root.rglob("*")]:
            if path.is_file() and not MADE & set(path.parts):
                yield path


def test_the_wheel_holds_its_modules_and_the_files_of_the_checkout_that_a_start_needs(wheel: zipfile.ZipFile) -> None:
    modules = {str(path.relative_to(SOURCE)) for path in files(SOURCE)}
    checkout = {f"{PACKAGE}/checkout/{path.relative_to(ROOT)}" for path in files(*(ROOT / name for name in NEEDED))}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == modules | checkout


def test_the_wheel_brings_a_command_and_a_plugin_and_needs_no_package(wheel: zipfile.ZipFile) -> None:
    told = {Path(name).name: wheel.read(name).decode() for name in wheel.namelist() if ".dist-info/" in name}
    entries = told["entry_points.txt"].splitlines()
    assert "organization-billing-local = organization_billing_local.command:main" in entries
    assert "organization_billing_local = organization_billing_local.pytest_plugin" in entries
    assert "Requires-Dist" not in told["METADATA"]
