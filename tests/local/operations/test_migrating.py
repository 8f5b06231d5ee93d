"""Rows of older versions on an in-memory table."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.migrating import ATTEMPTS, Schema, migrate, read_schema
from local.operations.migrations import MIGRATIONS, Item, Migration, copied
from local.operations.target import Target
from tests.aws_in_memory import client_in_memory

TABLE = "billing"
NAMED = Migration("colours are called by their English name", "ROW#", copied("color", "colour"))


def numbered(item: Item) -> Item | None:
    """The row's number, beside every row that is not grey."""
    if item.get("color") == {"S": "grey"}:
        return None
    return {"pk": {"S": f"NUMBER#{item['sk']['S']}"}, "sk": {"S": "NUMBER"}, "row": item["sk"], "color": item["color"]}


NUMBERED = Migration("rows have a number", "ROW#", companion=numbered)


class Died(BaseException):
    """The operator's machine was closed."""


class Paged:
    """The table's client, whose pages hold two rows; `before` happens before each call of that name."""

    def __init__(self, client: AwsClient) -> None:
        self.client = client
        self.before: dict[str, Any] = {}
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append(name)
            if happens := self.before.get(name):
                happens()
            page = {"Limit": 2} if name == "scan" else {}
            return getattr(self.client, name)(**arguments, **page)

        return call

    @property
    def target(self) -> Target:
        return Target("a stack in memory", {"TableName": TABLE}, lambda service: self)


@pytest.fixture
def table() -> Iterator[Paged]:
    with client_in_memory("dynamodb") as client:
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
        )
        yield Paged(client)


def put(table: Paged, number: int, **attributes: Any) -> None:
    key = {"pk": {"S": f"ORG#{number}"}, "sk": {"S": f"ROW#{number}"}}
    table.client.put_item(TableName=TABLE, Item=key | {name: {"S": value} for name, value in attributes.items()})


def rows(table: Paged, name: str) -> list[str | None]:
    items = sorted(table.client.scan(TableName=TABLE)["Items"], key=lambda item: item["sk"]["S"])
    return [item.get(name, {}).get("S") for item in items if item["sk"]["S"].startswith("ROW#")]


def companions(table: Paged) -> dict[str, str]:
    """The colour that each companion was put for."""
    items = table.client.scan(TableName=TABLE)["Items"]
    return {item["row"]["S"]: item["color"]["S"] for item in items if item["pk"]["S"].startswith("NUMBER#")}


def test_every_row_of_the_kind_is_changed_and_no_other(table: Paged) -> None:
    for number in range(5):
        put(table, number, color="red")
    table.client.put_item(TableName=TABLE, Item={"pk": {"S": "X"}, "sk": {"S": "OTHER"}, "color": {"S": "red"}})
    assert migrate(table.target, [NAMED]) == f"{NAMED.name}: 5 rows\nversion: 1"
    assert rows(table, "colour") == ["red"] * 5
    assert "colour" not in table.client.get_item(TableName=TABLE, Key={"pk": {"S": "X"}, "sk": {"S": "OTHER"}})["Item"]


def test_a_migration_that_is_done_is_not_done_again(table: Paged) -> None:
    put(table, 1, color="red")
    migrate(table.target, [NAMED])
    put(table, 2, color="blue")
    table.calls.clear()
    assert migrate(table.target, [NAMED]) == "version: 1"
    assert table.calls == ["get_item"]


def die_at_the_fourth(table: Paged, call: str, migration: Migration) -> None:
    """Run the migration, which dies before it makes that call for the fourth time."""
    deaths = iter([None, None, None, "die"])

    def die() -> None:
        if next(deaths, None):
            raise Died

    table.before[call] = die
    with pytest.raises(Died):
        migrate(table.target, [migration])


def test_a_run_that_died_goes_on_where_it_was_and_loses_nothing(table: Paged) -> None:
    for number in range(9):
        put(table, number, color="red")
    die_at_the_fourth(table, "update_item", NAMED)
    assert read_schema(table, TABLE).cursor is not None
    table.calls.clear()
    migrate(table.target, [NAMED])
    assert rows(table, "colour") == ["red"] * 9
    assert table.calls.count("update_item") == 6
    assert read_schema(table, TABLE) == Schema(1)


@pytest.mark.parametrize("call", ["update_item", "put_item"])
def test_of_two_runs_at_once_neither_harms_the_other(table: Paged, call: str) -> None:
    for number in range(5):
        put(table, number, color="red")

    def other() -> None:
        table.before.clear()
        migrate(table.target, [NAMED])

    table.before[call] = other
    migrate(table.target, [NAMED])
    assert rows(table, "colour") == ["red"] * 5
    assert read_schema(table, TABLE) == Schema(1)


def test_what_is_written_meanwhile_wins(table: Paged) -> None:
    put(table, 1, color="red", size="large")

    def written() -> None:
        table.before.clear()
        put(table, 1, color="blue", size="small")

    table.before["update_item"] = written
    migrate(table.target, [NAMED])
    assert (rows(table, "colour"), rows(table, "size")) == (["blue"], ["small"])


def test_what_is_written_under_the_new_name_meanwhile_wins(table: Paged) -> None:
    put(table, 1, color="red")
    table.before["update_item"] = lambda: put(table, 1, color="red", colour="green")
    migrate(table.target, [NAMED])
    assert rows(table, "colour") == ["green"]


def test_a_row_that_is_deleted_meanwhile_does_not_come_back(table: Paged) -> None:
    put(table, 1, color="red")
    key = {"pk": {"S": "ORG#1"}, "sk": {"S": "ROW#1"}}
    table.before["update_item"] = lambda: table.client.delete_item(TableName=TABLE, Key=key)
    migrate(table.target, [NAMED])
    assert rows(table, "colour") == []


def test_a_row_that_keeps_changing_is_left_for_the_next_run(table: Paged) -> None:
    put(table, 1, color="red")
    colours = iter(range(ATTEMPTS))
    table.before["update_item"] = lambda: put(table, 1, color=str(next(colours)))
    with pytest.raises(OperationFailed, match="keeps changing"):
        migrate(table.target, [NAMED])
    assert read_schema(table, TABLE) == Schema()


def test_a_row_that_somebodys_transaction_holds_is_read_again(table: Paged) -> None:
    put(table, 1, color="red")

    def held() -> None:
        del table.before["update_item"]
        raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "UpdateItem")

    table.before["update_item"] = held
    migrate(table.target, [NAMED])
    assert rows(table, "colour") == ["red"]


def test_an_attribute_can_be_removed(table: Paged) -> None:
    put(table, 1, color="red", size="large")
    removed = Migration("no size", "ROW#", lambda item: {"size": None} if "size" in item else {})
    migrate(table.target, [removed])
    assert (rows(table, "size"), rows(table, "color")) == ([None], ["red"])


def test_a_table_that_is_newer_than_the_checkout_is_left_alone(table: Paged) -> None:
    migrate(table.target, [NAMED, NAMED])
    with pytest.raises(OperationFailed, match="version 2"):
        migrate(table.target, [NAMED])


def test_any_other_refusal_of_the_table_is_told(table: Paged) -> None:
    put(table, 1, color="red")

    def throttled() -> None:
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem")

    table.before["update_item"] = throttled
    with pytest.raises(ClientError):
        migrate(table.target, [NAMED])


def test_a_new_table_has_every_migration_behind_it_at_once(table: Paged) -> None:
    assert migrate(table.target).endswith(f"version: {len(MIGRATIONS)}")


def test_a_row_gets_the_one_that_belongs_beside_it_and_one_that_is_there_stays(table: Paged) -> None:
    for number, color in enumerate(("red", "grey", "blue")):
        put(table, number, color=color)
    there = {"pk": {"S": "NUMBER#ROW#2"}, "sk": {"S": "NUMBER"}, "row": {"S": "ROW#2"}, "color": {"S": "old"}}
    table.client.put_item(TableName=TABLE, Item=there)
    assert migrate(table.target, [NUMBERED]) == f"{NUMBERED.name}: 1 rows\nversion: 1"
    assert companions(table) == {"ROW#0": "red", "ROW#2": "old"}


def test_a_run_that_died_among_the_companions_goes_on_and_puts_the_rest(table: Paged) -> None:
    for number in range(9):
        put(table, number, color="red")
    die_at_the_fourth(table, "transact_write_items", NUMBERED)
    assert len(companions(table)) == 3
    table.calls.clear()
    migrate(table.target, [NUMBERED])
    assert companions(table) == {f"ROW#{number}": "red" for number in range(9)}
    assert table.calls.count("transact_write_items") < 9


def test_a_companion_is_put_for_the_row_as_it_is_and_for_none_that_is_gone(table: Paged) -> None:
    for number in range(2):
        put(table, number, color="red")
    key = {"pk": {"S": "ORG#1"}, "sk": {"S": "ROW#1"}}

    def meanwhile() -> None:
        table.before.clear()
        put(table, 0, color="blue")
        table.client.delete_item(TableName=TABLE, Key=key)

    table.before["transact_write_items"] = meanwhile
    migrate(table.target, [NUMBERED])
    assert companions(table) == {"ROW#0": "blue"}


def test_of_two_runs_at_once_one_puts_the_companion(table: Paged) -> None:
    put(table, 1, color="red")

    def other() -> None:
        table.before.clear()
        migrate(table.target, [NUMBERED])

    table.before["transact_write_items"] = other
    assert migrate(table.target, [NUMBERED]) == f"{NUMBERED.name}: 0 rows\nversion: 1"
    assert companions(table) == {"ROW#1": "red"}
