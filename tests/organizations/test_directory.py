"""The list of organizations on the emulated table: what a page holds, and what it costs."""

from collections.abc import Iterator
from typing import Any

import pytest

from billing.organizations.services.list_organizations import OrganizationSummary
from billing.organizations.table.directory import DynamoDirectory
from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from billing.subscriptions.domain.transaction import OrganizationChange
from billing.subscriptions.table.store import DynamoStore
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


@pytest.mark.parametrize("count", [3, 30])
def test_a_page_reads_itself_and_one_item_more_however_many_there_are(
    client: Any, store: DynamoStore, directory: DynamoDirectory, count: int
) -> None:
    keep(store, *(Organization(f"org_{number:02}", 1) for number in range(count)))
    read: list[int] = []
    client.meta.events.register("after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["ScannedCount"]))
    assert named(directory.everybody("org_00", 1)) == ["org_01"]
    assert named(directory.of_nothing("org_00", 1)) == ["org_01"]
    assert read == [2, 2]


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
