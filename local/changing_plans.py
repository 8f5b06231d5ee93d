"""Says what another catalog would change, and puts the plans of a file into the table of a stack.

Run with the layer on the path: what is a right plan, the application alone decides.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from billing.app.wiring import shipped_catalog
from billing.core.errors import BillingError
from billing.plans.catalog import read_catalog
from billing.plans.revision import check_decimals, compared
from billing.subscriptions.services.revise_plan import PlanRows, Revision, proposed, put_plan
from billing.subscriptions.table.plan_rows import DynamoPlanRows
from local.launcher.layout import ROOT, StateDirectory
from local.operations.failure import OperationFailed
from local.operations.target import find_target


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """A mistake is one line and status 1."""
    given = _parser().parse_args(arguments)
    try:
        document = _document(given.file)
        if given.command == "check":
            print(checked(document))
            return 0
        target = find_target(StateDirectory(given.state).contract, environ)
        print(f"Acting on {target.description}.", flush=True)
        rows = DynamoPlanRows(target.client("dynamodb"), target.output("TableName"))
        print(proposal(document, rows) if given.command == "propose" else put(document, rows))
    except (OSError, BillingError, OperationFailed, BotoCoreError, ClientError) as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def checked(document: Mapping[str, Any]) -> str:
    """What a whole catalog in the place of plans.toml would change. Raises InvalidCatalog."""
    before, after = shipped_catalog(), read_catalog(document)
    check_decimals(before, after)
    old, new = ({each.item_price_id: each.id for each in catalog.subscribable} for catalog in (before, after))
    gone = sorted(old.keys() - new.keys())
    lost = [f'{each}: described no more; keep it with sale = "retired" while somebody has it' for each in gone]
    moved = [
        f"{each}: of {new[each]} instead of {name}, and with it whoever pays it"
        for each, name in old.items()
        if new.get(each, name) != name
    ]
    return "\n".join([*map(str, compared(before, after)), *moved, *lost]) or "No plan changes."


def proposal(document: Mapping[str, Any], rows: PlanRows) -> str:
    """What each plan of the file would change, and for how many organizations. Writes nothing."""
    return "\n".join(_told(proposed(plan, entry, shipped_catalog(), rows)) for plan, entry in _entries(document))


def put(document: Mapping[str, Any], rows: PlanRows) -> str:
    """The same, written plan by plan: what is written before a refusal stays."""
    return "\n".join(_told(put_plan(plan, entry, shipped_catalog(), rows)) for plan, entry in _entries(document))


def _document(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except ValueError as wrong:  # its syntax, its letters, or a number of thousands of digits
        raise OperationFailed(f"{file}: {wrong}") from None


def _entries(document: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    listed = document.get("plan")
    if len(document) != 1 or not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise OperationFailed(
            "The file has one or several [[plan]] and nothing else: add-ons and charges are deployed."
        )
    return [(str(entry.get("id", entry.get("item_price_id"))), entry) for entry in listed]


def _told(revision: Revision) -> str:
    affected = [f"{count} organizations have {each}" for each, count in revision.organizations.items()]
    return "\n".join([*map(str, revision.changes), *affected]) or "Nothing changes."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.changing_plans", description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="directory of the local stack's files")
    parser.add_argument("command", choices=("check", "propose", "put"))
    parser.add_argument("file", type=_file, help="in the form of plans.toml")
    return parser


def _file(name: str) -> Path:
    if not name:
        raise argparse.ArgumentTypeError("which catalog? Give its FILE")
    return Path(name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
