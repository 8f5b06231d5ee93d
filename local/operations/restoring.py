"""Bring back what the stack's table has lost, from a copy of it that DynamoDB has restored.

A row is put where there is none, and what is there stays. So a run can die anywhere and be begun again, it runs beside
everybody who writes, and twice is once.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.confirming import confirm
from local.operations.failure import OperationFailed
from local.operations.migrating import SCHEMA
from local.operations.migrations import Item
from local.operations.patience import patiently
from local.operations.record_kinds import key_parts, organization_of
from local.operations.scanning import pages
from local.operations.target import Target

WRITERS = 10
"""Rows that are put at once: as many as botocore keeps connections."""

PUT_BY_THEN = 60
"""Seconds for which a row's task waits unseen: it is queued before the row is put."""

UNRESOLVED = frozenset({"submitted", "unknown"})
"""States of a charge that a task in a queue carries on."""


class Fate(StrEnum):
    """What became of a row of the copy."""

    BROUGHT_BACK = "brought back"
    THERE = "there already"
    DIFFERENT = "there already, and different"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows had each fate, and the wallets that were there and hold something else."""

    rows: Mapping[Fate, int]
    wallets: tuple[str, ...]

    def __str__(self) -> str:
        """A line for each, and what is to be done next."""
        lines = [f"{fate}: {self.rows.get(fate, 0)} rows" for fate in Fate]
        lines += [f"compare with its ledger: {wallet}" for wallet in self.wallets]
        return "\n".join([*lines, "Run `make migrate` now: the rows are of the copy's version."])


@dataclass(frozen=True, slots=True)
class Stack:
    """What is written to. A client is shared by threads, and made by one."""

    dynamodb: AwsClient
    sqs: AwsClient
    target: Target

    @property
    def table(self) -> str:
        return self.target.output("TableName")


def restore(target: Target, source: str, organization_id: str | None) -> str:
    """Bring back every row of the table `source` that is missing here, or those of one organization.

    Raises OperationFailed when `source` is the stack's own table, or when nobody agrees that rows of a table in use
    come back although they were deleted on purpose.
    """
    stack = Stack(target.client("dynamodb"), target.client("sqs"), target)
    if source == stack.table:
        raise OperationFailed("That is the stack's own table: name the one that DynamoDB restored.")
    if organization_id is None and _in_use(stack):
        print(
            "Organizations are there already. What was deleted since the copy comes back too; ORG= spares all others."
        )
        confirm(stack.table, "to bring back all that is missing", "Nothing was brought back.")
    restored = _restored(stack, source, organization_id)
    stack.dynamodb.delete_item(TableName=stack.table, Key=SCHEMA)
    return str(restored)


def _restored(stack: Stack, source: str, organization_id: str | None) -> Restored:
    fates: Counter[Fate] = Counter()
    wallets: list[str] = []
    with ThreadPoolExecutor(WRITERS) as writers:
        for page in pages(stack.dynamodb, source):
            rows = [row for row in page if organization_id in (None, organization_of(row))]
            for row, fate in zip(rows, writers.map(lambda row: bring_back(row, stack), rows), strict=True):
                fates[fate] += 1
                if fate is Fate.DIFFERENT and row["sk"]["S"].startswith("WALLET#"):
                    wallets.append(f"{organization_of(row)} {row['sk']['S'].removeprefix('WALLET#')}")
    return Restored(fates, tuple(wallets))


def _in_use(stack: Stack) -> bool:
    """Whether it lists any organization: the index holds nothing else."""
    return bool(stack.dynamodb.scan(TableName=stack.table, IndexName="organizations", Limit=1)["Items"])


def bring_back(found: Item, stack: Stack) -> Fate:
    """Put one row where there is none, and queue what a queue kept for it."""
    if _over(found):
        return Fate.LEFT_OUT
    row = _asked_about(found)
    _carry_on(row, stack)
    try:
        patiently(
            lambda: stack.dynamodb.put_item(
                TableName=stack.table,
                Item=row,
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        )
    except ClientError as refusal:
        if refusal.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return Fate.THERE if refusal.response["Item"] == row else Fate.DIFFERENT
    return Fate.BROUGHT_BACK


def _over(row: Item) -> bool:
    """Announcements were relayed long ago, and would be again; a restored table deletes nothing that has expired."""
    if row["pk"]["S"].startswith("OUTBOX#") or SCHEMA.items() <= row.items():
        return True
    return "expires_at" in row and int(row["expires_at"]["N"]) <= time.time()


def _asked_about(row: Item) -> Item:
    """A charge that was not submitted when the copy was made may have been since: Chargebee is asked before it is."""
    if key_parts(row)[0] != "CHARGE" or row["state"] != {"S": "created"}:
        return row
    return {**row, "state": {"S": "submitted"}, "submitted_at": row["created_at"]}


def _carry_on(row: Item, stack: Stack) -> None:
    """Queue anew what a queue kept for the row: the end of a reservation, and the outcome of a charge.

    Before the row is put, as always: a task without a row does nothing, and a row without its task would wait for ever.
    """
    kind, organization_id, name = key_parts(row)
    state = row.get("state", {}).get("S")
    if kind == "HOLD" and state == "held":
        _queue(stack, "HoldsQueueUrl", type="billing.release_hold", organizationId=organization_id, holdId=name)
    if kind == "CHARGE" and state in UNRESOLVED:
        _queue(
            stack, "ProvisioningQueueUrl", type="billing.resolve_charge", organizationId=organization_id, chargeId=name
        )


def _queue(stack: Stack, queue: str, **task: str) -> None:
    body = json.dumps({**task, "subscriptionId": ""})
    stack.sqs.send_message(QueueUrl=stack.target.output(queue), MessageBody=body, DelaySeconds=PUT_BY_THEN)
