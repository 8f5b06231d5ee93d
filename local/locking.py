"""Compiles every `.in` file into the lock beside it: each package, its version, the hashes of its files."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".local" / "venvs" / "sam" / "bin" / "uv"
# A layer comes after those on which it stands, and what reads the layers' locks after all of them.
SOURCES = (
    "layers/dependencies/requirements.in",
    "layers/vendors/chargebee/requirements.in",
    "layers/vendors/scalekit/requirements.in",
    "local/requirements/audit.in",
    "local/requirements/aws.in",
    "local/requirements/dev.in",
    "local/requirements/docs.in",
    "local/requirements/runtime.in",
    "local/requirements/sam.in",
    "local/requirements/stack.in",
    "local/requirements/translator.in",
)
# What a package names and none of its modules imports. Faker is 25 MB of words for tests.
NEVER_IMPORTED = {"layers/vendors/scalekit/requirements.in": ("faker",)}
# One lock for every platform, and no word of where its packages came from.
OPTIONS = ("--quiet", "--universal", "--python-version=3.13", "--generate-hashes", "--no-header", "--no-emit-index-url")


def main(options: list[str]) -> int:
    for source in SOURCES:
        print(f"  {lock_of(source)}", flush=True)
        done = subprocess.run(compilation(source, options), cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    return 0


def compilation(source: str, options: list[str]) -> list[str]:
    """The command that locks one file, without the packages of the layers that it stands on, and what is no use."""
    lower = [name for lock in stands_on(ROOT / source) for name in packages(lock)]
    left_out = [f"--no-emit-package={name}" for name in (*lower, *NEVER_IMPORTED.get(source, ()))]
    return [str(UV), "pip", "compile", source, f"--output-file={lock_of(source)}", *OPTIONS, *left_out, *options]


def lock_of(source: str) -> str:
    return str(Path(source).with_suffix(".txt"))


def stands_on(source: Path) -> list[Path]:
    """The locks that a file takes as constraints."""
    lines = source.read_text().splitlines()
    return [source.parent / line.removeprefix("-c ").strip() for line in lines if line.startswith("-c ")]


def packages(requirements: Path) -> dict[str, str]:
    """What a file pins, by normalized name."""
    pins = (line.split()[0].partition("==") for line in requirements.read_text().splitlines() if is_pin(line))
    return {name.partition("[")[0]: version for name, _, version in pins}


def is_pin(line: str) -> bool:
    return "==" in line and not line.startswith(("#", " "))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
