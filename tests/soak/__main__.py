"""`python -m tests.soak WEBHOOKS ORGANIZATIONS`: a day in a hurry, on a stack of its own."""

import sys

from tests.local_stack import ROOT, started
from tests.soak.day import Size, run
from tests.soak.page import page
from tests.stack.world import connected
from tests.yours import YOURS

STATE = ROOT / ".local" / "soak"


def main(webhooks: str, organizations: str) -> int:
    with started(STATE, f"--yours={YOURS}") as stack, connected(stack) as world:
        day = run(world, Size(int(webhooks), int(organizations)))
    report = STATE / "report.html"
    report.write_text(page(day))
    told = "\n".join(day.problems) or "Everything agrees."
    sys.stdout.write(f"{told}\nSee {report.relative_to(ROOT)}.\n")
    return 1 if day.problems else 0


sys.exit(main(*sys.argv[1:]))
