"""`python -m local.operations.deployable STAGE`: refuse, before it is built, what would not deploy."""

import sys

from local.operations.failure import OperationFailed
from local.operations.stages import check_edited, read_stage


def main(stage: str) -> int:
    """A problem is one line and status 1."""
    try:
        check_edited(read_stage(stage))
    except OperationFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
