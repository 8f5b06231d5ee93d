"""Every sample in `events/`, through the function that it is named after, does what its room says."""

from collections import Counter
from collections.abc import Mapping

import pytest

from tests.announcements.functions import samples as announcements
from tests.app.functions import samples as app
from tests.chargebee.functions import samples as chargebee
from tests.deployment.template import functions
from tests.deployment.world import World
from tests.metering.functions import samples as metering
from tests.organizations.functions import samples as organizations
from tests.payments.functions import samples as payments
from tests.plans.functions import samples as plans
from tests.runtime.functions import samples as runtime
from tests.samples.expectation import Expectation
from tests.samples.sample import all_samples, function_of, invoke
from tests.scalekit.functions import samples as scalekit
from tests.subscriptions.functions import samples as subscriptions

TABLES: tuple[Mapping[str, Expectation], ...] = (
    announcements.SAMPLES,
    app.SAMPLES,
    chargebee.SAMPLES,
    metering.SAMPLES,
    organizations.SAMPLES,
    payments.SAMPLES,
    plans.SAMPLES,
    runtime.SAMPLES,
    scalekit.SAMPLES,
    subscriptions.SAMPLES,
)
SAMPLES = {name: expectation for table in TABLES for name, expectation in table.items()}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_does_what_its_name_says(world: World, name: str) -> None:
    SAMPLES[name].prove(world, lambda: invoke(world, name))


def test_every_sample_is_in_one_table() -> None:
    assert Counter(name for table in TABLES for name in table) == Counter(all_samples())


def test_every_table_is_about_a_room_of_its_own() -> None:
    rooms = [{name.partition("/")[0] for name in table} for table in TABLES]
    assert [len(each) for each in rooms] == [1] * len(TABLES)
    assert len(set().union(*rooms)) == len(TABLES)


def test_every_sample_belongs_to_a_function() -> None:
    assert {function_of(name) for name in all_samples()} <= set(functions())
