"""One suite for the table and for its model in memory: what is proved over the one holds for the other."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, InvalidRequest, Throttled
from billing.core.money import Money
from billing.metering.domain.announcements import grant_announcement
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.entitlement import Account
from billing.metering.domain.grant import MOST_CHANGES, Earlier, Gift, Grant
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Correction, Cost, Split, Usage, UsageEvent
from billing.metering.domain.wallet import LedgerLine, Lot, LotKind, Wallet, WalletPosting, post
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import reserve_usage, settle_usage
from billing.metering.services.ports import GrantStore, UsageChange, UsageStore
from billing.metering.services.record_usage import CHUNK, MAX_AGE, record_usage
from billing.metering.table.rows import GRANT_LIFETIME, METER_LIFETIME, grant_item, hold_item, meter_item, read_grant
from billing.metering.table.store import DynamoUsage
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.table.rows import organization_item, subscription_item
from billing.table.codec import encode
from tests.aws_in_memory import client_in_memory
from tests.model.metering import DAY, LARGE, MICROS, ORG, PAYING, START, calls, metering, on_plan
from tests.model.usage_store import MemoryUsage


class Table(UsageStore, GrantStore, Protocol):
    """The store, and what webhooks would have brought into it."""

    def grant(self, organization_id: str, partition: OrganizationState) -> None: ...


class DynamoTable(DynamoUsage):
    """The table's own side. `asked` are the calls made, with the items that each read or wrote."""

    def __init__(self, client: Any, name: str) -> None:
        super().__init__(client, name)
        self.client, self.name = client, name
        self.asked: list[tuple[str, int]] = []
        client.meta.events.register("after-call.dynamodb", self.count)

    def grant(self, organization_id: str, partition: OrganizationState) -> None:
        assert partition.organization
        items = [organization_item(partition.organization)]
        items += [subscription_item(organization_id, row) for row in partition.subscriptions]
        for item in items:
            self.client.put_item(TableName=self.name, Item=item)

    def count(self, parsed: dict[str, Any], event_name: str, **_: Any) -> None:
        self.asked.append((event_name.rpartition(".")[2], len(parsed.get("Items", ()))))


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with client_in_memory("dynamodb") as client:
        yield client


@pytest.fixture
def dynamo(client: Any, request: pytest.FixtureRequest) -> Iterator[DynamoTable]:
    name = f"table{abs(hash(request.node.nodeid))}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    table = DynamoTable(client, name)
    yield table
    client.meta.events.unregister("after-call.dynamodb", table.count)
    client.delete_table(TableName=name)


@pytest.fixture(params=["memory", "dynamodb"])
def table(request: pytest.FixtureRequest) -> Table:
    if request.param == "memory":
        return MemoryUsage()
    dynamo: DynamoTable = request.getfixturevalue("dynamo")
    return dynamo


EMPTY = Account(OrganizationState())
METER = Meter("calls", 0, 100, 10)
LINE = LedgerLine("a", "gift", Money(5, "USD"), 5, START, "because")
METERED = BillingDay(START - START % DAY, "sub_1", "calls", START, START + 30 * DAY, item_price_id="calls")
HOLD = Hold(
    "h1",
    "calls",
    5,
    Split(3, 2, Money(10, "USD"), paid=True),
    0,
    "growth",
    "sub_1",
    START + 60,
    {"model": "large"},
    METERED,
)


def use(event_id: str = "e1", **fields: Any) -> Usage:
    event = calls(event_id, 4, dimensions={"model": "large"}, costs=(Cost("0", "openai", Money(7, "USD")),))
    values: dict[str, Any] = {"event": event, "split": Split(3, 1, Money(9, "USD"), paid=True), "period_start": 0}
    values |= {"plan_id": "growth", "subscription_id": "sub_1", "recorded_at": START}
    return Usage(**(values | fields))


def plain(event_id: str, occurred_at: int = START, **fields: Any) -> Usage:
    """A use of no cost and no worth."""
    event = UsageEvent(event_id, "calls", 1, occurred_at)
    return use(event_id, event=event, split=Split(1), subscription_id=None, **fields)


def kept(usage: Usage) -> Usage:
    """As it comes back: it remembers its digest."""
    return replace(usage, event=replace(usage.event, known_digest=usage.event.digest))


def account(*meters: Meter, wallets: tuple[Wallet, ...] = ()) -> Account:
    return Account(
        OrganizationState(),
        {(meter.feature, meter.start): meter for meter in meters},
        {wallet.currency: wallet for wallet in wallets},
    )


def change(before: Account, after: Account, *usages: Usage, **fields: Any) -> UsageChange:
    return UsageChange(before, after, START, usages, **fields)


def give(table: Table, grant: Grant, seen: int, organization_id: str = ORG) -> None:
    table.save_grant(organization_id, seen, grant, grant_announcement(organization_id, None, grant))


# --- reading back ----------------------------------------------------------------------------------


def test_of_an_organization_that_nobody_knows_there_is_nothing(table: Table) -> None:
    assert table.account(ORG) == EMPTY
    assert (table.usages(ORG, ["e1"]), table.hold(ORG, "h1"), table.posted_line(ORG, "a")) == ({}, None, None)
    assert (table.ledger(ORG, "USD", None), table.days(ORG, "2026-01-01", "2026-12-31")) == (([], None), [])


def test_what_is_written_is_read_back_to_the_letter(table: Table) -> None:
    table.grant(ORG, on_plan("large"))
    meters = (replace(METER, used=4), Meter("calls", 100, None, None, used=7, held=1))
    wallet, line = post(Wallet("USD"), "a", "gift", 5, at=START, reason="because")
    written = change(EMPTY, account(*meters, wallets=(wallet,)), use(), lines=(line,), hold=HOLD, posting_id="a")
    table.commit_usage(ORG, written)
    found = table.account(ORG)
    assert found.partition == on_plan("large")
    assert set(found.meters.values()) == {replace(meter, version=1) for meter in meters}
    assert found.wallets == {"USD": Wallet("USD", balance=5, version=1)}
    assert table.usages(ORG, ["e1", "e2"]) == {"e1": kept(use())}
    assert (table.hold(ORG, "h1"), table.posted_line(ORG, "a")) == (HOLD, LINE)
    assert table.ledger(ORG, "USD", None) == ([LINE], None)


def test_what_is_another_organizations_is_not_seen(table: Table) -> None:
    wallet, line = post(Wallet("USD"), "a", "gift", 5, at=START)
    written = change(EMPTY, account(METER, wallets=(wallet,)), use(), lines=(line,), hold=HOLD, posting_id="a")
    table.commit_usage("org_2", written)
    for other in (ORG, "org_", "org_22"):
        assert table.account(other) == EMPTY
        assert (table.usages(other, ["e1"]), table.hold(other, "h1"), table.posted_line(other, "a")) == ({}, None, None)
        assert (table.ledger(other, "USD", None)[0], table.days(other, "2026-01-01", "2026-12-31")) == ([], [])


def test_only_what_moved_is_written(table: Table) -> None:
    table.commit_usage(ORG, change(EMPTY, account(METER, replace(METER, start=100))))
    before = table.account(ORG)
    [first, second] = sorted(before.meters.values(), key=lambda meter: meter.start)
    table.commit_usage(ORG, change(before, account(replace(first, used=1), second)))
    assert [meter.version for meter in table.account(ORG).meters.values()] == [2, 1]


# --- conditions ------------------------------------------------------------------------------------


def seen(table: Table) -> tuple[object, ...]:
    """Everything that a refused change might have left behind."""
    days = tuple(map(repr, table.days(ORG, "2026-01-01", "2026-12-31")))
    rest = (table.usages(ORG, ["e1", "e2"]), table.hold(ORG, "h1"), table.hold(ORG, "h2"), table.posted_line(ORG, "b"))
    return (table.account(ORG), *rest, table.ledger(ORG, "USD", None), days)


def written(table: Table) -> Account:
    """A meter, a wallet with its line, a use and a hold."""
    wallet, line = post(Wallet("USD"), "a", "gift", 5, at=START)
    after = account(replace(METER, used=4), wallets=(wallet,))
    table.commit_usage(ORG, change(EMPTY, after, use(), lines=(line,), hold=HOLD, posting_id="a"))
    return table.account(ORG)


@pytest.mark.parametrize("stale", ["meter", "wallet"])
def test_whoever_read_before_another_wrote_changes_nothing(table: Table, stale: str) -> None:
    now = written(table)
    [meter], [wallet] = now.meters.values(), now.wallets.values()
    posted, line = post(wallet, "b", "gift", 1, at=START)
    before = seen(table)
    after = replace(
        now,
        meters={("calls", 0): replace(meter, used=9, version=7 if stale == "meter" else meter.version)},
        wallets={"USD": replace(posted, version=7 if stale == "wallet" else posted.version)},
    )
    with pytest.raises(Conflict):
        table.commit_usage(ORG, change(now, after, use("e2"), lines=(line,), posting_id="b"))
    assert seen(table) == before


def test_a_meter_and_a_wallet_that_did_not_exist_must_not_exist_yet(table: Table) -> None:
    written(table)
    before = seen(table)
    for after in (account(METER), account(wallets=(Wallet("USD", 3),))):
        with pytest.raises(Conflict):
            table.commit_usage(ORG, change(EMPTY, after, use("e2")))
    assert seen(table) == before


@pytest.mark.parametrize(
    "again",
    [
        {"usages": (use("e2"), use("e1"))},
        {"usages": (use("e2"),), "hold": HOLD},
        {"usages": (use("e2"),), "lines": (LINE,), "posting_id": "a"},
        {"usages": (use("e2"),), "hold_before": replace(HOLD, state=HoldState.SETTLED), "hold": HOLD},
        {"usages": (use("e2"),), "hold_before": HOLD, "hold": replace(HOLD, id="h2")},
    ],
    ids=["use", "hold", "posting", "hold in another state", "no such hold"],
)
def test_what_may_exist_once_exists_once_and_nothing_beside_it_is_written(table: Table, again: Any) -> None:
    now = written(table)
    before = seen(table)
    [meter], [wallet] = now.meters.values(), now.wallets.values()
    after = replace(
        now,
        meters={("calls", 0): replace(meter, used=9)},
        wallets={"USD": replace(wallet, balance=wallet.balance + 5)},
    )
    with pytest.raises(AlreadyProcessed):
        table.commit_usage(ORG, UsageChange(now, after, START, **again))
    assert seen(table) == before


def test_known_is_said_before_raced(table: Table) -> None:
    """Only the one tells the service that it need not try again."""
    written(table)
    with pytest.raises(AlreadyProcessed):
        table.commit_usage(ORG, change(EMPTY, account(METER), use()))


def test_a_hold_changes_its_state_once(table: Table) -> None:
    now = written(table)
    table.commit_usage(ORG, change(now, now, hold_before=HOLD, hold=replace(HOLD, state=HoldState.SETTLED, actual=0)))
    assert table.hold(ORG, "h1") == replace(HOLD, state=HoldState.SETTLED, actual=0)
    with pytest.raises(AlreadyProcessed):
        table.commit_usage(ORG, change(now, now, hold_before=HOLD, hold=replace(HOLD, state=HoldState.RELEASED)))


def test_a_line_of_nothing_keeps_its_place_in_the_ledger(table: Table) -> None:
    for posting_id, micros in (("a", 0), ("b", 3), ("c", 0), ("d", -3)):
        adjust_wallet(ORG, WalletPosting(posting_id, "gift", Money(micros, "USD")), table, lambda: START)
    lines, _ = table.ledger(ORG, "USD", None)
    assert [(line.id, line.balance) for line in lines] == [("d", 0), ("c", 3), ("b", 3), ("a", 0)]


# --- ledger, days and costs ------------------------------------------------------------------------


def test_the_ledger_is_paged_newest_first_without_a_gap(table: Table) -> None:
    for number in range(60):
        adjust_wallet(ORG, WalletPosting(f"p{number}", "gift", Money(1, "USD")), table, lambda: START)
    adjust_wallet(ORG, WalletPosting("euro", "gift", Money(1, "EUR")), table, lambda: START)
    newest, cursor = table.ledger(ORG, "USD", None)
    assert cursor is not None
    oldest, end = table.ledger(ORG, "USD", cursor)
    assert [line.balance for line in (*newest, *oldest)] == list(range(60, 0, -1))
    assert end is None


def test_lines_of_one_transaction_stand_in_their_order(table: Table) -> None:
    table.grant(ORG, on_plan(PAYING))
    adjust_wallet(ORG, WalletPosting("gift", "gift", Money(100_000, "USD")), table, lambda: START)
    record_usage(ORG, [calls("e0", 10), calls("e1", 1), calls("e2", 2)], metering(table))
    lines, _ = table.ledger(ORG, "USD", None)
    assert [(line.id, line.balance) for line in lines] == [
        ("usage:e2", 70_000),
        ("usage:e1", 90_000),
        ("gift", 100_000),
    ]


@pytest.mark.parametrize("cursor", ["x", "#", "LEDGER#org_2"])
def test_a_cursor_that_is_none_of_the_ledgers_is_refused(table: Table, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        table.ledger(ORG, "USD", cursor)


def test_days_add_up_by_the_date_of_the_use_feature_and_subscription(table: Table) -> None:
    table.commit_usage(ORG, change(EMPTY, EMPTY, plain("e1", START - DAY), plain("e2"), plain("e3")))
    table.commit_usage(ORG, change(EMPTY, EMPTY, plain("e4"), use("e5")))
    found = table.days(ORG, "2026-09-20", "2026-09-21")
    assert [(day.date, day.subscription_id, day.quantity, day.events, day.costed) for day in found] == [
        ("2026-09-20", "-", 1, 1, 0),
        ("2026-09-21", "-", 3, 3, 0),
        ("2026-09-21", "sub_1", 4, 1, 1),
    ]
    assert (found[-1].revenue, found[-1].costs) == ({"USD": 9}, {"USD": 7})
    assert table.days(ORG, "2026-09-21", "2026-09-21") == found[1:]
    assert table.days(ORG, "2026-09-22", "2026-12-31") == []


def test_late_costs_join_the_use_and_its_day_once(table: Table) -> None:
    table.commit_usage(ORG, change(EMPTY, EMPTY, plain("e1")))
    before = table.usages(ORG, ["e1"])["e1"]
    late = [Cost("k1", "openai", Money(3, "USD")), Cost("k2", "openai", Money(4, "USD"))]
    table.add_costs(ORG, before, late)
    found = table.usages(ORG, ["e1"])["e1"]
    assert (set(found.event.costs), found.event.digest) == (set(late), before.event.digest)
    for more in (late, [Cost("k3", "openai", Money(9, "USD"))]):
        with pytest.raises(AlreadyProcessed):
            table.add_costs(ORG, before, more)
    table.add_costs(ORG, found, [Cost("k3", "hetzner", Money(9, "EUR"))])
    [day] = table.days(ORG, "2026-09-21", "2026-09-21")
    assert (day.costed, day.costs) == (1, {"USD": 7, "EUR": 9})


def test_costs_of_a_use_that_is_gone_are_refused(table: Table) -> None:
    with pytest.raises(AlreadyProcessed):
        table.add_costs(ORG, plain("e1"), [Cost("k1", "openai", Money(3, "USD"))])
    assert table.days(ORG, "2026-01-01", "2026-12-31") == []


# --- the table's own -------------------------------------------------------------------------------


def test_a_check_is_one_query_and_a_use_is_one_query_and_one_transaction_however_many_there_were(
    dynamo: DynamoTable,
) -> None:
    dynamo.grant(ORG, on_plan(LARGE))
    costs = []
    for number in range(3):
        record_usage(ORG, [calls(f"{number}-{each}") for each in range(number * 4)], metering(dynamo))
        dynamo.asked.clear()
        record_usage(ORG, [calls(f"e{number}")], metering(dynamo))
        dynamo.account(ORG)
        costs.append(tuple(dynamo.asked))
    steady = (("Query", 3), ("TransactWriteItems", 0), ("Query", 3))
    assert costs == [(("Query", 2), ("TransactWriteItems", 0), ("Query", 3)), steady, steady]


def test_a_refusal_is_a_query_and_one_batch_read(dynamo: DynamoTable) -> None:
    record_usage(ORG, [calls("e1", 11), calls("e2", 12)], metering(dynamo))
    assert [name for name, _ in dynamo.asked] == ["Query", "BatchGetItem"]


def test_an_id_that_is_twice_in_a_batch_is_read_once(table: Table) -> None:
    table.grant(ORG, on_plan(LARGE))
    events = [calls("e1", 20), calls("e1", 20), calls("e2", 20)]
    assert [each.outcome for each in record_usage(ORG, events, metering(table))] == ["recorded", "replayed", "refused"]
    assert [each.outcome for each in record_usage(ORG, events, metering(table))] == ["replayed", "replayed", "refused"]


def test_a_settlement_is_two_reads_and_one_transaction(dynamo: DynamoTable) -> None:
    reserve_usage(ORG, Reservation("h1", "calls", 5, 60), metering(dynamo))
    dynamo.asked.clear()
    settle_usage(ORG, "h1", 4, metering(dynamo))
    assert [name for name, _ in dynamo.asked] == ["GetItem", "Query", "TransactWriteItems"]


def test_the_largest_batch_fits_into_a_transaction(dynamo: DynamoTable) -> None:
    """Every event of a feature, a currency and a day of its own; each uses its allowance and its wallet up, of which a
    lot has expired."""
    features = {
        f"f{number}": Counted(
            f"f{number}",
            limit=1,
            overage=Overage.WALLET,
            prices=(UnitPrice(Money(1, f"XA{chr(65 + number)}")),),
            item_price_id=f"metered-{number}",
        )
        for number in range(CHUNK)
    }
    catalog = Catalog({PAYING: Plan(PAYING, "Paying", features=features)}, {})
    began = START - CHUNK * DAY
    dynamo.grant(ORG, on_plan(PAYING, created_at=began, started_at=began, term_start=began))
    for number in range(CHUNK):
        money = Money(4, f"XA{chr(65 + number)}")
        adjust_wallet(ORG, WalletPosting(f"p{number}", "gift", money), dynamo, lambda: START)
        lot = WalletPosting(f"l{number}", "gift", money, lot_kind=LotKind.PROMOTIONAL, expires_at=START)
        adjust_wallet(ORG, lot, dynamo, lambda: START - 1)
    events = [UsageEvent(f"e{number}", f"f{number}", 5, START - number * DAY) for number in range(CHUNK)]
    dynamo.asked.clear()
    recorded = record_usage(ORG, events, metering(dynamo, catalog=catalog))
    assert {each.outcome for each in recorded} == {"recorded"}
    assert [name for name, _ in dynamo.asked] == ["Query", "TransactWriteItems"]
    assert [each.kind for each in dynamo.ledger(ORG, "XAA", None)[0]] == ["usage", "expired", "gift", "gift"]


def test_what_expires_is_on_a_line_before_that_of_whoever_finds_it(table: Table) -> None:
    """And a correction remembers what is left of the lots that have paid."""
    table.grant(ORG, on_plan(PAYING))
    gift = WalletPosting("a", "gift", Money(5 * MICROS, "USD"), "", LotKind.PROMOTIONAL, START + DAY)
    adjust_wallet(ORG, gift, table, lambda: START)
    record_usage(ORG, [UsageEvent("e1", "calls", 13, START)], metering(table))
    correct_use(ORG, Correction("k1", "e1", 11, "a bug"), metering(table))
    lot = Lot("a", LotKind.PROMOTIONAL, 4 * MICROS, 5 * MICROS, START + DAY, "gift")
    assert table.account(ORG).wallet("USD").lots == (lot,)
    assert table.usages(ORG, ["e1"])["e1"].drawn == (replace(lot, remaining=MICROS),)
    adjust_wallet(ORG, WalletPosting("b", "gift", Money(1, "USD")), table, lambda: START + DAY)
    lines = [(each.kind, each.amount.micros, each.balance) for each in table.ledger(ORG, "USD", None)[0]]
    assert lines[:2] == [("gift", 1, 1), ("expired", -4 * MICROS, 0)]


def test_a_day_has_every_feature_whatever_its_name_begins_with(table: Table) -> None:
    table.grant(ORG, on_plan("large"))
    features = ("a", "~dash", "Über", "契約")
    for each in features:
        used = use(each, event=UsageEvent(each, each, 1, START), split=Split(1))
        table.commit_usage(ORG, change(EMPTY, EMPTY, used))
    today = datetime.fromtimestamp(START, UTC).date().isoformat()
    assert {day.feature for day in table.days(ORG, today, today)} == set(features)


class Refusing:
    """A client whose transactions are refused, and whose batch reads come in parts."""

    def __init__(self, code: str, reasons: list[str] | None = None) -> None:
        self.response: Any = {
            "Error": {"Code": code},
            "CancellationReasons": [{"Code": each} for each in reasons or []],
        }

    def transact_write_items(self, **_: Any) -> None:
        raise ClientError(self.response, "TransactWriteItems")


@pytest.mark.parametrize(
    ("refusing", "raised"),
    [
        (Refusing("TransactionCanceledException", ["TransactionConflict", "None"]), Conflict),
        (Refusing("TransactionConflictException"), Conflict),
        (Refusing("TransactionCanceledException", ["TransactionConflict", "ConditionalCheckFailed"]), AlreadyProcessed),
        (Refusing("TransactionCanceledException", ["ThrottlingError", "None"]), Throttled),
        (Refusing("ProvisionedThroughputExceededException"), Throttled),
        (Refusing("ValidationException"), ClientError),
    ],
    ids=["conflict", "conflict alone", "known", "throttled", "throttled whole", "our mistake"],
)
def test_only_a_lost_race_is_called_one(refusing: Refusing, raised: type[Exception]) -> None:
    table = DynamoUsage(refusing, "table")
    with pytest.raises(raised):
        table.commit_usage(ORG, change(EMPTY, account(METER), plain("e1")))


def test_a_batch_read_that_comes_in_parts_is_read_to_its_end(
    dynamo: DynamoTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    dynamo.commit_usage(ORG, change(EMPTY, EMPTY, plain("e1"), plain("e2")))
    whole = dynamo.client.batch_get_item

    def first_only(RequestItems: dict[str, Any]) -> dict[str, Any]:
        wanted = RequestItems[dynamo.name]
        answer: dict[str, Any] = whole(RequestItems={dynamo.name: wanted | {"Keys": wanted["Keys"][:1]}})
        rest = wanted["Keys"][1:]
        return answer | {"UnprocessedKeys": {dynamo.name: wanted | {"Keys": rest}} if rest else {}}

    monkeypatch.setattr(dynamo.client, "batch_get_item", first_only)
    assert dynamo.usages(ORG, ["e1", "e2", "e3"]).keys() == {"e1", "e2"}


def test_meters_and_holds_outlive_everything_that_may_still_ask_for_them() -> None:
    assert meter_item(ORG, METER)["expires_at"] == encode({"at": 100 + METER_LIFETIME})["at"]
    assert "expires_at" not in meter_item(ORG, replace(METER, end=None))
    assert "expires_at" not in meter_item(ORG, replace(METER, held=1))
    assert METER_LIFETIME > 7 * DAY
    assert int(hold_item(ORG, HOLD)["expires_at"]["N"]) > HOLD.expires_at + 365 * DAY


# --- grants ---------------------------------------------------------------------------------------

GIVEN = Grant("g1", "calls", Gift.UNITS, 5, START, START + DAY, "ada", "a launch", START)


def test_a_grant_is_read_with_everything_else_and_each_of_its_versions_by_itself(table: Table) -> None:
    table.grant(ORG, on_plan("large"))
    second = replace(GIVEN, amount=7, version=2)
    give(table, GIVEN, 0)
    give(table, replace(GIVEN, id="g1#x"), 1)
    give(table, second, 2)
    found = table.account(ORG)
    assert (found.partition, found.grants_version) == (on_plan("large"), 3)
    assert found.grants == (second, replace(GIVEN, id="g1#x"))
    assert table.grant_versions(ORG, "g1") == [second, GIVEN]
    assert (table.account("org_2").grants, table.grant_versions("org_2", "g1")) == ((), [])


def test_of_two_who_write_grants_at_once_one_gets_through(table: Table) -> None:
    give(table, GIVEN, 0)
    for other in (replace(GIVEN, id="g2"), replace(GIVEN, version=2)):
        with pytest.raises(Conflict):
            give(table, other, 0)
    assert table.account(ORG).grants == (GIVEN,)
    assert table.grant_versions(ORG, "g2") == []


def test_a_version_of_a_grant_is_written_once(table: Table) -> None:
    give(table, GIVEN, 0)
    with pytest.raises(AlreadyProcessed):
        give(table, replace(GIVEN, amount=9), 1)
    assert (table.account(ORG).grants, table.account(ORG).grants_version) == ((GIVEN,), 1)


def test_the_row_of_a_grant_stays_small_however_often_it_is_changed() -> None:
    changes = [
        Earlier(START + each, "f" * 100, Gift.UNITS, 10**15, START, START + DAY, 6) for each in range(MOST_CHANGES)
    ]
    written = replace(GIVEN, id="g" * 100, by="b" * 200, reason="r" * 500, earlier=tuple(changes))
    item = grant_item(ORG, written)
    assert read_grant(item) == written
    assert len(json.dumps(item)) < 6_000


def test_a_grant_outlives_its_end_for_as_long_as_a_use_from_before_may_come() -> None:
    assert grant_item(ORG, GIVEN)["expires_at"] == encode({"at": START + DAY + GRANT_LIFETIME})["at"]
    assert grant_item(ORG, replace(GIVEN, deleted=True))["expires_at"] == encode({"at": START + GRANT_LIFETIME})["at"]
    assert "expires_at" not in grant_item(ORG, replace(GIVEN, ends_at=None))
    assert GRANT_LIFETIME > MAX_AGE
