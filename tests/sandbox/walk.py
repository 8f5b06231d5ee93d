"""The conformance walk, as far as a real site allows: what is on it, held against the vendor's own types."""

import os
import shutil
import subprocess
from collections.abc import Mapping

from tests.local_stack import ROOT
from tests.sandbox.check import CouldNotTell, Differs

SCRIPT = ROOT / "tests" / "conformance" / "chargebee" / "walk_site.mjs"
SDKS = ROOT / "tests" / "conformance" / "node_modules" / "chargebee"


def walk(settings: Mapping[str, str]) -> str:
    """The number of records that were held. Raises Differs, or CouldNotTell where Node or the SDK is missing."""
    node = shutil.which("node")
    if node is None or not SDKS.exists():
        raise CouldNotTell("it needs Node 20 and the vendor's SDK: install Node, and run `make conformance` once")
    environment = {**os.environ, **settings}
    done = subprocess.run([node, SCRIPT], env=environment, capture_output=True, text=True, check=False)
    *found, summary = done.stdout.strip().splitlines() or [done.stderr.strip()[-500:]]
    if done.returncode:
        raise Differs("\n".join([summary, *found]))
    return summary
