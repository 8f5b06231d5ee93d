"""Back to a stack that knows nobody, without a start: what a test leaves behind is gone before the next begins."""

from itertools import batched

from local.backstage.reading import RunningStack, ask
from local.backstage.resting import StillMoving, come_to_rest
from local.backstage.workers import back_to_today, kill_workers
from local.operations.failure import OperationFailed

ROUNDS = 5
PATIENCE_SECONDS = 5.0
ROWS_AT_ONCE = 25


def empty(stack: RunningStack) -> None:
    """Forget every organization, here and at both vendors, whose clocks show today and who work again.

    It is done when a look after the forgetting finds nothing that came meanwhile. What does not come to rest, such as
    a message that fails and waits to be tried again, is broken off. Raises OperationFailed.
    """
    if not (stack.chargebee and stack.scalekit):
        raise OperationFailed("Only a stack with both simulators can be emptied.")
    for vendor in (stack.chargebee, stack.scalekit):
        ask("PUT", f"{vendor}/_sim/faults", {})
    for _ in range(ROUNDS):
        try:
            come_to_rest(stack, PATIENCE_SECONDS)
        except StillMoving:
            _break_off(stack)
        if _forget(stack) == 0:
            return
    raise OperationFailed(f"Somebody writes to the stack while it is emptied: {ROUNDS} times there were new rows.")


def _break_off(stack: RunningStack) -> None:
    """Nothing is delivered any more, and who works on what was delivered works no longer."""
    _reset_vendors(stack)
    _purge(stack)
    kill_workers(stack.workers)


def _forget(stack: RunningStack) -> int:
    """How many rows the table had."""
    _reset_vendors(stack)
    _purge(stack)
    dynamodb = stack.target.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=stack.table, ProjectionExpression="pk, sk", ConsistentRead=True
    )
    keys = [item for page in pages for item in page["Items"]]
    for some in batched(keys, ROWS_AT_ONCE, strict=False):
        deletions = [{"DeleteRequest": {"Key": key}} for key in some]
        dynamodb.batch_write_item(RequestItems={stack.table: deletions})
    return len(keys)


def _reset_vendors(stack: RunningStack) -> None:
    for vendor in (stack.chargebee, stack.scalekit):
        ask("POST", f"{vendor}/_sim/reset")
    back_to_today(stack.clock, stack.workers)


def _purge(stack: RunningStack) -> None:
    """Dead letters too, and what is delayed."""
    sqs = stack.target.client("sqs")
    for url in sqs.list_queues()["QueueUrls"]:
        sqs.purge_queue(QueueUrl=url)
