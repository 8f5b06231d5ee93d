"""What the first call of each function that calls a vendor has loaded: what its cold start waits for."""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.bench.first_call import ASKS, SETTINGS, first_call
from tests.deployment.template import ROOT

MODULES = {"app/reconcile": 920}
"""Of the whole process. With all of Chargebee's SDK it would be 300 more, with all of Scalekit's 170 more."""
AT_MOST = 750
"""For each of the others."""

SEARCHES = 5
"""For garbage: one to three before a line of ours has said to wait. It would be thirty to sixty."""

_PROBE = """
import gc
def searches(): return sum(each["collections"] for each in gc.get_stats())
before = searches()
import app
{first_call}
import json, sys
print(json.dumps([len(sys.modules), searches() - before]))
"""


@cache
def measured(function: str) -> tuple[int, int]:
    """The modules in memory after a first call, and how often garbage was looked for until then."""
    paths = (ROOT / "layers" / "billing", ROOT / "functions" / function)
    done = subprocess.run(
        [sys.executable, "-c", _PROBE.format(first_call=first_call(function))],
        env={**SETTINGS, "PYTHONPATH": ":".join(map(str, paths))},
        capture_output=True,
        check=True,
        text=True,
    )
    modules, searches = json.loads(done.stdout)
    return modules, searches


@pytest.mark.parametrize("function", sorted(ASKS))
def test_a_first_call_loads_no_more_of_the_sdks_than_it_uses(function: str) -> None:
    modules, _ = measured(function)
    assert modules <= MODULES.get(function, AT_MOST)


@pytest.mark.parametrize("function", sorted(ASKS))
def test_a_first_call_hardly_looks_for_garbage(function: str) -> None:
    _, searches = measured(function)
    assert searches <= SEARCHES
