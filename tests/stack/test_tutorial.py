"""The tutorial, pasted as one block, shows what its comments say."""

import re
import subprocess
from collections.abc import Callable

from tests.local_stack import ROOT
from tests.stack.world import Cloud

TUTORIAL = ROOT / "docs/tutorial.md"

SHOWN = (
    r'"customer": ?{.*"id": ?"org_\d+"',
    r'"mode": ?"hosted".*"subscriptionId"',
    r'"seats": ?5.*"status": ?"in_trial"|"status": ?"in_trial".*"seats": ?5',
    r'"allowed": ?true.*"reason": ?"active"',
    r'"subscription"|"id"',
    r'"code": ?"forbidden"',
    r'"code": ?"invalid_request"',
    r'"result": ?"recorded"',
    r'"result": ?"replayed"',
    r'"usage": ?3\b',
    r'"state": ?"held"',
    r'"state": ?"settled"',
    r'"usage": ?45\b',
)


def test_the_tutorial_pasted_as_one_block_shows_what_it_says(world: Cloud, advance: Callable[[int], None]) -> None:
    found = re.search(r"```sh\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    assert found
    addresses, steps = found[1].split("\n", 1)
    assert addresses.startswith("APP=")
    here = f"APP={world.stack.app} CHARGEBEE={world.stack.chargebee} SCALEKIT={world.stack.scalekit}"

    run = subprocess.run(["sh"], check=False, input=f"{here}\n{steps}", capture_output=True, text=True, timeout=90)

    assert (run.returncode, run.stderr) == (0, "")
    answers = run.stdout.splitlines()
    for answer, shown in zip(answers, SHOWN, strict=True):
        assert re.search(shown, answer), answer
