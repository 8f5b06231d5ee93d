"""`make soak`, at its smallest."""

from tests.soak.day import Size, run
from tests.soak.page import page
from tests.stack.world import Cloud


def test_a_storm_of_webhooks_in_disorder_ends_with_everything_in_agreement(world: Cloud) -> None:
    day = run(world, Size(webhooks=30, organizations=2))
    assert day.problems == []
    assert len(day.took) == 33
    assert "Everything agrees." in page(day)
