"""A subscription finds the organization and the row that it was promised to, or waits until there is one."""

from tests.stack.account import DAY, Account, unmapped
from tests.stack.api import Member, opened
from tests.stack.world import Cloud, fresh, now


def test_created_before_the_redirect_links_the_promised_row(account: Account) -> None:
    promised = opened(account.admin.create())["subscriptionId"]
    trial = {"trial_start": now(), "trial_end": now() + 14 * DAY}
    customer = account.customer(
        meta_data={"organizationId": account.organization_id, "pendingSubscriptionId": promised}
    )

    account.world.apply(
        account.event("subscription_created", account.document(10, "in_trial", **trial), customer=customer)
    )

    row = account.admin.subscription()
    assert (row["id"], row["chargebeeSubscriptionId"]) == (promised, account.subscription_id)
    assert row["status"] == "in_trial"
    assert account.admin.listing().json()["pendingCheckout"] is None


def test_the_redirect_first_and_then_created_is_one_row_and_one_hook(account: Account) -> None:
    world = account.world
    page = opened(account.admin.create())
    world.chargebee.faults(drop=1.0)
    back = world.chargebee.pay(page["id"])
    world.come_back(back)
    before = account.admin.subscription()
    world.chargebee.faults()

    (created,) = [e for e in world.chargebee.events(account.customer_id) if e["event_type"] == "subscription_created"]
    assert world.table.ledger(created["id"]) is None
    world.chargebee.resend(created["id"])
    assert world.dealt_with(created["id"])["outcome"] == "duplicate"

    assert account.admin.subscription() == before
    assert before["id"] == page["subscriptionId"]
    assert account.transitions() == [
        "subscription.created",
        "checkout.completed",
        "subscription.activated",
        "subscription.trial_started",
    ]


def test_a_subscription_made_in_the_dashboard_becomes_a_row(account: Account) -> None:
    account.told("subscription_created", 10)

    row = account.admin.subscription()
    assert (row["id"], row["seats"]) == (account.subscription_id, 5)


def test_an_unknown_customers_subscription_is_parked_until_the_mapping_appears(world: Cloud) -> None:
    account = unmapped(world)
    created = account.event("subscription_created", account.document(10))
    assert world.apply(created)["outcome"] == "orphan"
    assert account.admin.subscriptions() == []

    world.chargebee.create_customer(account.customer_id, organizationId=account.organization_id)
    assert world.mapped(account.organization_id) == account.customer_id

    assert world.deliver(created).status_code == 200
    world.queues.drained("EventsQueue")
    assert world.dealt_with(created["id"])["outcome"] == "applied"
    assert account.admin.subscription()["id"] == account.subscription_id


def test_the_subscriptions_own_meta_data_links_the_promised_row(account: Account) -> None:
    promised = opened(account.admin.create(itemPriceId="scale"))["subscriptionId"]

    account.told("subscription_activated", 10, meta_data={"subscriptionId": promised})

    row = account.admin.subscription()
    assert (row["id"], row["chargebeeSubscriptionId"]) == (promised, account.subscription_id)


def test_a_return_with_another_organizations_row_or_without_a_state_syncs_nothing(account: Account) -> None:
    world = account.world
    victim = Member(world.http, account.organization_id, account.admin.token)
    page = opened(victim.create())
    world.chargebee.faults(drop=1.0)
    world.chargebee.pay(page["id"])
    intruder = world.member(fresh("org"))
    world.chargebee.forget_requests()

    for query in (
        {"subscriptionId": page["subscriptionId"], "callbackURL": "/billing"},
        {"subscriptionId": page["subscriptionId"], "callbackURL": "/billing", "state": "succeeded"},
        {
            "subscriptionId": page["subscriptionId"],
            "callbackURL": "/billing",
            "state": f"{account.organization_id}.9.x",
        },
    ):
        answer = intruder.get("/api/subscription/success", **query)
        assert (answer.status_code, answer.headers["location"]) == (302, f"{world.stack.app}/billing")

    assert world.chargebee.requests(page["subscriptionId"]) == []
    assert victim.subscriptions() == []
