"""The end of an organization, and of a customer: nothing bills on, nothing comes back to life."""

from tests.stack.account import Account
from tests.stack.api import Member, opened, refused
from tests.stack.chargebee import plan
from tests.stack.scalekit import organization_event
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh


def test_a_deleted_organization_is_cancelled_and_erased_and_its_end_is_announced(world: Cloud, admin: Member) -> None:
    organization_id = admin.organization_id
    world.scalekit.create_organization(organization_id, "Mortal Ltd")
    world.mapped(organization_id)
    subscription_id = world.subscribe(admin)
    world.caught_up(organization_id)

    world.scalekit.delete_organization(organization_id)

    tombstone = _erased(world, organization_id)
    assert world.chargebee.subscription(subscription_id)["status"] == "cancelled"
    assert world.chargebee.live(organization_id) == []
    assert {name: tombstone.get(name) for name in ("display_name", "checkout", "live")} == {
        "display_name": "",
        "checkout": None,
        "live": None,
    }
    assert world.table.transitions(organization_id)[-1] == "subscription.cancelled"
    world.caught_up(organization_id)
    assert world.table.subscriptions(organization_id) == []


def test_a_late_created_does_not_resurrect(world: Cloud, admin: Member) -> None:
    organization_id = admin.organization_id
    world.scalekit.create_organization(organization_id)
    world.mapped(organization_id)
    world.scalekit.delete_organization(organization_id)
    before = _erased(world, organization_id)

    late = organization_event("organization.created", fresh("evt"), organization_id, "Lazarus Ltd")
    assert world.deliver_scalekit(late).status_code == 200
    world.queues.drained("ProvisioningQueue")

    assert world.table.organization(organization_id) == before
    refused(admin.create(), 410, "organization_deleted")
    refused(admin.portal(), 410, "organization_deleted")
    assert admin.subscriptions() == []


def test_deleted_before_it_was_ever_heard_of_stays_deleted(world: Cloud, admin: Member) -> None:
    gone = organization_event("organization.deleted", fresh("evt"), admin.organization_id)
    born = organization_event("organization.created", fresh("evt"), admin.organization_id)
    for body in (gone, born):
        assert world.deliver_scalekit(body).status_code == 200
        world.queues.drained("ProvisioningQueue")

    _erased(world, admin.organization_id)
    refused(admin.create(), 410, "organization_deleted")
    assert world.chargebee.calls(admin.organization_id, "POST", "/customers") == []


def test_a_page_that_is_paid_after_the_organization_is_gone_is_cancelled(world: Cloud, admin: Member) -> None:
    organization_id = admin.organization_id
    page = opened(admin.create(itemPriceId="starter", seats=1))
    world.caught_up(organization_id)
    gone = organization_event("organization.deleted", fresh("evt"), organization_id)
    assert world.deliver_scalekit(gone).status_code == 200
    _erased(world, organization_id)

    back = world.chargebee.pay(page["id"])
    world.come_back(back)

    until(lambda: world.chargebee.live(organization_id), lambda live: live == [])
    assert world.table.subscriptions(organization_id) == []
    world.caught_up(organization_id)
    until(lambda: world.logged("ApplyBillingEvent", "live_subscription_of_deleted_organization", organization_id))


def test_a_subscription_made_in_the_dashboard_for_a_deleted_organization_is_cancelled(
    world: Cloud, admin: Member
) -> None:
    organization_id = admin.organization_id
    world.scalekit.create_organization(organization_id)
    world.mapped(organization_id)
    world.scalekit.delete_organization(organization_id)
    _erased(world, organization_id)
    world.chargebee.set_card(organization_id, "ok")

    world.chargebee.post(f"/customers/{organization_id}/subscription_for_items", **plan("starter", 1))

    until(lambda: world.chargebee.subscriptions(organization_id), lambda found: len(found) == 1)
    until(lambda: world.chargebee.live(organization_id), lambda live: live == [])


def test_a_customer_deleted_in_chargebee_closes_everything_and_the_organization_may_buy_again(
    world: Cloud, admin: Member
) -> None:
    organization_id = admin.organization_id
    first = world.subscribe(admin)
    world.caught_up(organization_id)

    world.chargebee.post(f"/customers/{organization_id}/delete")
    world.caught_up(organization_id)

    assert admin.subscription()["status"] == "deleted"
    row = world.table.organization(organization_id)
    assert row is not None
    assert "customer_id" not in row

    second = world.subscribe(admin)

    assert second != first
    customer_id = world.mapped(organization_id)
    assert customer_id == f"{organization_id}-2"
    world.caught_up(customer_id)
    newest = admin.subscriptions()[0]
    assert (newest["id"], newest["status"], newest["trialEnd"]) == (second, "active", None)
    assert world.chargebee.customer(customer_id)["meta_data"]["organizationId"] == organization_id


def test_a_deleted_organizations_rows_stay_until_chargebee_has_cancelled_them_all(account: Account) -> None:
    world = account.world
    world.chargebee.set_card(account.customer_id, "ok")
    for number in (1, 2):
        world.chargebee.post(
            f"/customers/{account.customer_id}/subscription_for_items",
            id=f"{account.subscription_id}-{number}",
            **plan("starter", 1),
        )
    world.caught_up(account.customer_id)
    assert len(account.admin.subscriptions()) == 2
    body = organization_event("organization.deleted", fresh("evt"), account.organization_id)

    with world.queues.impatient("ProvisioningQueue"):
        world.chargebee.faults({"path": "/subscriptions/*/cancel_for_items", "status": 503})
        assert world.deliver_scalekit(body).status_code == 200
        until(lambda: [r for r in world.chargebee.requests(account.subscription_id) if "cancel_for" in r["path"]])
        assert len(world.table.subscriptions(account.organization_id)) == 2
        refused(account.admin.create(), 410, "organization_deleted")
        world.chargebee.faults()

        until(lambda: world.table.subscriptions(account.organization_id), lambda rows: rows == [])
    world.queues.drained("ProvisioningQueue")

    assert world.chargebee.live(account.customer_id) == []
    asked = [r for r in world.chargebee.requests(account.subscription_id) if "cancel_for" in r["path"]]
    assert {request["params"]["cancel_option"] for request in asked} == {"immediately"}
    assert account.transitions().count("subscription.cancelled") == 2


def test_a_deleted_customer_closes_its_subscriptions_and_the_organization_stays(account: Account) -> None:
    account.told("subscription_created", 10)

    account.world.apply(account.event("customer_deleted", None, customer=account.customer(deleted=True)))

    row = account.admin.subscription()
    assert (row["status"], row["access"]["allowed"]) == ("deleted", False)
    organization = account.world.table.organization(account.organization_id)
    assert organization is not None
    assert "customer_id" not in organization
    assert "deleted_at" not in organization
    assert account.transitions()[2:] == ["subscription.cancelled", "subscription.deleted"]


def _erased(world: Cloud, organization_id: str) -> dict[str, object]:
    """Wait until nothing but the tombstone is left."""
    world.scalekit.told()
    world.queues.drained("ProvisioningQueue")
    row = world.table.organization(organization_id)
    assert row is not None
    assert row["deleted_at"]
    assert world.table.subscriptions(organization_id) == []
    return row
