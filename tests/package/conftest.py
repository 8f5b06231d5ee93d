"""What `sam build` makes of the template, for this machine's processor instead of Lambda's."""

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
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}

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
        """Unzipped, as Lambda counts it; the compiled files of an import do not ship."""
        files = (file for root in (self.code, *self.layers) for file in root.rglob("*"))
        return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc") / 1e6

    def run(self, code: str) -> subprocess.CompletedProcess[str]:
        """Run Python with what this function has on Lambda: no environment of ours, nothing installed."""
        paths = [self.code, *(layer / "python" for layer in self.layers), RUNTIME]
        prepared = f"import sys; sys.path += {[str(path) for path in paths]!r}; {code}"
        # -I and -S: neither the current directory nor the site-packages of the interpreter.
        command = [sys.executable, "-I", "-S", "-c", prepared]
        return subprocess.run(command, env={}, capture_output=True, text=True, check=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("package")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(REPORT, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def packages() -> list[Package]:
    build = STATE / "build"
    architecture = ARCHITECTURES[platform.machine().lower()]
    command = [
        str(SAM / "sam"),
        "build",
        f"--build-dir={build}",
        f"--cache-dir={STATE / 'cache'}",
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
    built = translate(build / "template.yaml", STATE / "translations")
    return [Package(name, code, built.python_path[name]) for name, code in sorted(built.code.items())]
