"""Sets up what the local stack runs on where it is installed as a tool, without what it is developed with."""

import sys

from local import bootstrap, commands

STACK = bootstrap.Virtualenv(bootstrap.STATE / "venvs" / "stack", bootstrap.LOCKS / "stack.txt")


def main() -> int:
    commands.watch_for_signals()
    try:
        bootstrap.set_up([STACK, bootstrap.EMULATOR, bootstrap.TRANSLATOR, *bootstrap.layers()])
    except commands.SetupFailed as failure:
        sys.exit(str(failure))
    return 0


if __name__ == "__main__":
    sys.exit(main())
