"""The template as CloudFormation, translated once per content and kept: the translator takes half a second."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.launcher.layout import BUILT_LAYERS, ROOT, TRANSLATOR
from local.launcher.problem import StackProblem
from local.whole_file import whole_file

RUNTIME = "python3.13"
TRANSLATING_MODULE = Path(__file__).with_name("sam.py")


@dataclass(frozen=True)
class Translation:
    """A CloudFormation template, its functions' code directories, and what each has on PYTHONPATH."""

    template: dict[str, Any]
    code: dict[str, Path]
    python_path: dict[str, tuple[Path, ...]]


def translate(template: Path, kept: Path) -> Translation:
    if not template.exists():
        raise StackProblem(f"There is no {template.name} to deploy.")
    source = template.read_bytes() + TRANSLATING_MODULE.read_bytes()
    path = kept / f"{hashlib.sha256(source).hexdigest()}.json"
    if not path.exists():
        _keep(_run_translator(template), path)
    answer = json.loads(path.read_text())
    _check_runtimes(template.name, answer["template"]["Resources"])
    base = template.parent
    return Translation(
        template=answer["template"],
        code={name: base / directory for name, directory in answer["code"].items()},
        python_path={
            name: tuple(entry for layer in layers for entry in _entries(base, answer["layer_sources"][layer]))
            for name, layers in answer["layers"].items()
        },
    )


def _check_runtimes(template: str, resources: dict[str, Any]) -> None:
    """Here every function runs on the one Python that is installed; the emulator would answer with a crash."""
    for name, body in resources.items():
        runtime = body["Properties"].get("Runtime", RUNTIME) if body["Type"] == "AWS::Lambda::Function" else RUNTIME
        if runtime != RUNTIME:
            raise StackProblem(f"{template}: {name} has the runtime {runtime!r}, and only {RUNTIME!r} runs here.")


def _run_translator(template: Path) -> str:
    paths = os.pathsep.join(str(path) for path in (ROOT, TRANSLATOR))
    done = subprocess.run(
        [sys.executable, "-m", "local.launcher.sam", str(template)],
        env={**os.environ, "PYTHONPATH": paths},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StackProblem(f"{template.name} is not a SAM template: {reason}")
    return done.stdout


def _keep(text: str, path: Path) -> None:
    """Whole or not at all, and alone: an older translation is of no more use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.iterdir():
        old.unlink()
    with whole_file(path) as file:
        file.write(text)


def _entries(base: Path, layer_source: str) -> list[Path]:
    """A layer's own directory, so that an edit needs no build, and its built requirements where it has any."""
    source = (base / layer_source).resolve()
    built = BUILT_LAYERS / source.name
    return [source, built] if (source / "requirements.txt").exists() else [source]
