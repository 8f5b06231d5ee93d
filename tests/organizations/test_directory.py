"""The list of organizations on the emulated table: what a page holds, and what it costs."""

from collections.abc import Iterator
from typing import Any

import pytest

from billing.organizations.services.list_organizations import OrganizationSummary
from billing.organizations.table.directory import SLACK, DynamoDirectory
from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from billing.subscriptions.domain.transaction import OrganizationChange
from billing.subscriptions.table.plan_rows import DynamoPlanRows
from billing.subscriptions.table.rows import organization_item, subscription_item
from billing.subscriptions.table.store import DynamoStore
from billing.table.codec import SHARDS, shard_of
from local.operations.migrating import migrate
from local.operations.migrations import MIGRATIONS, held, spread
from local.operations.target import Target
from tests.aws_in_memory import client_in_memory
from tests.deployment.template import resources

TABLE = "table"
NOW = 1_790_000_000


@pytest.fixture
def client() -> Iterator[Any]:
    [table] = resources("AWS::DynamoDB::Table").values()
    with client_in_memory("dynamodb") as client:
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            **{name: table[name] for name in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")},
        )
        yield client


@pytest.fixture
def store(client: Any) -> DynamoStore:
    return DynamoStore(client, TABLE, lambda: NOW)


@pytest.fixture
def directory(client: Any) -> DynamoDirectory:
    return DynamoDirectory(client, TABLE)


def subscribe(store: DynamoStore, organization_id: str, version: int, newest: str, *item_price_ids: str) -> None:
    """The organization has live subscriptions to these, of which one is the newest."""
    rows = [
        Subscription(f"{organization_id}-{each}", organization_id, Status.ACTIVE, items=(Item(each, "plan"),))
        for each in item_price_ids
    ]
    organization = Organization(organization_id, version, display_name="Acme", plan_id=newest)
    store.commit(OrganizationChange(organization, tuple(rows)))


def keep(store: DynamoStore, *organizations: Organization) -> None:
    for organization in organizations:
        store.commit(OrganizationChange(organization))


def named(listed: Any) -> list[str]:
    return [each.id for each in listed.organizations]


def test_a_list_shows_what_it_promises(store: DynamoStore, directory: DynamoDirectory) -> None:
    keep(store, Organization("org_1", 1, "old_1", "Acme", plan_id="growth", trial_used_at=NOW))
    listed = OrganizationSummary("org_1", "Acme", "old_1", "growth", NOW)
    assert directory.everybody("", 10).organizations == [listed]
    assert directory.of_plan(("growth",), "", 10).organizations == [listed]


@pytest.mark.parametrize("count", [30, 90])
def test_a_page_asks_each_partition_once_however_many_there_are(
    client: Any, store: DynamoStore, directory: DynamoDirectory, count: int
) -> None:
    keep(store, *(Organization(f"org_{number:02}", 1) for number in range(count)))
    read: list[int] = []
    client.meta.events.register("after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"]))
    assert named(directory.everybody("org_00", 1)) == ["org_01"]
    assert named(directory.of_nothing("org_00", 1)) == ["org_01"]
    assert len(read) == 2 * (1 + SHARDS)
    assert max(read) <= 1 + SLACK


def test_pages_are_in_order_over_all_partitions(store: DynamoStore, directory: DynamoDirectory) -> None:
    ids = [f"org_{number:02}" for number in range(40)]
    keep(store, *(Organization(each, 1, plan_id="growth") for each in reversed(ids)))
    assert len({*map(shard_of, ids)}) > SHARDS / 2
    first = directory.everybody("", 25)
    assert (named(first), first.last) == (ids[:25], "org_24")
    second = directory.of_plan(("growth",), "org_24", 25)
    assert (named(second), second.last) == (ids[25:], None)
    assert sorted(directory.ids()) == ids


def as_before(client: Any, organization: Organization) -> None:
    """Put it into the one partition that the version before lists all organizations in."""
    plan = {"S": f"PLAN#{organization.plan_id}" if organization.plan_id else "NO_PLAN"}
    row = organization_item(organization) | {"listed": {"S": "ORGANIZATIONS"}, "listed_plan": plan}
    client.put_item(TableName=TABLE, Item=row)


def test_rows_of_the_version_before_are_found_between_the_others(
    client: Any, store: DynamoStore, directory: DynamoDirectory
) -> None:
    ids = [f"org_{number:02}" for number in range(30)]
    for number, organization_id in enumerate(ids):
        organization = Organization(organization_id, 1, plan_id="growth")
        keep(store, organization) if number % 3 else as_before(client, organization)
    assert named(directory.everybody("", 50)) == named(directory.of_plan(("growth",), "", 50)) == ids
    assert sorted(directory.ids()) == ids
    assert DynamoPlanRows(client, TABLE).subscribed("growth") == len(ids)


def test_one_that_moves_to_its_partition_while_a_page_is_read_is_listed_once(
    client: Any, store: DynamoStore, directory: DynamoDirectory
) -> None:
    moving = Organization("org_1", 1)
    as_before(client, moving)
    asked: list[object] = []

    def move_after_the_first(**_: object) -> None:
        if not asked:
            client.put_item(TableName=TABLE, Item=organization_item(moving))
        asked.append(None)

    client.meta.events.register("after-call.dynamodb.Query", move_after_the_first)
    assert named(directory.everybody("", 9)) == ["org_1"]


def test_the_migration_puts_every_organization_where_it_is_written_today(
    client: Any, directory: DynamoDirectory
) -> None:
    organizations = [Organization("org_1", 1, plan_id="growth"), Organization("org_2", 1)]
    for organization in organizations:
        as_before(client, organization)
    client.put_item(TableName=TABLE, Item=organization_item(Organization("org_3", 2, deleted_at=NOW)))
    target = Target("a stack in memory", {"TableName": TABLE}, lambda service: client)
    migration = next(each for each in MIGRATIONS if each.changes is spread)
    assert migrate(target, [migration]).startswith(f"{migration.name}: 2 rows")
    for organization in organizations:
        row = organization_item(organization)
        key = {name: row[name] for name in ("pk", "sk")}
        assert client.get_item(TableName=TABLE, Key=key)["Item"] == row
    assert named(directory.everybody("", 9)) == ["org_1", "org_2"]


def test_pages_meet_everybody_once_whoever_goes_between_them(store: DynamoStore, directory: DynamoDirectory) -> None:
    keep(store, *(Organization(f"org_{number}", 1) for number in range(5)))
    first = directory.everybody("", 2)
    assert (named(first), first.last) == (["org_0", "org_1"], "org_1")
    keep(store, Organization("org_1", 2, deleted_at=NOW))
    second = directory.everybody("org_1", 3)
    assert (named(second), second.last) == (["org_2", "org_3", "org_4"], None)


def test_a_change_of_plan_moves_an_organization(store: DynamoStore, directory: DynamoDirectory) -> None:
    keep(store, Organization("org_1", 1, plan_id="growth"), Organization("org_1", 2, plan_id="growth#yearly"))
    pages = *(directory.of_plan((plan,), "", 9) for plan in ("growth", "growth#yearly")), directory.of_nothing("", 9)
    assert [named(page) for page in pages] == [[], ["org_1"], []]


def test_an_organization_that_begins_with_a_checkout_is_listed(store: DynamoStore, directory: DynamoDirectory) -> None:
    store.claim_checkout("org_1", Checkout("sub_1", Selection("growth", 1), NOW))
    assert (named(directory.everybody("", 9)), named(directory.of_nothing("", 9))) == (["org_1"], ["org_1"])


def test_a_tombstone_is_in_no_list(store: DynamoStore, directory: DynamoDirectory) -> None:
    keep(store, Organization("org_1", 1), Organization("org_1", 2, deleted_at=NOW))
    assert (named(directory.everybody("", 9)), named(directory.of_nothing("", 9))) == ([], [])


def test_an_organization_is_listed_by_every_live_subscription_and_once(
    store: DynamoStore, directory: DynamoDirectory
) -> None:
    subscribe(store, "org_1", 1, "yearly", "monthly", "yearly")
    subscribe(store, "org_2", 1, "monthly", "monthly")
    subscribe(store, "org_3", 1, "other", "other", "yearly")
    assert named(directory.of_plan(("monthly", "yearly"), "", 10)) == ["org_1", "org_2", "org_3"]
    assert named(directory.of_plan(("monthly",), "", 10)) == ["org_1", "org_2"]
    [third] = directory.of_plan(("yearly",), "org_1", 10).organizations
    assert third == OrganizationSummary("org_3", "Acme", None, "other")
    first = directory.of_plan(("monthly", "yearly"), "", 2)
    assert (named(first), first.last) == (["org_1", "org_2"], "org_2")


def test_no_deleted_organization_is_listed_by_a_subscription_that_it_left(
    store: DynamoStore, directory: DynamoDirectory
) -> None:
    subscribe(store, "org_1", 1, "monthly", "monthly")
    subscribe(store, "org_2", 1, "monthly", "monthly")
    keep(store, Organization("org_1", 2, deleted_at=NOW))
    first = directory.of_plan(("monthly",), "", 1)
    assert (named(first), first.last) == ([], "org_1")
    assert named(directory.of_plan(("monthly",), "org_1", 1)) == ["org_2"]


def test_the_migration_lists_live_subscriptions_as_they_are_written_today(client: Any) -> None:
    items = (Item("support", "addon"), Item("monthly", "plan"))
    rows = [
        subscription_item("org_1", Subscription(status, "org_1", status, items=items))
        for status in (Status.ACTIVE, Status.PAUSED, Status.CANCELLED)
    ]
    for row in rows:
        client.put_item(TableName=TABLE, Item={name: value for name, value in row.items() if name != "listed_plan"})
    target = Target("a stack in memory", {"TableName": TABLE}, lambda service: client)
    [migration] = [each for each in MIGRATIONS if each.changes is held]
    assert migrate(target, [migration]).startswith(f"{migration.name}: 2 rows")
    for row in rows:
        key = {name: row[name] for name in ("pk", "sk")}
        assert client.get_item(TableName=TABLE, Key=key)["Item"] == row
