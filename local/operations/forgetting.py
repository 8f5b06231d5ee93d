"""Forget one organization: end it, have Chargebee clear who its people are, and erase its rows.

The tombstone comes first, so that no webhook brings anything back, and every step is the same when it is done again: a
run may die anywhere and be begun again.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.confirming import confirm
from local.operations.failure import OperationFailed
from local.operations.migrations import Item
from local.operations.patience import patiently
from local.operations.reconciling import run
from local.operations.record_kinds import KINDS, Fate, RecordKind, kind_of
from local.operations.scanning import rows_of
from local.operations.target import Target

WRITERS = 10
"""Rows that are erased at once: as many as botocore keeps connections."""

NOTHING = "Nothing was erased."


def forget(target: Target, organization_id: str, confirmed: str) -> str:
    """What became of its rows, and of its customers at Chargebee.

    `confirmed` is the id once more, or empty, for whoever is asked at the terminal. Raises OperationFailed when it is
    not confirmed, while it has a live subscription, and when Chargebee does not clear a customer.
    """
    print(intention(organization_id), flush=True)
    if confirmed not in ("", organization_id):
        raise OperationFailed(f"CONFIRM is not {organization_id}. {NOTHING}")
    if not confirmed:
        confirm(organization_id, "to forget it for good", NOTHING)
    cleared = _end(target, organization_id)
    erased = _erase(target, organization_id)
    lines = [f"Chargebee's customer {customer_id}: {state}" for customer_id, state in cleared.items()]
    lines += [] if cleared else [f"Chargebee has no customer of {organization_id}."]
    lines += [f"{kind.fate}: {count} {kind.name}" for kind, count in sorted(erased.items(), key=_by_fate)]
    return "\n".join([*lines, f"{organization_id} is forgotten."])


def intention(organization_id: str) -> str:
    """What is about to be done, for whoever confirms it."""
    named = {fate: ", ".join(kind.name for kind in KINDS if kind.fate is fate) for fate in Fate}
    del named[Fate.NOBODYS]
    lines = [f"This forgets {organization_id}, and cannot be taken back:"]
    lines += [f"  {fate}: {names}" for fate, names in named.items()]
    return "\n".join([*lines, "  cleared at Chargebee: the personal data of its customers; invoices stay"])


def _end(target: Target, organization_id: str) -> Mapping[str, str]:
    answer = run({"task": "forget", "organizationId": organization_id}, target)
    if answer["refused"]:
        raise OperationFailed(f"{organization_id} is not forgotten ({answer['refused']}). {answer['reason']}")
    cleared: Mapping[str, str] = answer["cleared"]
    return cleared


def _erase(target: Target, organization_id: str) -> Counter[RecordKind]:
    dynamodb, table = target.client("dynamodb"), target.output("TableName")
    rows = [(row, kind_of(row)) for row in rows_of(dynamodb, table, organization_id)]
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda found: _apply(dynamodb, table, *found), rows))
    return Counter(kind for _, kind in rows)


def _apply(dynamodb: AwsClient, table: str, row: Item, kind: RecordKind) -> None:
    key = {"pk": row["pk"], "sk": row["sk"]}
    if kind.fate is Fate.DELETED:
        patiently(lambda: dynamodb.delete_item(TableName=table, Key=key))
    elif paths := [path for path in kind.words if _has(row, path.split("."))]:
        _clear(dynamodb, {"TableName": table, "Key": key, **_without(paths, row)})


def _without(paths: list[str], row: Item) -> dict[str, Any]:
    """Without the words, and a version further where there is one: who has read them loses the race to write them."""
    names = {f"#{name}": name for path in paths for name in path.split(".")}
    removed = "REMOVE " + ", ".join(".".join(f"#{name}" for name in path.split(".")) for path in paths)
    if "version" not in row:
        return {"UpdateExpression": removed, "ExpressionAttributeNames": names}
    counted = {"ExpressionAttributeValues": {":one": {"N": "1"}}}
    return {"UpdateExpression": f"{removed} ADD version :one", "ExpressionAttributeNames": names, **counted}


def _clear(dynamodb: AwsClient, change: Mapping[str, Any]) -> None:
    """A row that is gone meanwhile stays gone."""
    try:
        patiently(lambda: dynamodb.update_item(**change, ConditionExpression="attribute_exists(pk)"))
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise


def _has(row: Any, path: list[str]) -> bool:
    name, *deeper = path
    if name not in row:
        return False
    return not deeper or _has(row[name]["M"], deeper)


def _by_fate(counted: tuple[RecordKind, int]) -> tuple[int, str]:
    kind, _ = counted
    return list(Fate).index(kind.fate), kind.name
