"""`make soak`, at its smallest."""

from tests.soak.day import Size, run
from tests.soak.page import AGREES, page
from tests.stack.world import Cloud


def test_a_storm_of_webhooks_in_disorder_ends_with_everything_in_agreement(world: Cloud) -> None:
    with world.queues.impatient("EventsQueue", 6), world.queues.impatient("ProvisioningQueue", 6):
        day = run(world, Size(webhooks=30, organizations=2, calls=1, seconds=1))
    assert day.problems == []
    assert len(day.took) == 33
    assert day.throttle.refused > 0
    assert day.calls.count(429) > 0
    assert AGREES in page(day)
