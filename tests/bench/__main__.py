"""`python -m tests.bench`: what the functions cost, in one run, written to `docs/reference/performance.md`."""

import sys

from tests.bench.first_call import first_call
from tests.bench.handlers import measure
from tests.bench.imports import Import, medians
from tests.bench.packages import Package, packages
from tests.bench.report import FIRST, LEAN, report
from tests.deployment.template import ROOT
from tests.yours import YOURS, put_in_place

PAGE = ROOT / "docs" / "reference" / "performance.md"


def main() -> None:
    put_in_place(YOURS)
    functions = packages()
    flows, growing = measure()
    lean = "import boto3; boto3.client('dynamodb'); from aws_lambda_powertools import Logger; Logger()"
    costs = medians([Import(LEAN, lean, functions[0].path), *(each for name in functions for each in _imports(name))])
    page = report(costs, {each.name: each.megabytes for each in functions}, flows, growing)
    PAGE.write_text(page)
    sys.stdout.write(page)


def _imports(function: Package) -> list[Import]:
    called = Import(function.name + FIRST, first_call(function.name), function.path)
    return [Import(function.name, "import app", function.path), called]


main()
