"""The installable stack as a team's project uses it, with a stack of its own."""

import os
import subprocess
import sys

from tests.local_stack import ROOT

EXAMPLE = ROOT / "examples" / "testing"
PROMISES = ROOT / "tests" / "clients" / "local" / "against_stack.py"
INSTALLED = {"PYTHONPATH": os.pathsep.join(str(ROOT / "clients" / each / "src") for each in ("local", "python"))}
PLUGINS = ("-p", "organization_billing_local.pytest_plugin", "-p", "no:cacheprovider", "--noconftest")


def test_a_project_s_own_tests_run_against_a_stack_that_is_emptied_between_them() -> None:
    command = [sys.executable, "-m", "pytest", "-q", *PLUGINS, "-c", "pyproject.toml", ".", str(PROMISES)]
    done = subprocess.run(command, cwd=EXAMPLE, env=os.environ | INSTALLED, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout
