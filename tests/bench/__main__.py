"""`python -m tests.bench`: what the functions cost, as ratios and counts of one run."""

import sys

from tests.bench.handlers import measure
from tests.bench.imports import Import, medians
from tests.bench.packages import Package, packages
from tests.bench.report import BOTO3, PLAIN, report

BASELINES = (
    Import(PLAIN, "import json, hmac"),
    Import(BOTO3, "import boto3; boto3.client('sqs', region_name='eu-central-1')"),
)
# The vendors' SDKs are imported by the first call that needs them, which a cold function adds to its import.
FIRST_CALLS = {
    "subscriptions/create": ("  + Chargebee's SDK", "import app, billing.chargebee.api"),
    "app/reconcile": ("  + both SDKs", "import app, billing.chargebee.api, billing.scalekit.api"),
}


def main() -> None:
    functions = packages()
    flows = measure()
    imports = medians([*BASELINES, *(each for function in functions for each in _imports(function))])
    sizes = {each.name: each.megabytes for each in functions}
    sys.stdout.write(report(imports, sizes, flows) + "\n")


def _imports(function: Package) -> list[Import]:
    imported = [Import(function.name, "import app", function.path)]
    if function.name in FIRST_CALLS:
        imported.append(Import(*FIRST_CALLS[function.name], function.path))
    return imported


main()
