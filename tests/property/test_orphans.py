"""What came before anybody knew whose it was is read once it is known, though nobody delivers it again."""

from billing.organizations.domain.organization_event import CREATED
from billing.subscriptions.domain.transaction import Outcome
from tests.model.queue import provision
from tests.model.world import ModelWorld, apply, drain, scalekit_event
from tests.property.invariants import check_always, check_quiet

ORG = "org_1"


def orphaned() -> ModelWorld:
    """An operator made the customer and its subscription; both were told of, and could be nobody's."""
    world = ModelWorld()
    world.site.put_customer(ORG, "customer_created")
    world.site.subscribe(ORG, "dashboard", (("growth", "plan", 1),))
    assert {apply(event, world.ports()).outcome for event in world.site.events} == {Outcome.ORPHAN}
    return world


def test_the_organization_finds_its_customer_and_reads_what_it_has() -> None:
    world = orphaned()
    provision(scalekit_event(CREATED, ORG, 1), world.ports())
    drain(world, world.ports())
    check_always(world)
    check_quiet(world, ORG)


def test_the_customer_names_its_organization_and_is_read() -> None:
    world = orphaned()
    world.site.put_customer(ORG, "customer_changed", meta_data={"organizationId": ORG})
    apply(world.site.events[-1], world.ports())
    drain(world, world.ports())
    check_always(world)
    check_quiet(world, ORG)
