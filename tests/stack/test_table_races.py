"""The table's conditions under fire: fifty callers at the same item, against conditional writes that are real."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier

import boto3
import pytest
from botocore.config import Config

from billing.chargebee.read_event import read_event
from billing.core.clock import utc_now
from billing.core.errors import AlreadyProcessed, Conflict, SubscriptionExists
from billing.core.keys import mint_subscription_id
from billing.core.until_won import ORGANIZATION_ATTEMPTS, until_won
from billing.plans.selection import Selection
from billing.subscriptions.domain.announcement import announce
from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.organization import Checkout, Organization
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from billing.subscriptions.domain.transaction import Command, OrganizationChange, Outcome, ProcessedEvent, Task
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.services.apply_event import apply_event
from billing.subscriptions.services.claim_beside import claim_beside
from billing.subscriptions.table.store import DynamoStore
from tests.local_stack import ACCOUNT
from tests.model.world import LINES
from tests.stack.world import Cloud, fresh, now

CALLERS = 50
WRITERS = 20
"""Each of whom has to win once: the others try again."""

WISH = Selection("growth", 5)


@dataclass
class SentCommands:
    """What the deliveries of a race asked for."""

    sent: list[Command] = field(default_factory=list)

    def send(self, body: str) -> None:
        raise AssertionError(body)

    def command(self, command: Command) -> None:
        self.sent.append(command)


@pytest.fixture(scope="module")
def store(world: Cloud) -> Iterator[DynamoStore]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=world.stack.aws,
        region_name=world.stack.region,
        aws_access_key_id=ACCOUNT,
        aws_secret_access_key="local",
        config=Config(max_pool_connections=CALLERS, retries={"total_max_attempts": 1}),
    )
    yield DynamoStore(client, world.stack.table, utc_now)
    client.close()


def test_fifty_claims_of_one_checkout_hold_one_id(store: DynamoStore) -> None:
    organization_id, at = fresh("org"), now()
    store.commit(OrganizationChange(Organization(organization_id, version=1)))

    held = _all_at_once(
        lambda _: store.claim_checkout(organization_id, Checkout(mint_subscription_id(), WISH, at)).checkout
    )

    assert len({checkout.subscription_id for checkout in held if checkout}) == 1
    assert None not in held
    organization = store.load(organization_id).organization
    assert organization is not None
    assert (organization.checkout, organization.version) == (held[0], 2)


def test_fifty_claims_of_different_selections_share_one_id(store: DynamoStore) -> None:
    organization_id, at = fresh("org"), now()
    store.commit(OrganizationChange(Organization(organization_id, version=1)))

    held = _all_at_once(
        lambda each: store.claim_checkout(
            organization_id, Checkout(mint_subscription_id(), Selection("growth", each + 1), at)
        )
    )

    assert len({organization.checkout.subscription_id for organization in held if organization.checkout}) == 1
    assert {organization.version for organization in held} == set(range(2, CALLERS + 2))


def test_fifty_claims_beside_another_lines_subscription_hold_one_id(store: DynamoStore) -> None:
    organization_id, at = fresh("org"), now()
    held = Subscription(fresh("sub"), organization_id, Status.ACTIVE, items=(Item("growth", "plan", 5),))
    organization = Organization(organization_id, version=1, live=frozenset({held.id}))
    store.commit(OrganizationChange(organization, (held,)))

    def claimed(_: int) -> str | None:
        wanted = Checkout(mint_subscription_id(), Selection("data", 1), at)
        won = until_won(
            lambda: claim_beside(organization_id, wanted, None, LINES, store), ORGANIZATION_ATTEMPTS, "lost"
        )
        return won.checkout.subscription_id if won.checkout else None

    with pytest.raises(SubscriptionExists):
        claim_beside(organization_id, Checkout(mint_subscription_id(), WISH, at), None, LINES, store)
    ids = set(_all_at_once(claimed))
    assert len(ids - {None}) == len(ids) == 1
    after = store.load(organization_id).organization
    assert after is not None
    assert after.version == 2


def test_fifty_commits_of_one_event_are_one(store: DynamoStore) -> None:
    organization_id, event_id = fresh("org"), fresh("ev")
    store.commit(OrganizationChange(Organization(organization_id, version=1, customer_id=organization_id)))
    row = Subscription("sub_1", organization_id, Status.ACTIVE, checkout_id="sub_1", resource_version=1, items=())
    organization = Organization(organization_id, version=2, customer_id=organization_id, live=frozenset({"sub_1"}))
    change = OrganizationChange(
        organization,
        (row,),
        ProcessedEvent("chargebee", event_id, "subscription_created", Outcome.APPLIED, now()),
        announce(organization, 2, now(), [(Transition.CREATED, row)]),
    )

    def commit(_: int) -> str:
        try:
            store.commit(change)
        except (AlreadyProcessed, Conflict) as loss:
            return type(loss).__name__
        return "won"

    results = _all_at_once(commit)

    assert results.count("won") == 1
    partition = store.load(organization_id)
    assert partition.organization == change.organization
    assert partition.subscriptions == (row,)


def test_fifty_deliveries_of_one_event_are_applied_once(store: DynamoStore, world: Cloud) -> None:
    organization_id, queue = fresh("org"), SentCommands()
    store.commit(OrganizationChange(Organization(organization_id, version=1)))
    event = _event(organization_id, fresh("sub"))

    outcomes = _all_at_once(lambda _: _persistently(store, queue, event))

    assert outcomes.count(Outcome.APPLIED) == 1
    assert set(outcomes) == {Outcome.APPLIED, Outcome.DUPLICATE}
    organization = store.load(organization_id).organization
    assert organization is not None
    assert organization.version == 2
    assert world.table.transitions(organization_id) == [
        "customer.created",
        "subscription.created",
        "subscription.activated",
    ]
    assert {(command.task, command.organization_id) for command in queue.sent} == {(Task.RESYNC, organization_id)}
    assert len(queue.sent) <= CALLERS


def test_many_writers_of_one_organization_lose_no_update(store: DynamoStore, world: Cloud) -> None:
    organization_id, queue = fresh("org"), SentCommands()
    store.commit(OrganizationChange(Organization(organization_id, version=1)))
    events = [_event(organization_id, f"sub_{number:02}") for number in range(WRITERS)]

    outcomes = _all_at_once(lambda each: _persistently(store, queue, events[each]), WRITERS)

    assert set(outcomes) == {Outcome.APPLIED}
    partition = store.load(organization_id)
    assert partition.organization is not None
    assert partition.organization.version == WRITERS + 1
    assert partition.organization.live == {row.id for row in partition.subscriptions}
    assert len(partition.subscriptions) == WRITERS
    assert world.table.transitions(organization_id).count("subscription.created") == WRITERS
    assert world.table.transitions(organization_id).count("customer.created") == 1


def test_snapshots_of_one_subscription_in_any_order_end_with_the_newest(store: DynamoStore) -> None:
    organization_id, subscription_id, queue = fresh("org"), fresh("sub"), SentCommands()
    events = [_event(organization_id, subscription_id, version=version) for version in range(1, CALLERS + 1)]

    _all_at_once(lambda each: _persistently(store, queue, events[each]))

    (row,) = store.load(organization_id).subscriptions
    assert (row.resource_version, row.items) == (CALLERS, (Item("growth", "plan", CALLERS),))


def test_claims_that_race_an_activation_never_leave_a_checkout_beside_it(store: DynamoStore) -> None:
    organization_id, queue, at = fresh("org"), SentCommands(), now()
    promised = store.claim_checkout(organization_id, Checkout(mint_subscription_id(), WISH, at)).checkout
    assert promised is not None
    paid = _event(organization_id, promised.subscription_id)

    def race(each: int) -> str:
        if each % 5 == 0:
            return str(_persistently(store, queue, paid))
        try:
            store.claim_checkout(organization_id, Checkout(mint_subscription_id(), Selection("growth", each), at))
        except SubscriptionExists:
            return "exists"
        return "claimed"

    results = _all_at_once(race)

    assert results.count("applied") == 1
    organization = store.load(organization_id).organization
    assert organization is not None
    assert organization.checkout is None
    assert organization.live == {promised.subscription_id}


def _all_at_once[Result](call: Callable[[int], Result], callers: int = CALLERS) -> list[Result]:
    ready = Barrier(callers)

    def run(number: int) -> Result:
        ready.wait()
        return call(number)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(run, range(callers)))


def _persistently(store: DynamoStore, queue: SentCommands, event: BillingEvent) -> Outcome:
    """As a queue does: what lost every race is delivered again."""
    while True:
        try:
            return apply_event(event, store=store, commands=queue, now=now()).outcome
        except Conflict:
            continue


def _event(organization_id: str, subscription_id: str, version: int = 1) -> BillingEvent:
    subscription = {
        "id": subscription_id,
        "customer_id": organization_id,
        "status": "active",
        "resource_version": version,
        "subscription_items": [{"item_price_id": "growth", "item_type": "plan", "quantity": version}],
    }
    customer = {"id": organization_id, "meta_data": {"organizationId": organization_id}}
    return read_event(
        {
            "id": fresh("ev"),
            "event_type": "subscription_changed",
            "occurred_at": now(),
            "content": {"subscription": subscription, "customer": customer},
        }
    )
