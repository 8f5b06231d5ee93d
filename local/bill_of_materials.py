"""Writes what is deployed beside our own code, and beside what Lambda brings: CycloneDX, from the layers' locks alone.

https://cyclonedx.org/docs/1.6/json/. Nothing is asked and no time is told, so the same locks make the same bytes.
"""

import json
import re
import sys
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BILL = ROOT / ".aws-sam" / "sbom.cdx.json"
APPLICATION = "organization-billing"
NAMESPACE = uuid.UUID("9d0d0d3e-1f4a-5e1b-8a53-3c5f6f1c2b7a")
"""Ours alone: with the content it makes the serial number."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_REQUIRED_BY = re.compile(r"^    #(?: via)?\s+([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*$")


@dataclass(slots=True)
class Package:
    """One package as a lock names it. `files` are the hashes of all that may be installed as it."""

    name: str
    version: str
    layers: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    required_by: set[str] = field(default_factory=set)

    @property
    def reference(self) -> str:
        """https://github.com/package-url/purl-spec"""
        return f"pkg:pypi/{self.name}@{self.version}"


def locks() -> list[Path]:
    """Of every layer with packages."""
    return sorted(ROOT.glob("layers/**/requirements.txt"))


def packages(of: list[Path]) -> list[Package]:
    """What the locks pin, by name."""
    found: dict[str, Package] = {}
    for lock in of:
        package: Package | None = None
        for line in lock.read_text().splitlines():
            if pin := _PIN.match(line):
                name = re.sub(r"[-_.]+", "-", pin[1]).lower()
                package = found.setdefault(f"{name}=={pin[2]}", Package(name, pin[2]))
                package.layers.add(lock.parent.name)
            elif package is not None:
                package.files.update(_HASH.findall(line))
                package.required_by.update(_REQUIRED_BY.findall(line))
    return [found[each] for each in sorted(found)]


def bill(of: list[Package]) -> dict[str, Any]:
    """The document."""
    content = {
        "components": [_component(each) for each in of],
        "dependencies": _dependencies(of),
    }
    serial = uuid.uuid5(NAMESPACE, json.dumps(content, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": APPLICATION, "name": APPLICATION}},
        **content,
    }


def _component(package: Package) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": package.reference,
        "name": package.name,
        "version": package.version,
        "purl": package.reference,
        "hashes": [{"alg": "SHA-256", "content": each} for each in sorted(package.files)],
        "properties": [{"name": "layer", "value": each} for each in sorted(package.layers)],
    }


def _dependencies(of: list[Package]) -> list[dict[str, Any]]:
    """Who needs whom. What no package needs, the application does."""
    needs: dict[str, set[str]] = defaultdict(set)
    by_name = {each.name: each.reference for each in of}
    for package in of:
        known = [by_name[name] for name in package.required_by if name in by_name]
        for whoever in known or [APPLICATION]:
            needs[whoever].add(package.reference)
    references = [APPLICATION, *(each.reference for each in of)]
    return [{"ref": each, "dependsOn": sorted(needs[each])} for each in references]


def main() -> int:
    BILL.parent.mkdir(parents=True, exist_ok=True)
    found = packages(locks())
    BILL.write_text(json.dumps(bill(found), indent=2) + "\n")
    print(f"{len(found)} packages in {BILL.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
