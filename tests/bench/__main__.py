"""`python -m tests.bench [ROUNDS]`: what the functions cost, in one run, written to `docs/reference/performance.md`."""

import os
import sys

from tests.bench.first_call import first_call
from tests.bench.growth_section import plot
from tests.bench.handlers import measure
from tests.bench.imports import Import, medians, runtime
from tests.bench.packages import WORKPLACE, packages
from tests.bench.report import LEAN, Run, report
from tests.deployment.template import ROOT
from tests.yours import YOURS, put_in_place

PAGE = ROOT / "docs" / "reference" / "performance.md"
IMAGES = ROOT / "docs" / "images"
ROUNDS = 5


def main(rounds: int = ROUNDS) -> None:
    run = Run(rounds, os.getloadavg()[0])
    put_in_place(YOURS)
    functions, behind = packages(), runtime(WORKPLACE / "runtime")
    lean = "import boto3; boto3.client('dynamodb'); from aws_lambda_powertools import Logger; Logger()"
    imports = [Import(each.name, "import app", first_call(each.name), (*each.path, behind)) for each in functions]
    costs = medians([Import(LEAN, lean, path=(*functions[0].path, behind)), *imports], rounds)
    flows, growing = measure()
    page = report(run, costs, {each.name: each.megabytes for each in functions}, flows, growing)
    PAGE.write_text(page)
    (IMAGES / "growth-past.svg").write_text(plot(growing.past, "past subscriptions"))
    (IMAGES / "growth-organizations.svg").write_text(plot(growing.organizations, "organizations"))
    sys.stdout.write(page)


main(*map(int, sys.argv[1:]))
