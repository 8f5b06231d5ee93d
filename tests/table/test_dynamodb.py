"""What the kit makes of the table's answers and of its refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, Throttled
from billing.core.until_won import ROW_ATTEMPTS, LostEveryRace
from billing.table.codec import decode, encode, key, successor
from billing.table.dynamodb import MAX_WRITES, Table
from billing.table.writes import Expression, WriteRefusal, delete, put, put_once, put_version, update

STRANGE = ("!", "a", "~dash", "Über", "契約", "\U0001f4b6")
"""Ids that sort before and behind what keys are made of."""


def row(partition: str, name: str, **values: Any) -> dict[str, Any]:
    return key(partition, name) | encode(values)


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["sk"]["S"] for item in items]


# --- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("strange", STRANGE)
def test_a_range_ends_behind_every_name_that_begins_so(strange: str) -> None:
    assert b"SUB#" <= f"SUB#{strange}".encode() < successor("SUB#").encode()


def test_a_range_has_every_name_that_begins_so_and_no_other(table: Table) -> None:
    within = [f"SUB#{each}" for each in STRANGE]
    for name in (*within, "ORG", "SUA", "SUC#a", "TOPUP#EUR"):
        table.put(put(row("p", name)))
    table.put(put(row("another", "SUB#a")))
    assert names(table.between("p", "SUB#", successor("SUB#"))) == sorted(within, key=str.encode)


def test_a_partition_is_all_its_rows(table: Table) -> None:
    for name in STRANGE:
        table.put(put(row("p", name)))
    assert names(table.partition("p")) == sorted(STRANGE, key=str.encode)
    assert table.partition("nobody's") == []


def test_every_page_of_a_query_is_read_and_none_before_it_is_come_to(table: Table) -> None:
    for number in range(5):
        table.put(put(row("p", str(number))))
    pages: list[str] = []
    table.client.meta.events.register("before-call.dynamodb.Query", lambda **_: pages.append("read"))
    found = table.items("pk = :pk", {":pk": "p"}, Limit=2)
    assert [next(found)["sk"]["S"], next(found)["sk"]["S"], len(pages)] == ["0", "1", 1]
    assert names(list(found)) == ["2", "3", "4"]


def test_a_batch_is_read_to_its_end_however_many_keys_it_has(table: Table) -> None:
    keys = [key("p", str(number)) for number in range(203)]
    for each in keys[::2]:
        table.put(put(each))
    assert sorted(names(table.batch_get(keys)), key=int) == [str(number) for number in range(0, 203, 2)]
    assert table.batch_get([]) == []


# --- writing ---------------------------------------------------------------------------------------


def test_many_rows_are_put_at_once_over_whatever_was_there(table: Table) -> None:
    table.put(put(row("p", "7", version=1)))
    table.batch_put([row("p", str(number), version=2) for number in range(60)])
    found = table.partition("p")
    assert len(found) == 60
    assert {each["version"]["N"] for each in found} == {"2"}


def test_what_the_table_did_not_take_of_many_rows_is_put_again(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    write, asked = table.client.batch_write_item, list[int]()

    def but_one(RequestItems: dict[str, list[Any]]) -> dict[str, Any]:
        [(name, writes)] = RequestItems.items()
        asked.append(len(writes))
        taken, left = (writes[:-1], writes[-1:]) if len(asked) == 1 else (writes, [])
        write(RequestItems={name: taken})
        return {"UnprocessedItems": {name: left} if left else {}}

    monkeypatch.setattr(table.client, "batch_write_item", but_one)
    table.batch_put([row("p", str(number)) for number in range(3)])
    assert (len(table.partition("p")), asked) == (3, [3, 1])


def test_what_the_table_could_not_do_of_a_batch_is_asked_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("billing.core.until_won.sleep", pauses.append)
    names = [str(number) for number in range(4)]
    assert [each["sk"]["S"] for each in Table(OneAtATime(), "t").batch_get([key("p", name) for name in names])] == names
    assert len(pauses) == 3
    Table(OneAtATime(), "t").batch_put([row("p", name) for name in names])
    assert len(pauses) == 6


def test_of_two_that_read_the_same_version_one_gets_through(table: Table) -> None:
    table.put(put_version(row("p", "r", version=1), 0))
    with pytest.raises(Conflict):
        table.put(put_version(row("p", "r", version=1), 0))
    table.transact([put_version(row("p", "r", version=2), 1)])
    with pytest.raises(Conflict):
        table.transact([put_version(row("p", "r", version=2), 1)])


def test_an_update_counts_and_sets_under_its_condition(table: Table) -> None:
    change = Expression("SET #state = :state ADD quantity :one", {":state": "open", ":one": 1}, {"#state": "state"})
    unsealed = Expression("attribute_not_exists(sealed) AND (attribute_not_exists(#state) OR #state = :state)")
    for _ in range(2):
        table.transact([update(key("p", "r"), change, unsealed, WriteRefusal.SEALED)])
    assert decode(table.get(key("p", "r")) or {}) == {"pk": "p", "sk": "r", "state": "open", "quantity": 2}
    table.transact([delete(key("p", "r"))])
    assert table.get(key("p", "r")) is None


def test_a_refusal_means_what_its_write_says_and_what_is_known_counts_first(table: Table) -> None:
    table.put(put(row("p", "taken", version=7, sealed=True)))
    known = put_once(row("p", "taken"))
    sealed = put(row("p", "taken"), Expression("attribute_not_exists(sealed)"), WriteRefusal.SEALED)
    moved_on = put_version(row("p", "taken"), 1)
    fine = put(row("p", "fine"))
    for write, raised in ((known, AlreadyProcessed), (sealed, DaySealed), (moved_on, Conflict)):
        with pytest.raises(raised):
            table.transact([fine, write])
        with pytest.raises(raised):
            table.put(write)
    assert table.get(key("p", "fine")) is None


class Refusing:
    """A client that refuses every transaction."""

    def __init__(self, code: str, *reasons: str) -> None:
        self.response: Any = {"Error": {"Code": code}, "CancellationReasons": [{"Code": each} for each in reasons]}

    def transact_write_items(self, **_: Any) -> None:
        raise ClientError(self.response, "TransactWriteItems")


REFUSED, BUSY, FINE = "ConditionalCheckFailed", "TransactionConflict", "None"


@pytest.mark.parametrize(
    ("reasons", "raised"),
    [
        ([REFUSED, REFUSED, REFUSED], AlreadyProcessed),
        ([REFUSED, FINE, BUSY], AlreadyProcessed),
        ([FINE, REFUSED, REFUSED], Conflict),
        ([FINE, REFUSED, FINE], DaySealed),
        ([FINE, FINE, REFUSED], Conflict),
        ([FINE, FINE, BUSY], Conflict),
        ([FINE, FINE, "ThrottlingError"], Throttled),
        ([FINE, BUSY, "ProvisionedThroughputExceeded"], Conflict),
        ([FINE, FINE, "ValidationError"], ClientError),
    ],
)
def test_of_several_refusals_the_weightiest_counts(reasons: list[str], raised: type[Exception]) -> None:
    writes = [
        put(row("p", name), refusal=kind) for name, kind in (("a", WriteRefusal.KNOWN), ("b", WriteRefusal.SEALED))
    ]
    with pytest.raises(raised):
        Table(Refusing("TransactionCanceledException", *reasons), "t").transact([*writes, put(row("p", "c"))])


def test_more_writes_than_a_transaction_takes_are_refused_before_they_are_sent() -> None:
    with pytest.raises(RuntimeError, match="101"):
        Table(None, "t").transact([put(row("p", str(number))) for number in range(MAX_WRITES + 1)])


class OneAtATime:
    """A client with so little capacity that it does the first of a batch."""

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        [(name, wanted)] = RequestItems.items()
        found, *left = wanted["Keys"]
        return {"Responses": {name: [found]}, "UnprocessedKeys": {name: {**wanted, "Keys": left}} if left else {}}

    def batch_write_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        [(name, writes)] = RequestItems.items()
        return {"UnprocessedItems": {name: writes[1:]} if writes[1:] else {}}


class Held:
    """A client whose row is held by transactions for the first `times` writes."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.written = 0

    def put_item(self, **_: Any) -> dict[str, Any]:
        self.written += 1
        if self.written <= self.times:
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "PutItem")
        return {"Attributes": {}}

    update_item = put_item


@pytest.mark.parametrize(
    "write",
    [lambda table: table.put(put(row("p", "a"))), lambda table: table.update(key("p", "a"), "ADD n :one", {":one": 1})],
    ids=["put", "update"],
)
def test_a_row_that_a_transaction_holds_is_written_when_it_is_free_again(write: Callable[[Table], object]) -> None:
    client = Held(ROW_ATTEMPTS - 1)
    write(Table(client, "t"))
    assert client.written == ROW_ATTEMPTS
    with pytest.raises(LostEveryRace):
        write(Table(Held(ROW_ATTEMPTS), "t"))


class Throttling:
    """A client that has no capacity left."""

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def refuse(**_: Any) -> None:
            raise ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, operation)

        return refuse


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: table.get(key("p", "a")),
        lambda table: table.batch_get([key("p", "a")]),
        lambda table: table.partition("p"),
        lambda table: table.update(key("p", "a"), "ADD n :one", {":one": 1}),
        lambda table: table.put(put(row("p", "a"))),
        lambda table: table.transact([put(row("p", "a"))]),
        lambda table: table.batch_put([row("p", "a")]),
    ],
    ids=["get", "batch get", "query", "update", "put", "transaction", "batch put"],
)
def test_a_table_without_capacity_says_so_whatever_it_is_asked(ask: Callable[[Table], object]) -> None:
    with pytest.raises(Throttled):
        ask(Table(Throttling(), "t"))
