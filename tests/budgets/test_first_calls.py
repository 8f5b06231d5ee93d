"""How much each function that calls a vendor has in memory after its first call: what its cold start waits for."""

import subprocess
import sys

import pytest

from tests.bench.first_call import ASKS, SETTINGS, first_call
from tests.deployment.template import ROOT

MODULES = {"app/reconcile": 1_030}
"""Of the whole process. With all of Chargebee's SDK it would be 300 more, with all of Scalekit's 170 more."""
AT_MOST = 860
"""For each of the others."""


@pytest.mark.parametrize("function", sorted(ASKS))
def test_a_first_call_loads_no_more_of_the_sdks_than_it_uses(function: str) -> None:
    paths = (ROOT / "layers" / "billing", ROOT / "functions" / function)
    done = subprocess.run(
        [sys.executable, "-c", f"import app; {first_call(function)}; import sys; print(len(sys.modules))"],
        env={**SETTINGS, "PYTHONPATH": ":".join(map(str, paths))},
        capture_output=True,
        check=True,
        text=True,
    )
    assert int(done.stdout) <= MODULES.get(function, AT_MOST)
