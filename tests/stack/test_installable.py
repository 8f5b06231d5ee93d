"""The installable stack as a team's project uses it: one that the command has started."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.local_stack import ROOT

EXAMPLE = ROOT / "examples" / "testing"
YOURS = (f"--plans={EXAMPLE / 'plans.toml'}", f"--hooks={EXAMPLE / 'hooks.py'}")
PROMISES = ROOT / "tests" / "clients" / "local" / "against_stack.py"
INSTALLED = {"PYTHONPATH": os.pathsep.join(str(ROOT / "clients" / each / "src") for each in ("local", "python"))}
PLUGINS = ("-p", "organization_billing_local.pytest_plugin", "-p", "no:cacheprovider", "--noconftest")
STOP_SECONDS = 30


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the command writes down of its stack, which ends with the command's input."""
    told = tmp_path_factory.mktemp("installable") / "stack.json"
    command = [sys.executable, "-m", "organization_billing_local", *YOURS, f"--json={told}", "--until-input-ends"]
    with subprocess.Popen(
        command, env=os.environ | INSTALLED, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout
        assert started.stdout.readline() == told.read_text()
        yield told
        started.communicate(timeout=STOP_SECONDS)
    assert started.returncode == 0


def run(*command: str, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, cwd=EXAMPLE, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_project_s_own_tests_have_a_stack_that_is_emptied_between_them(running: Path) -> None:
    its_own = ("-c", "pyproject.toml", f"--billing-stack={running}", ".", str(PROMISES))
    said = run(sys.executable, "-m", "pytest", "-q", *PLUGINS, *its_own, environment=INSTALLED)
    assert "5 passed" in said


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_tests_in_javascript_have_the_same(running: Path) -> None:
    handed_out = {"BILLING_STACK_COMMAND": json.dumps(["sh", "-c", f"cat {running}; exec cat"])}
    said = run("node", "--test", str(ROOT / "clients/js/test/own_stack.mjs"), environment=handed_out)
    assert "# pass 1" in said
