"""Looks the packages of every lock up among the known vulnerabilities, and says so when there is nobody to ask."""

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PIP_AUDIT = ROOT / ".local" / "venvs" / "audit" / "bin" / "pip-audit"
# The locks as they are, with their hashes: nothing is installed, resolved or downloaded for it.
OPTIONS = ("--disable-pip", "--require-hashes", "--vulnerability-service", "osv", "--format", "json")


class Verdict(IntEnum):
    """How a command ends."""

    CLEAN = 0
    VULNERABLE = 1
    NOT_AUDITED = 2


@dataclass(frozen=True, slots=True)
class Audit:
    """What was found in one lock, each finding in a line."""

    verdict: Verdict
    lines: tuple[str, ...]


def locks() -> list[Path]:
    """All that are committed: of the layers, and of the tools."""
    return sorted([*ROOT.glob("layers/**/requirements.txt"), *ROOT.glob("local/requirements/*.txt")])


def read(answer: str) -> Audit:
    """What pip-audit's answer says. No answer, or a package that it could not look up, is no clean bill."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit(Verdict.NOT_AUDITED, ("the database of vulnerabilities could not be asked",))
    skipped = [f"{each['name']}: {each['skip_reason']}" for each in packages if "skip_reason" in each]
    if skipped:
        return Audit(Verdict.NOT_AUDITED, tuple(skipped))
    found = [
        f"{each['name']} {each['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'no version'}"
        for each in packages
        for flaw in each["vulns"]
    ]
    return Audit(Verdict.VULNERABLE, tuple(found)) if found else Audit(Verdict.CLEAN, (f"{len(packages)} packages",))


def main() -> int:
    worst = Verdict.CLEAN
    for lock in locks():
        command = [str(PIP_AUDIT), *OPTIONS, "--requirement", str(lock)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        audit = read(done.stdout)
        worst = max(worst, audit.verdict)
        print(f"{lock.relative_to(ROOT)}: {audit.verdict.name.lower().replace('_', ' ')}", *audit.lines, sep="\n  ")
    if worst is Verdict.NOT_AUDITED:
        print("NOT AUDITED: not every package could be looked up. This says nothing about them.", file=sys.stderr)
    return worst


if __name__ == "__main__":
    sys.exit(main())
