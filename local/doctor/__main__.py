"""`python -m local.doctor`: what is missing or wrong, one line each. Any Python runs it, with nothing installed."""

import subprocess
import sys

from local import bootstrap
from local.doctor.finding import Verdict, wrong
from local.doctor.machine import installed, interpreter


def main() -> int:
    """The exit status: 1 if anything is wrong."""
    bad = False
    for finding in (interpreter(), *installed()):
        print(finding, flush=True)
        bad |= finding.verdict is Verdict.WRONG
    if bootstrap.is_stale(bootstrap.DEVELOPMENT):
        print(wrong("the rest", "nothing more can be asked before `make run` has installed .venv"))
        return 1
    rest = subprocess.run([bootstrap.DEVELOPMENT.python, "-m", "local.doctor.examination"], check=False)
    return int(bad or rest.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
