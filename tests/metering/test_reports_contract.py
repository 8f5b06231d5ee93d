"""The days of metered usage on DynamoDB (moto): counted while open, sealed for ever, due until they are told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from billing.core.clock import DAY
from billing.core.errors import DaySealed
from billing.core.money import Money
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.billing_day import PAUSE, SEAL_AFTER, BillingDay
from billing.metering.domain.correction import CorrectedUse, raised
from billing.metering.domain.entitled import Source
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Correction, Split, Usage, UsageEvent
from billing.metering.domain.use import Basis
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.correct_use import correct_use
from billing.metering.services.ports import UsageChange
from billing.metering.services.record_usage import record_usage
from billing.metering.services.reporting_ports import Backlog
from billing.metering.table.adjustments import DynamoAdjustments
from billing.metering.table.billed_days import DynamoBilledDays, due_shard
from billing.metering.table.store import DynamoUsage
from billing.plans.feature import Counted, Overage
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Status
from billing.subscriptions.table.rows import subscription_item
from billing.table.codec import SHARDS
from tests.aws_in_memory import client_in_memory
from tests.deployment.template import resources
from tests.model.metering import metering, on_plan
from tests.model.time import Time

MIDNIGHT = 20_000 * DAY
DAY_ONE = BillingDay(MIDNIGHT, "sub_1", "api-calls", MIDNIGHT - DAY, MIDNIGHT + 9 * DAY, item_price_id="api-calls")
EMPTY = Account(OrganizationState())


@pytest.fixture
def client() -> Iterator[Any]:
    with client_in_memory("dynamodb") as made:
        table = resources("AWS::DynamoDB::Table")["Table"]
        names = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        made.create_table(TableName="billing", **{name: table[name] for name in names})
        yield made


def count(
    client: Any,
    event_id: str,
    quantity: int,
    met: Split | None = None,
    *,
    day: BillingDay = DAY_ONE,
    organization_id: str = "org_1",
) -> None:
    event = UsageEvent(event_id, "api-calls", quantity, MIDNIGHT)
    usage = Usage(event, met or Split(quantity), MIDNIGHT, "growth", "sub_1", MIDNIGHT, day)
    DynamoUsage(client, "billing").commit_usage(organization_id, UsageChange(EMPTY, EMPTY, MIDNIGHT, (usage,)))


def test_uses_of_a_day_add_up_and_are_due(client: Any) -> None:
    count(client, "e1", 7)
    count(client, "e2", 5)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    assert (report.organization_id, report.billing_day, report.quantity) == ("org_1", DAY_ONE, 12)
    assert list(reports.due_of("org_1", "sub_1")) == [report]
    assert list(reports.due(MIDNIGHT - 1)) == []
    assert list(reports.due_of("org_1", "sub_2")) == []


def test_what_a_wallet_has_paid_is_not_invoiced_too(client: Any) -> None:
    count(client, "e1", 7, Split(2, 5, Money(10000, "USD"), paid=True))
    count(client, "e2", 3, Split(0, 3, Money(10000, "USD"), paid=True))
    count(client, "e3", 4, Split(0, 4, Money(10000, "USD")))
    [report] = DynamoBilledDays(client, "billing").due(MIDNIGHT)
    assert report.quantity == 2 + 4


def test_a_plan_change_in_the_middle_of_a_day_leaves_what_was_used_before_at_its_price(client: Any) -> None:
    count(client, "e1", 7)
    count(client, "e2", 5, day=replace(DAY_ONE, item_price_id="api-calls-scale"))
    told = {
        report.billing_day.item_price_id: report.quantity
        for report in DynamoBilledDays(client, "billing").due(MIDNIGHT)
    }
    assert told == {"api-calls": 7, "api-calls-scale": 5}


def test_a_sealed_day_takes_no_more_and_writes_nothing(client: Any) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    assert reports.seal(report).sealed
    with pytest.raises(DaySealed):
        count(client, "e2", 5)
    assert reports.seal(report).quantity == 7
    assert DynamoUsage(client, "billing").usages("org_1", ["e2"]) == {}


def test_a_day_that_counts_in_other_decimals_takes_no_more_and_a_later_one_has_it(client: Any) -> None:
    count(client, "e1", 7)
    finer = replace(DAY_ONE, decimals=3)
    with pytest.raises(DaySealed):
        count(client, "e2", 5_000, day=finer)
    count(client, "e2", 5_000, day=replace(finer, late=True))
    told = [report.units for report in DynamoBilledDays(client, "billing").due(MIDNIGHT)]
    assert sorted(told) == [5, 7]


@pytest.mark.parametrize("close", ["reported", "flagged"])
def test_a_day_that_was_told_or_flagged_is_kept_and_not_due(client: Any, close: str) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    if close == "reported":
        reports.mark_reported(report)
    else:
        reports.flag(report, "usage_not_allowed")
    assert list(reports.due(MIDNIGHT)) == []
    assert reports.seal(report).quantity == 7
    [row] = (item for item in client.scan(TableName="billing")["Items"] if item["pk"]["S"] == "REPORT#org_1")
    assert ("expires_at" in row) == (close == "reported")


def test_a_day_that_is_postponed_stays_due_and_says_until_when(client: Any) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    reports.postpone(report.postponed(MIDNIGHT + DAY).postponed(MIDNIGHT + DAY), "chargebee_unavailable")
    [again] = reports.due(MIDNIGHT)
    assert (again.attempts, again.not_before, again.told) == (2, MIDNIGHT + DAY + PAUSE, False)
    assert list(reports.due_of("org_1", "sub_1")) == [again]


def test_the_backlog_is_what_is_closed_and_not_told(client: Any) -> None:
    reports = DynamoBilledDays(client, "billing")
    closed = MIDNIGHT + DAY + SEAL_AFTER
    count(client, "e1", 7)
    count(client, "e2", 5, day=replace(DAY_ONE, day=MIDNIGHT + DAY))
    count(client, "e3", 5, day=replace(DAY_ONE, day=MIDNIGHT + DAY, subscription_id="sub_2"))
    assert reports.backlog(closed - 1) == Backlog(0, 0)
    assert reports.backlog(closed + 9) == Backlog(1, 9)
    assert reports.backlog(closed + DAY + 9) == Backlog(3, DAY + 9)
    [report, *_] = reports.due(MIDNIGHT)
    reports.postpone(report.told_at(closed), "not_invoiced")
    assert reports.backlog(closed + DAY + 9) == Backlog(2, 9)


def test_a_day_that_is_told_and_on_no_invoice_comes_behind_those_that_are_not_told(client: Any) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    reports.postpone(report.told_at(MIDNIGHT + DAY), "not_invoiced")
    count(client, "e2", 5, day=replace(DAY_ONE, day=MIDNIGHT + DAY))
    assert [(each.quantity, each.told) for each in reports.due(MIDNIGHT + DAY)] == [(5, False), (7, True)]
    reports.mark_reported(report)
    assert [each.quantity for each in reports.due(MIDNIGHT + DAY)] == [5]


def test_a_day_knows_when_its_subscription_has_ended_and_not_when_it_is_to_end(client: Any) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    ends = [reports.ended(report)]
    for status in (Status.NON_RENEWING, Status.CANCELLED):
        [row] = on_plan("pro", id="sub_1", status=status, cancelled_at=MIDNIGHT + 60).subscriptions
        client.put_item(TableName="billing", Item=subscription_item("org_1", row))
        ends.append(reports.ended(report))
    assert ends == [None, None, MIDNIGHT + 60]


def test_what_is_due_comes_oldest_first_over_all_organizations(client: Any) -> None:
    days = [(f"org_{number}", number % 7) for number in range(40)]
    for organization_id, late in days:
        day = replace(DAY_ONE, day=MIDNIGHT + late * DAY)
        count(client, "e1", 1, day=day, organization_id=organization_id)
    rows = client.scan(TableName="billing")["Items"]
    partitions = {row["due"]["S"] for row in rows if "due" in row}
    assert len(partitions) > SHARDS // 2
    found = [
        (each.billing_day.day, each.organization_id)
        for each in DynamoBilledDays(client, "billing").due(MIDNIGHT + 7 * DAY)
    ]
    assert [day for day, _ in found] == sorted(MIDNIGHT + late * DAY for _, late in days)
    assert {organization_id for _, organization_id in found} == {organization_id for organization_id, _ in days}


def correct(client: Any, quantity: int, key: str = "k1", now: int = MIDNIGHT + DAY + 60) -> None:
    correct_use("org_1", Correction(key, "e1", quantity, "a bug"), metering(DynamoUsage(client, "billing"), Time(now)))


def test_a_correction_takes_units_out_of_the_day_that_counted_them_while_it_is_open(client: Any) -> None:
    count(client, "e1", 7)
    count(client, "e2", 5)
    correct(client, 3)
    correct(client, 3)
    [report] = DynamoBilledDays(client, "billing").due(MIDNIGHT + 9 * DAY)
    assert (report.billing_day, report.quantity) == (DAY_ONE, 8)


def adjust(client: Any, quantity: int, key: str = "k1", now: int = MIDNIGHT + 60) -> None:
    store = DynamoUsage(client, "billing")
    term = {"term_start": MIDNIGHT - DAY, "term_end": MIDNIGHT + 9 * DAY, "started_at": MIDNIGHT - DAY}
    [row] = on_plan("growth", id="sub_1", **term).subscriptions
    client.put_item(TableName="billing", Item=subscription_item("org_1", row))
    feature = Counted("api-calls", limit=100, overage=Overage.ALLOW, item_price_id="api-calls")
    catalog = Catalog({"growth": Plan("growth", "Growth", features={"api-calls": feature})}, {})
    here = metering(store, Time(now), catalog)
    if not store.account("org_1").meters:
        record_usage("org_1", [UsageEvent("e1", "api-calls", 7, MIDNIGHT)], here)
    wanted = Adjustment(key, "api-calls", quantity, "ada", "a bug")
    adjust_meter("org_1", wanted, DynamoAdjustments(client, "billing"), here)


def test_an_adjustment_takes_units_out_of_the_open_day_or_adds_them(client: Any) -> None:
    for _ in range(2):
        adjust(client, -3)
        adjust(client, 2, key="k2")
    [report] = DynamoBilledDays(client, "billing").due(MIDNIGHT + 9 * DAY)
    assert (report.billing_day.day, report.quantity) == (MIDNIGHT, 6)


def test_nothing_is_taken_off_a_day_that_counts_in_other_decimals(client: Any) -> None:
    adjust(client, -2)
    [row] = (item for item in client.scan(TableName="billing")["Items"] if item["pk"]["S"] == "REPORT#org_1")
    row["billing_day"]["M"]["decimals"] = {"N": "3"}
    client.put_item(TableName="billing", Item=row)
    adjust(client, -3, key="k2")
    told = {each.billing_day.credit: each.quantity for each in DynamoBilledDays(client, "billing").due(MIDNIGHT + DAY)}
    assert told == {False: 5, True: 3}


def test_units_that_no_open_day_has_are_due_as_a_credit_for_every_adjustment_once(client: Any) -> None:
    adjust(client, -2)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    reports.seal(report)
    reports.mark_reported(report)
    for _ in range(2):
        adjust(client, -3, key="k2", now=MIDNIGHT + 60)
        adjust(client, -1, key="k3", now=MIDNIGHT + DAY + 60)
    credits = list(reports.due(MIDNIGHT + 9 * DAY))
    assert [(each.billing_day.credit, each.billing_day.day - MIDNIGHT, each.quantity) for each in credits] == [
        (True, 0, 3),
        (True, DAY, 1),
    ]
    assert reports.seal(report).quantity == 5, "what was told stays as it was told"


def test_what_was_told_already_is_due_as_a_credit_for_every_correction_once(client: Any) -> None:
    count(client, "e1", 7)
    reports = DynamoBilledDays(client, "billing")
    [report] = reports.due(MIDNIGHT)
    reports.seal(report)
    reports.mark_reported(report)
    correct(client, 3)
    correct(client, 3)
    correct(client, 2, key="k2")
    [credit] = reports.due(MIDNIGHT + 9 * DAY)
    today = replace(DAY_ONE, day=MIDNIGHT + DAY, late=True, credit=True)
    assert (credit.billing_day, credit.quantity) == (today, 5)
    assert reports.seal(report).quantity == 7, "what was told stays as it was told"
    reports.seal(credit)
    correct(client, 0, key="k3")
    assert [(each.billing_day, each.quantity) for each in reports.due(MIDNIGHT + 9 * DAY)][1:] == [
        (replace(today, day=MIDNIGHT + 2 * DAY), 2)
    ]


def test_more_units_are_billed_by_the_day_of_the_use_or_by_today_where_that_is_closed(client: Any) -> None:
    count(client, "e1", 7)
    store, reports = DynamoUsage(client, "billing"), DynamoBilledDays(client, "billing")

    def correct_up(quantity: int, sealed: int) -> None:
        basis = Basis(Source(None), Counted("calls", limit=100), Meter("calls", 0, None, 100))
        wanted = Correction(f"to {quantity}", "e1", quantity, "a bug")
        account = replace(store.account("org_1"), meters={})
        change = raised(account, basis, store.usages("org_1", ["e1"])["e1"], wanted, MIDNIGHT + DAY + 60, sealed=sealed)
        assert isinstance(change, CorrectedUse)
        store.correct("org_1", replace(change, after=account, before=account))

    correct_up(9, sealed=0)
    [report] = reports.due(MIDNIGHT)
    assert report.quantity == 9
    reports.seal(report)
    reports.mark_reported(report)
    with pytest.raises(DaySealed):
        correct_up(12, sealed=0)
    correct_up(12, sealed=1)
    [late] = reports.due(MIDNIGHT + 9 * DAY)
    assert (late.billing_day, late.quantity) == (replace(DAY_ONE, day=MIDNIGHT + DAY, late=True), 3)


def test_more_units_of_a_use_that_the_wallet_has_paid_open_no_day_that_is_over(client: Any) -> None:
    """No unit of its day was billed, so that there is no such day to be sealed."""
    count(client, "e1", 7, Split(0, 7, Money(10_000, "USD"), paid=True))
    store, now = DynamoUsage(client, "billing"), MIDNIGHT + DAY + SEAL_AFTER
    basis = Basis(Source(None), Counted("calls", limit=100), Meter("calls", 0, None, 100))
    account, usage = replace(store.account("org_1"), meters={}), store.usages("org_1", ["e1"])["e1"]
    change = raised(account, basis, usage, Correction("k1", "e1", 9, "a bug"), now, sealed=0)
    assert isinstance(change, CorrectedUse)
    store.correct("org_1", replace(change, after=account, before=account))
    [late] = DynamoBilledDays(client, "billing").due(MIDNIGHT + 9 * DAY)
    assert (late.billing_day, late.quantity) == (replace(DAY_ONE, day=MIDNIGHT + DAY, late=True), 2)


def test_what_the_wallet_has_paid_is_no_credit_of_chargebees(client: Any) -> None:
    count(client, "e1", 7, Split(2, 5, Money(10_000, "USD"), paid=True))
    correct(client, 3)
    assert [each.quantity for each in DynamoBilledDays(client, "billing").due(MIDNIGHT)] == [2]
    assert DynamoUsage(client, "billing").account("org_1").wallet("USD").balance == 40_000


def test_a_day_that_an_older_version_counted_is_due_too_and_joins_the_others_with_its_next_use(client: Any) -> None:
    count(client, "e1", 7)
    [row] = (item for item in client.scan(TableName="billing")["Items"] if item["pk"]["S"] == "REPORT#org_1")
    client.put_item(TableName="billing", Item=row | {"due": {"S": "USAGE"}})
    reports = DynamoBilledDays(client, "billing")
    assert [each.quantity for each in reports.due(MIDNIGHT)] == [7]
    assert reports.backlog(MIDNIGHT + DAY + SEAL_AFTER).days == 1
    count(client, "e2", 5)
    assert [each.quantity for each in reports.due(MIDNIGHT)] == [12]
    [row] = (item for item in client.scan(TableName="billing")["Items"] if item["pk"]["S"] == "REPORT#org_1")
    assert row["due"]["S"] == due_shard("org_1")
