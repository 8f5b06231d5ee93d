"""What `sam build` makes of the template, for this machine's processor instead of Lambda's."""

import hashlib
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.launcher.translation import translate
from tests.local_stack import ROOT

STATE = ROOT / ".local" / "package"
SAM = ROOT / ".local" / "venvs" / "sam" / "bin"
RUNTIME = ROOT / ".local" / "runtime"
HERE = "arm64" if platform.machine().lower() in {"aarch64", "arm64"} else "x86_64"
ELSEWHERE = "x86_64" if HERE == "arm64" else "arm64"

# What the session prints when it ends.
REPORT = pytest.StashKey[list[str]]()


@dataclass(frozen=True)
class Package:
    """A function as it is deployed: its code, and its layers in their order."""

    name: str
    code: Path
    layers: tuple[Path, ...]

    @property
    def size_mb(self) -> float:
        """Unzipped, as Lambda counts it."""
        return sum(unzipped_mb(root) for root in (self.code, *self.layers))

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run Python with what this function has on Lambda: no environment of ours, nothing installed."""
        paths = [self.code, *(layer / "python" for layer in self.layers), RUNTIME]
        prepared = f"import sys; sys.path += {[str(path) for path in paths]!r}; {code}"
        # -I and -S: neither the current directory nor the site-packages of the interpreter. -B: nothing can be written.
        command = [sys.executable, "-I", "-S", "-B", "-c", prepared]
        return subprocess.run(command, env={}, capture_output=True, text=True, check=False)


def unzipped_mb(root: Path) -> float:
    return sum(file.stat().st_size for file in root.rglob("*") if file.is_file()) / 1e6


def recipe() -> str:
    """How layers are made, by which their cache is named: `sam build` itself does not look."""
    files = [ROOT / "layers/build/layer.mk", *sorted((ROOT / "layers/build").glob("*/Makefile"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def build(architecture: str, *resource: str) -> Path:
    """Run `sam build` for a processor, of one resource or of all, and return the directory of what it made."""
    directory = STATE / "-".join(("build", architecture, *resource))
    command = [
        str(SAM / "sam"),
        "build",
        *resource,
        "--cached",
        "--parallel",
        f"--build-dir={directory}",
        f"--cache-dir={STATE / 'cache' / recipe()}",
        f"--parameter-overrides=Architecture={architecture}",
    ]
    environment = {
        **os.environ,
        "PATH": f"{SAM}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return directory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("package")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(REPORT, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def packages() -> list[Package]:
    directory = build(HERE)
    built = translate(directory / "template.yaml", STATE / "translations")
    return [Package(name, code, built.python_path[name]) for name, code in sorted(built.code.items())]
