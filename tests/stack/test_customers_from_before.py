"""A team that bills with Chargebee already deploys this: every payer keeps its customer and its access."""

from collections.abc import Iterator

import pytest

from billing.subscriptions.table.store import MILLISECONDS
from tests.stack.api import answered
from tests.stack.backend import Backend
from tests.stack.chargebee import plan
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now


@pytest.fixture
def payers(world: Cloud) -> Iterator[dict[str, str]]:
    """Organizations with their customers from before, each with a subscription: no webhook has told of any of them."""
    world.chargebee.faults(drop=1.0)
    world.scalekit.faults(drop=1.0)
    found = {}
    for _ in range(5):
        organization_id, customer_id = fresh("org"), fresh("old")
        world.scalekit.create_organization(organization_id)
        world.chargebee.create_customer(customer_id)
        world.chargebee.post(f"/customers/{customer_id}/subscription_for_items", auto_collection="off", **plan())
        found[organization_id] = customer_id
    world.chargebee.faults()
    world.scalekit.faults()
    yield found
    world.chargebee.faults()
    world.scalekit.faults()


def save(world: Cloud, organization_id: str, customer_id: str) -> None:
    backend = Backend(world.machine("billing:admin"), organization_id)
    assert answered(backend.save(customerId=customer_id))["organization"]["customerId"] == customer_id


def run_the_schedule(world: Cloud, provision_existing: str) -> None:
    """As it runs when nothing is on its way any more."""
    with world.functions.reconfigured("Reconcile", PROVISION_EXISTING=provision_existing):
        world.functions.reconcile(task="reconcile", window=1_800, inFlight=0)
    for queue in ("ImportsQueue", "ProvisioningQueue", "EventsQueue"):
        world.queues.drained(queue)


def doubled(world: Cloud, payers: dict[str, str]) -> list[str]:
    """The organizations that have a customer of their own id at Chargebee."""
    there = {each["customer"]["id"] for each in world.chargebee.get("/customers", limit=100)["list"]}
    return [each for each in payers if each in there]


@pytest.mark.parametrize("order", ["mapping first", "schedule first", "schedule first, against the guide"])
def test_every_payer_keeps_its_customer_whichever_comes_first(world: Cloud, payers: dict[str, str], order: str) -> None:
    if order != "mapping first":
        run_the_schedule(world, str(order.endswith("guide")).lower())
        assert bool(doubled(world, payers)) == order.endswith("guide")

    for organization_id, customer_id in payers.items():
        save(world, organization_id, customer_id)
    run_the_schedule(world, "true")

    for organization_id, customer_id in payers.items():
        admin = world.member(organization_id)
        assert [row["status"] for row in until(admin.subscriptions)] == ["active"]
        assert world.mapped(organization_id) == customer_id
        told = [row for row in world.table.announced(organization_id) if "subscription" in row]
        assert told
    if order != "schedule first, against the guide":
        assert doubled(world, payers) == []


def test_an_organization_whose_row_is_lost_is_repaired_and_sold_nothing_more(world: Cloud) -> None:
    admin = world.member(fresh("org"))
    world.subscribe(admin)
    world.caught_up(admin.organization_id)
    row = world.table.organization(admin.organization_id)
    assert row is not None
    until(now, lambda second: second * MILLISECONDS > row["version"])
    world.table.remove(row)
    assert admin.create().json()["code"] == "subscription_exists"

    assert world.sync(admin.organization_id)["subscriptions"] == 1

    again = world.table.organization(admin.organization_id)
    assert again is not None
    assert {each: again[each] for each in ("customer_id", "live", "plan", "trial_used_at")} == {
        each: row[each] for each in ("customer_id", "live", "plan", "trial_used_at")
    }
    assert again["version"] > row["version"]
    assert admin.create().json()["code"] == "subscription_exists"
