"""An organization with five hundred past subscriptions, which no single transaction could end."""

import pytest

from billing.organizations.domain.organization_event import DELETED
from billing.subscriptions.domain.subscription import Status
from billing.subscriptions.domain.transition import Transition
from tests.model.queue import provision
from tests.model.world import ModelWorld, apply, scalekit_event
from tests.property.worlds import ORG, provisioned
from tests.subscriptions.examples import a_subscription

PAST = 500


@pytest.fixture
def world() -> ModelWorld:
    world = provisioned()
    rows = (a_subscription(id=f"cb_{number}", customer_id=ORG, status=Status.CANCELLED) for number in range(PAST))
    world.store.rows |= {(ORG, row.id): row for row in rows}
    return world


def test_the_deletion_of_its_customer_is_applied_and_each_subscription_told_of_once(world: ModelWorld) -> None:
    world.site.delete_customer(ORG)
    told = len(world.store.outbox)
    for _ in range(2):
        apply(world.site.events[-1], world.ports())
    assert {row.status for row in world.store.rows.values()} == {Status.DELETED}
    assert world.store.organizations[ORG].retired_customers == {ORG}
    assert [each.transition for each in world.store.outbox[told:]] == [Transition.DELETED] * PAST


def test_it_is_deleted(world: ModelWorld) -> None:
    provision(scalekit_event(DELETED, ORG, 2), world.ports())
    assert world.store.rows == {}
    assert world.store.organizations[ORG].deleted_at is not None
