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
    r'"dueNow".*"nextInvoice"',
    r'"itemPriceId": ?"priority-support", ?"itemType": ?"addon"',
    r'"dueNow": ?{.*"total": ?245000',
    r'"itemPriceId": ?"growth-yearly"(?!.*priority-support)',
    r'"invoices": ?\[{.*"upcoming"',
    r'"url".*"validUntil"',
    r'"result": ?"recorded"',
    r'"result": ?"replayed"',
    r'"usage": ?5\b',
    r'"quantity": ?5.*"counted": ?3',
    r'"state": ?"held"',
    r'"state": ?"settled"',
    r'"usage": ?45\b',
    r'"units": ?500.*"version": ?1',
    r'"thresholds": ?{"api-calls": ?\[50\]}',
    r'"result": ?"recorded".*"fromAllowance": ?10455',
    "entitlement.threshold_reached",
    r'"code": ?"exhausted"',
    r'"amount": ?5000',
    r'"amount": ?1000, ?"spentThisMonth": ?0',
    r'"code": ?"spending_cap"',
    r'"subscription"|"id"',
    r'"code": ?"forbidden"',
    r'"code": ?"invalid_request"',
)

MINUTES = 3


def test_the_tutorial_pasted_as_one_block_shows_what_it_says(world: Cloud, advance: Callable[[int], None]) -> None:
    found = re.search(r"```sh\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    assert found
    addresses, steps = found[1].split("\n", 1)
    assert addresses.startswith("APP=")
    here = f"APP={world.stack.app} CHARGEBEE={world.stack.chargebee} SCALEKIT={world.stack.scalekit}"

    run = subprocess.run(
        ["sh"], check=False, input=f"{here}\n{steps}", capture_output=True, text=True, timeout=MINUTES * 60
    )

    assert (run.returncode, run.stderr) == (0, "")
    answers = run.stdout.splitlines()
    for answer, shown in zip(answers, SHOWN, strict=True):
        assert re.search(shown, answer), answer
