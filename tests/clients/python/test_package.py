"""The Python client as a wheel: what is in it imports, and says what it needs."""

import ast
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.local_stack import ROOT

PROJECT = ROOT / "clients" / "python"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = made.glob("*.whl")
    return wheel


def test_the_wheel_holds_every_module_and_that_it_is_typed(wheel: Path) -> None:
    source = PROJECT / "src"
    modules = {str(path.relative_to(source)) for path in source.rglob("*.py")}
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in names if not name.startswith("organization_billing_client-")} == {
        *modules,
        "organization_billing/py.typed",
    }


def test_what_is_in_the_wheel_imports_and_needs_httpx_alone(wheel: Path) -> None:
    code = "import sys, organization_billing as it; print(it.__file__, *sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env={"PYTHONPATH": str(wheel)}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    place, *modules = done.stdout.split()
    assert place.startswith(str(wheel))
    assert not {"fastapi", "flask", "pydantic"} & set(modules)


def test_the_wheel_says_what_it_needs(wheel: Path) -> None:
    [metadata] = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("METADATA")]
    told = zipfile.ZipFile(wheel).read(metadata).decode()
    needed = {line for line in told.splitlines() if line.startswith("Requires-")}
    assert needed >= {"Requires-Dist: httpx<1,>=0.27", "Requires-Python: >=3.12"}


def test_no_call_is_made_by_a_name_with_a_type() -> None:
    """Early releases of Python 3.12 cannot do that with a frozen dataclass that has slots."""
    calls = [
        f"{path.name}:{node.lineno}"
        for path in (PROJECT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("Call[")
    ]
    assert calls == []
