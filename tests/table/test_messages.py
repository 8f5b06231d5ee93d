"""Messages of a newer version and of an older one are read: a queue holds them over a deployment and a rollback."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest

from billing.announcements.destinations import SqsHookQueue, read_message
from billing.aws.sqs import SqsQueue, read_command
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.table.rows import outbox_item
from billing.table.codec import decode
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.subscriptions.examples import NOW

COMMAND = Command(Task.RELEASE_HOLD, "org_1", "sub_1", "hold_1", NOW, "chg_1", "USD", "cus_1")
OPTIONAL: dict[str, Any] = {
    each.name: each.default for each in fields(Command) if each.name not in ("task", "organization_id", "delay")
}


class Sent:
    """The client of SQS, which keeps what it is sent."""

    def __init__(self) -> None:
        self.bodies: list[Any] = []

    def send_message(self, *, MessageBody: str, **_: Any) -> None:
        self.bodies.append(json.loads(MessageBody))

    def send_message_batch(self, *, Entries: list[dict[str, Any]], **_: Any) -> dict[str, Any]:
        self.bodies += [json.loads(each["MessageBody"]) for each in Entries]
        return {}


def message(command: Command) -> dict[str, Any]:
    sent = Sent()
    SqsQueue(sent, "queue").command(command)
    [body] = sent.bodies
    return dict(body)


@pytest.mark.parametrize("task", Task)
def test_a_command_is_read_as_it_was_sent(task: Task) -> None:
    full, bare = replace(COMMAND, task=task), Command(task, "org_1")
    assert read_command(message(full)) == full
    assert read_command(message(bare)) == bare


def test_the_delay_of_a_command_is_the_queues() -> None:
    assert read_command(message(replace(COMMAND, delay=60))) == COMMAND


def test_what_a_newer_version_adds_to_a_command_is_left_out() -> None:
    assert read_command({**message(COMMAND), "addedLater": {"deep": [1]}}) == COMMAND


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_an_older_version_did_not_send_is_the_default(name: str) -> None:
    sent = message(COMMAND)
    told = next(key for key, value in sent.items() if value == getattr(COMMAND, name))
    older = {key: value for key, value in sent.items() if key != told}
    assert read_command(older) == replace(COMMAND, **{name: OPTIONAL[name]})


def hook_message(published: Any) -> Mapping[str, Any]:
    sent = Sent()
    queue = SqsHookQueue(sent, "queue")
    assert queue.enqueue([queue.message(published)]) is None
    [body] = sent.bodies
    return dict(body)


@pytest.mark.parametrize("transition", ANNOUNCEMENTS)
def test_a_hook_is_told_what_was_published_and_what_a_newer_version_adds(transition: Any) -> None:
    published = publish(ANNOUNCEMENTS[transition])
    assert read_message(hook_message(published), publish) == published
    newer = {**published, "addedLater": 1}
    assert read_message(hook_message(newer), publish) == newer


@pytest.mark.parametrize("transition", ANNOUNCEMENTS)
def test_a_message_of_before_which_was_a_row_of_the_outbox_is_published_now(transition: Any) -> None:
    announcement = ANNOUNCEMENTS[transition]
    row = {name: value for name, value in decode(outbox_item(announcement, NOW)).items() if name != "version"}
    row.pop("details", None)
    assert read_message(row, publish) == publish(announcement)
