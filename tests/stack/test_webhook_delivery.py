"""A webhook is acknowledged when its event is durable, and the event waits until whatever is in its way works."""

from tests.stack.account import Account
from tests.stack.api import refused
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh, now


def test_an_event_about_something_else_is_200_and_changes_nothing(account: Account) -> None:
    before = account.world.table.organization(account.organization_id)
    added = account.event("payment_source_added", None, customer=account.customer(), payment_source={"id": "pm_1"})

    assert account.world.apply(added)["outcome"] == "ignored"

    assert account.world.table.organization(account.organization_id) == before


def test_a_queue_that_does_not_take_the_event_is_5xx_and_redelivery_succeeds(account: Account) -> None:
    world, event = account.world, account.event("subscription_created", account.document(10))

    with world.functions.reconfigured("ChargebeeWebhook", EVENTS_QUEUE_URL=f"{world.stack.aws}/000000000000/nowhere"):
        refused(world.deliver(event), 500, "internal_error")

    assert world.apply(event)["outcome"] == "applied"
    assert account.admin.subscription()["status"] == "active"


def test_a_table_that_fails_keeps_the_event_until_it_works(account: Account) -> None:
    world, event = account.world, account.event("subscription_created", account.document(10))
    began = now()

    with world.queues.impatient("EventsQueue", 3):
        with world.functions.reconfigured("ApplyBillingEvent", TABLE_NAME="nowhere"):
            assert world.deliver(event).status_code == 200
            until(lambda: world.logged("ApplyBillingEvent", "message_failed", since=began))
            assert account.admin.subscriptions() == []
        world.dealt_with(event["id"])

    assert account.admin.subscription()["status"] == "active"


def test_a_hook_that_throws_is_called_again_and_parked_while_everything_else_goes_on(account: Account) -> None:
    """The policy: five calls with one key, then the dead-letter queue, then the organization's next announcement.

    The pauses between the calls are minutes long, and none here.
    """
    world = account.world
    raising = f"""
def _on_fire(event):
    if event.organization_id == {account.organization_id!r}:
        raise RuntimeError(f"the hook is on fire for {{event.key}}")

hooks.on_subscription_created = _on_fire

import billing.runtime.queues
billing.runtime.queues.PAUSES = (0,) * 5
"""
    world.hooks_ran(account.organization_id)
    with world.queues.impatient("HooksQueue"), world.functions.appended("RunHooks", raising):
        account.told("subscription_created", 10)

        assert account.admin.subscription()["status"] == "active"
        neighbour = _neighbour(world)
        world.hooks_ran(neighbour)
        created, activated = world.table.announced(account.organization_id)[1:]
        parked = until(lambda: world.queues.take("HooksDeadLetters"))
        assert [created["key"] in body for body in parked] == [True]
        world.dealt_with(activated["key"], "hook")
        assert world.table.ledger(created["key"], "hook") is None


def _neighbour(world: Cloud) -> str:
    organization_id = fresh("org")
    world.chargebee.create_customer(organization_id, organizationId=organization_id)
    world.mapped(organization_id)
    return organization_id
