"""Waiting until nothing moves in the stack: no vendor's webhook, no message, no change of the table that is unread."""

import time
from collections.abc import Iterator

from local.backstage.reading import RunningStack, ask
from local.operations.failure import OperationFailed

PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 60.0
"""A cold function on a busy machine takes many seconds."""
UNDER_WAY = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
"""What is delayed is left out: it is for later."""


class StillMoving(OperationFailed):
    """Something did not come to rest in time."""


def come_to_rest(stack: RunningStack, patience: float = PATIENCE_SECONDS) -> None:
    """Wait until nothing moves, at most so many seconds. Raises StillMoving with what does.

    Whatever moves is seen somewhere at every moment: a webhook is pending until its message is on a queue, a message is
    there until its function is done, a change is unread until its function is. It is looked for twice, with the streams
    read in between, because it may go to where was looked already.
    """
    deadline = time.monotonic() + patience
    while moves := _moves(stack):
        if time.monotonic() > deadline:
            raise StillMoving(f"After {patience:.0f} s the stack still moves: {', '.join(moves)}.")
        time.sleep(PAUSE_SECONDS)


def _moves(stack: RunningStack) -> list[str]:
    looked_at = time.monotonic()
    waiting = list(_waiting(stack))
    if waiting:
        return waiting
    if unread := [pump.name for pump in stack.pumps if not pump.wait_until_read(looked_at)]:
        return unread
    return list(_waiting(stack))


def _waiting(stack: RunningStack) -> Iterator[str]:
    """What waits, with how much of it."""
    for vendor in filter(None, (stack.chargebee, stack.scalekit)):
        if pending := ask("GET", f"{vendor}/_sim/webhooks/pending")["pending"]:
            yield f"{pending} webhooks of {vendor}"
    sqs = stack.target.client("sqs")
    for url in consumed_queues(stack):
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(UNDER_WAY))["Attributes"]
        if messages := sum(int(counts[name]) for name in UNDER_WAY):
            yield f"{messages} messages of {url.rsplit('/', 1)[-1]}"


def consumed_queues(stack: RunningStack) -> list[str]:
    """The addresses of the queues that a function empties; a dead letter rests where it is."""
    mappings = stack.target.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    names = {each["EventSourceArn"].rsplit(":", 1)[-1] for each in mappings if ":sqs:" in each["EventSourceArn"]}
    urls: list[str] = stack.target.client("sqs").list_queues()["QueueUrls"]
    return [url for url in urls if url.rsplit("/", 1)[-1] in names]
