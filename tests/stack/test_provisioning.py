"""Organizations come from Scalekit: each gets one customer, though it is told twice or Chargebee is away."""

from tests.stack.account import unmapped
from tests.stack.api import Member
from tests.stack.scalekit import organization_event
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh


def test_an_organization_created_twice_is_one_customer(world: Cloud) -> None:
    account = unmapped(world)
    body = organization_event("organization.created", fresh("evt"), account.organization_id)
    again = organization_event("organization.created", fresh("evt"), account.organization_id)

    for each in (body, body, again):
        assert world.deliver_scalekit(each).status_code == 200
    world.mapped(account.organization_id)
    world.queues.drained("ProvisioningQueue")

    born = [e for e in world.chargebee.events(account.organization_id) if e["event_type"] == "customer_created"]
    assert len(born) == 1
    assert world.table.transitions(account.organization_id) == ["customer.created"]


def test_a_customer_that_cannot_be_created_now_is_created_later(world: Cloud) -> None:
    account = unmapped(world)
    body = organization_event("organization.created", fresh("evt"), account.organization_id)

    with world.queues.impatient("ProvisioningQueue"):
        world.chargebee.faults({"path": "/customers", "status": 503})
        assert world.deliver_scalekit(body).status_code == 200
        until(lambda: world.chargebee.requests(account.organization_id))
        assert world.table.organization(account.organization_id) is None
        world.chargebee.faults()

        assert world.mapped(account.organization_id) == account.organization_id
    world.queues.drained("ProvisioningQueue")


def test_a_newer_name_wins_whichever_arrives_last(world: Cloud, admin: Member) -> None:
    old = organization_event(
        "organization.updated", fresh("evt"), admin.organization_id, "Old name", "2026-01-01T00:00:00Z"
    )
    new = organization_event(
        "organization.updated", fresh("evt"), admin.organization_id, "New name", "2026-01-02T00:00:00Z"
    )
    for body in (new, old):
        assert world.deliver_scalekit(body).status_code == 200
        world.queues.drained("ProvisioningQueue")

    row = world.table.organization(admin.organization_id)
    assert row is not None
    assert row["display_name"] == "New name"
