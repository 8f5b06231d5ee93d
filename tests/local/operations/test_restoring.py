"""Rows that a table has lost, and a copy of it, in memory."""

import builtins
import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID

from local.operations.failure import OperationFailed
from local.operations.migrating import SCHEMA
from local.operations.restoring import restore
from local.operations.target import Target
from tests.aws_in_memory import REGION, aws_in_memory
from tests.deployment.template import resources
from tests.table.records import KINDS

TABLE, COPY = "billing", "billing-restored"
LONG_GONE = 1_000


class Died(BaseException):
    """The operator's machine was closed."""


class Stack:
    """Two tables of the template's kind, two rows to a page. After `lives` rows are put, the next is death."""

    def __init__(self) -> None:
        self.client = boto3.client("dynamodb", region_name=REGION)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.lives = 1_000
        self.held = 0
        self._counting = threading.Lock()
        [table] = resources("AWS::DynamoDB::Table").values()
        shape = {name: table[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")}
        for name in (TABLE, COPY):
            self.client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **shape)
        self.queues = {
            f"{name}QueueUrl": self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("Holds", "Provisioning")
        }

    @property
    def target(self) -> Target:
        clients = {"dynamodb": self, "sqs": self.sqs}
        return Target("a stack in memory", {"TableName": TABLE, **self.queues}, clients.__getitem__)

    def scan(self, **arguments: Any) -> Any:
        return self.client.scan(**{"Limit": 2} | arguments)

    def put_item(self, **arguments: Any) -> Any:
        with self._counting:
            if self.lives == 0:
                raise Died
            self.lives -= 1
            if self.held:
                self.held -= 1
                raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "PutItem")
        return self.client.put_item(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def put(self, table: str, *items: Mapping[str, Any]) -> None:
        for item in items:
            self.client.put_item(TableName=table, Item=item)

    def rows(self, table: str = TABLE) -> list[Mapping[str, Any]]:
        found = self.client.scan(TableName=table)["Items"]
        return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))

    def tasks(self, queue: str) -> list[dict[str, Any]]:
        """What waits, and is not seen before the row is there."""
        url = self.queues[f"{queue}QueueUrl"]
        assert "Messages" not in self.sqs.receive_message(QueueUrl=url)
        queues = get_backend("sqs")[DEFAULT_ACCOUNT_ID][REGION].queues
        return [json.loads(message.body) for message in queues[queue]._messages]


@pytest.fixture
def stack() -> Iterator[Stack]:
    with aws_in_memory():
        yield Stack()


def row(pk: str, sk: str, **attributes: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": sk}} | {name: {"S": value} for name, value in attributes.items()}


def every_kind() -> list[dict[str, Any]]:
    """Records as they are stored, but for the expiry, which is long past in the examples."""
    items = [kind.item(kind.record) for kind in KINDS.values()]
    return [{name: value for name, value in item.items() if name != "expires_at"} for item in items]


def typed(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda question: answer)


def test_every_kind_of_record_comes_back_as_it_was_but_announcements(stack: Stack) -> None:
    stack.put(COPY, *every_kind())
    restore(stack.target, COPY, None)
    lost = [item for item in stack.rows(COPY) if not item["pk"]["S"].startswith("OUTBOX#")]
    assert stack.rows() == lost
    assert len(lost) > 8


def test_what_is_there_stays_and_wallets_that_differ_are_named(stack: Stack) -> None:
    stack.put(COPY, row("ORG#org_1", "WALLET#USD", balance="5"), row("ORG#org_1", "SUB#1", status="active"))
    there = row("ORG#org_1", "WALLET#USD", balance="7")
    stack.put(TABLE, there)
    said = restore(stack.target, COPY, None)
    assert stack.rows() == [row("ORG#org_1", "SUB#1", status="active"), there]
    assert "brought back: 1 rows\nthere already: 0 rows\nthere already, and different: 1 rows" in said
    assert "compare with its ledger: org_1 USD" in said


def test_twice_is_once(stack: Stack) -> None:
    stack.put(COPY, *every_kind())
    restore(stack.target, COPY, None)
    before = stack.rows()
    said = restore(stack.target, COPY, "org_1")
    assert stack.rows() == before
    assert "brought back: 0 rows" in said
    assert "and different: 0 rows" in said


def test_a_run_that_died_is_begun_again_and_loses_nothing(stack: Stack) -> None:
    rows = [row(f"ORG#org_{number}", "SUB#1") for number in range(9)]
    stack.put(COPY, *rows)
    stack.lives = 4
    with pytest.raises(Died):
        restore(stack.target, COPY, None)
    assert len(stack.rows()) == 4
    stack.lives = 9
    restore(stack.target, COPY, None)
    assert stack.rows() == rows


def test_a_row_that_somebodys_transaction_holds_ends_no_run(stack: Stack) -> None:
    stack.put(COPY, row("ORG#org_1", "SUB#1"))
    stack.held = 2
    restore(stack.target, COPY, None)
    assert stack.rows() == stack.rows(COPY)


def test_a_row_that_is_held_all_the_time_is_told_of(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.operations.patience.PAUSE_SECONDS", 0)
    stack.put(COPY, row("ORG#org_1", "SUB#1"))
    stack.held = 1_000
    with pytest.raises(ClientError, match="TransactionConflictException"):
        restore(stack.target, COPY, None)


def test_what_has_expired_stays_gone(stack: Stack) -> None:
    expired = row("BUDGET#org_1", "pages#1") | {"expires_at": {"N": str(LONG_GONE)}}
    stack.put(COPY, expired)
    assert "left out: 1 rows" in restore(stack.target, COPY, None)
    assert stack.rows() == []


def test_migrations_begin_again_because_the_rows_are_of_the_copys_version(stack: Stack) -> None:
    stack.put(TABLE, SCHEMA | {"version": {"N": "2"}})
    stack.put(COPY, SCHEMA | {"version": {"N": "1"}})
    restore(stack.target, COPY, None)
    assert stack.rows() == []


def test_of_one_organization_every_row_comes_back_and_no_other(stack: Stack) -> None:
    own = [
        row("CHARGE#org_1#ch_1", "CHARGE", state="succeeded"),
        row("CUSTOMER#cus_1", "CUSTOMER", organization_id="org_1"),
        row("LEDGER#org_1#USD", "000000000001#000"),
        row("ORG#org_1", "ORG"),
        row("SUBSCRIPTION#sub_1", "SUBSCRIPTION", organization_id="org_1"),
    ]
    others = [row("CUSTOMER#org_1", "CUSTOMER", organization_id="org_2"), row("ORG#org_10", "ORG"), row("PLAN", "gold")]
    stack.put(COPY, *own, *others)
    restore(stack.target, COPY, "org_1")
    assert stack.rows() == own


def test_an_open_reservation_gets_its_timer_back_and_a_finished_one_none(stack: Stack) -> None:
    stack.put(COPY, row("HOLD#org_1#h#1", "HOLD", state="held"), row("HOLD#org_1#h2", "HOLD", state="settled"))
    restore(stack.target, COPY, None)
    released = {"type": "billing.release_hold", "organizationId": "org_1", "holdId": "h#1", "subscriptionId": ""}
    assert stack.tasks("Holds") == [released]


def test_a_charge_under_way_is_asked_about_and_never_taken_for_one_that_was_not_sent(stack: Stack) -> None:
    stack.put(COPY, row("CHARGE#org_1#ch_1", "CHARGE", state="created", created_at="7"))
    stack.put(COPY, row("CHARGE#org_1#ch_2", "CHARGE", state="failed", created_at="7"))
    restore(stack.target, COPY, None)
    asked = {"type": "billing.resolve_charge", "organizationId": "org_1", "chargeId": "ch_1", "subscriptionId": ""}
    assert stack.tasks("Provisioning") == [asked]
    brought = stack.rows()[0]
    assert (brought["state"], brought["submitted_at"]) == ({"S": "submitted"}, {"S": "7"})


def test_a_task_is_queued_before_its_row_is_put(stack: Stack) -> None:
    stack.put(COPY, row("HOLD#org_1#h1", "HOLD", state="held"))
    stack.lives = 0
    with pytest.raises(Died):
        restore(stack.target, COPY, None)
    assert len(stack.tasks("Holds")) == 1


def test_a_table_in_use_is_filled_only_once_its_name_was_typed(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    stack.put(TABLE, row("ORG#org_1", "ORG", listed="ORGANIZATIONS"))
    stack.put(COPY, row("ORG#org_2", "ORG"))
    typed("yes", monkeypatch)
    with pytest.raises(OperationFailed, match=r"Nothing was brought back\."):
        restore(stack.target, COPY, None)
    assert len(stack.rows()) == 1
    typed(TABLE, monkeypatch)
    restore(stack.target, COPY, None)
    assert len(stack.rows()) == 2


def test_the_stacks_own_table_is_no_copy(stack: Stack) -> None:
    with pytest.raises(OperationFailed, match="own table"):
        restore(stack.target, TABLE, None)
