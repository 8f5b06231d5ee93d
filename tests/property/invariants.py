"""What must hold of a world: at every moment, and once it is quiet."""

from collections.abc import Collection
from dataclasses import replace

from billing.chargebee.read_event import read_subscription
from billing.subscriptions.domain.subscription import Status, Subscription
from tests.model.site import Document
from tests.model.world import LINES, ModelWorld, apply, checkout
from tests.property.announcements import check_announcements


def check_always(world: ModelWorld, revived: Collection[str] = ()) -> None:
    """`revived` are the subscriptions that an operator brought to life, or to a customer, behind this system's back."""
    for organization_id, organization in world.store.organizations.items():
        rows = world.store.load(organization_id).live
        if organization.deleted_at is None:
            assert organization.live == {row.id for row in rows}, f"{organization}: {rows}"
    there = {each.id for each in world.store.organizations.values() if each.deleted_at is None}
    holders = [row.id for (owner, _), row in world.store.rows.items() if row.live and owner in there]
    assert len(set(holders)) == len(holders), f"held by two organizations: {holders}"
    for customer_id in world.site.customers:
        live = world.site.live(customer_id).intersection(world.chargebee.sold).difference(revived)
        lines = [line_of(world.site.subscriptions[each]) for each in live]
        assert len(set(lines)) == len(lines), f"sold twice: {live}"
    check_announcements(world.store.outbox)


def line_of(subscription: Document) -> str | None:
    """The line of the subscription's plan, in the catalog that has several."""
    [plan] = [each for each in subscription["subscription_items"] if each["item_type"] == "plan"]
    return LINES.plans[plan["item_price_id"]].line


def check_quiet(world: ModelWorld, organization_id: str, moved: Collection[str] = ()) -> None:
    """Every delivery, command and reconciliation is done. `moved` are subscriptions that came with their own trial."""
    customers = customers_of(world, organization_id)
    assert sum(not world.site.customers[each]["deleted"] for each in customers) <= 1, f"customers: {customers}"
    documents = [each for each in world.site.subscriptions.values() if each["customer_id"] in customers]
    assert sum("trial_start" in each for each in documents if each["id"] not in moved) <= 1, "a second trial"
    partition = world.store.load(organization_id)
    own = [row for row in partition.subscriptions if row.customer_id in customers]
    assert all(row.ended for row in partition.subscriptions if row not in own), "access through another's subscription"
    rows = {row.id: _comparable(row) for row in own}
    truth = {each["id"]: _comparable(read_subscription(each, 0)) for each in documents}
    if partition.organization and partition.organization.deleted_at is not None:
        assert partition.subscriptions == (), f"not erased: {partition.subscriptions}"
        assert not any(each.live for each in truth.values()), "a deleted organization still pays"
    else:
        assert rows == truth


def check_purchase(world: ModelWorld, organization_id: str, revived: Collection[str] = ()) -> None:
    """An organization that has nothing can buy, and what it buys is known: nothing ever locks it out."""
    there = world.store.organizations.get(organization_id)
    if there is None or there.deleted_at is not None or there.live:
        return
    twin = world.copy()
    opened = checkout(twin.ports(), organization_id)
    assert opened.page.id in twin.chargebee.payable(), "the browser is sent to a page that is closed"
    twin.chargebee.pay(opened.page.id)
    apply(twin.site.events[-1], twin.ports())
    assert twin.store.organizations[organization_id].live == {opened.subscription_id}
    check_always(twin, revived)


def customers_of(world: ModelWorld, organization_id: str) -> list[str]:
    """The customers that say they are the organization's."""
    return [
        each["id"]
        for each in world.site.customers.values()
        if organization_id in (each["id"], each["meta_data"].get("organizationId"))
    ]


def _comparable(row: Subscription) -> Subscription:
    """A row without what is ours to say, and no more of a deleted one than that it is gone."""
    if row.status is Status.DELETED:
        return Subscription(row.id, row.customer_id, row.status)
    return replace(row, occurred_at=0, checkout_id="")
