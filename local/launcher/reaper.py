"""Outlives a launcher that is killed: reads process groups, one a line, and kills them once its input ends."""

import contextlib
import os
import signal
import sys


def main() -> None:
    for group in [int(line) for line in sys.stdin]:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
