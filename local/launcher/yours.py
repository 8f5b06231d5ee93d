"""What the team edits, on its way into the stack: to the functions, and to the simulated site as what it sells."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from local.launcher.layout import BILLING_LAYER, ROOT, YOURS, StateDirectory, shown
from local.launcher.problem import StackProblem
from local.launcher.translation import Translation

NAMES = ("plans.toml", "hooks.py")


def sold_by(yours: Path) -> str:
    """What the catalog sells, as the simulator reads it. A mistake in the two files is a problem with its place."""
    if missing := [name for name in NAMES if not (yours / name).is_file()]:
        raise StackProblem(f"There is no {missing[0]} in {shown(yours)}.")
    done = subprocess.run(
        [sys.executable, "-m", "local.launcher.goods", str(yours)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(BILLING_LAYER)))},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StackProblem(done.stderr.strip())
    return done.stdout


def with_yours(translation: Translation, yours: Path, state: StateDirectory) -> Translation:
    """The functions with these `plans.toml` and `hooks.py`: the layer's own as they are, any others in a copy of it."""
    if yours == YOURS:
        return translation
    shutil.copytree(BILLING_LAYER, state.billing_layer, ignore=shutil.ignore_patterns("__pycache__"))
    for name in NAMES:
        shutil.copy(yours / name, state.billing_layer / "billing" / name)
    paths = {
        name: tuple(state.billing_layer if each == BILLING_LAYER else each for each in entries)
        for name, entries in translation.python_path.items()
    }
    return replace(translation, python_path=paths)
