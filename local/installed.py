"""Sets up what the local stack runs on where it is installed as a tool, without what it is developed with."""

import sys

from local import bootstrap

STACK = bootstrap.Virtualenv(bootstrap.STATE / "venvs" / "stack", bootstrap.LOCKS / "stack.txt")


def main() -> int:
    bootstrap.watch_for_signals()
    try:
        bootstrap.set_up([STACK, bootstrap.EMULATOR, bootstrap.TRANSLATOR, *bootstrap.layers()])
    except bootstrap.SetupFailed as failure:
        sys.exit(str(failure))
    return 0


if __name__ == "__main__":
    sys.exit(main())
