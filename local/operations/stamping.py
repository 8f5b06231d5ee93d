"""`python -m local.operations.stamping STAGE`: mark the built template with the values of the stage's parameters.

An alias goes on with the version that it has until SAM makes another one, and SAM makes none for another value behind a
`!Ref`: https://github.com/aws/serverless-application-model/issues/3820.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from local.launcher.layout import ROOT
from local.operations.failure import OperationFailed
from local.operations.stages import Stage, read_stage

BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
MARK = re.compile(r"(PARAMETERS: )unknown\b")
DEFAULTS = re.compile(r"^Parameters:\n(?:[ \n].*\n?)*", re.MULTILINE)


def stamped(template: str, stage: Stage) -> str:
    """The template, other in every function when a parameter's value or default is. Raises OperationFailed."""
    told = json.dumps([DEFAULTS.findall(template), sorted(stage.parameters.items())])
    marked, found = MARK.subn(rf"\g<1>{hashlib.sha256(told.encode()).hexdigest()}", template)
    if found != 1:
        raise OperationFailed("The built template has no place for what its parameters are: run `make build` first.")
    return marked


def main(stage: str, built: Path = BUILT) -> int:
    """A problem is one line and status 1."""
    try:
        built.write_text(stamped(built.read_text(), read_stage(stage)))
    except (OperationFailed, OSError) as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
