from collections.abc import Sequence
from dataclasses import replace

import pytest

from billing.core.errors import Conflict, EventConflict, InvalidRequest, UsageNotFound
from billing.core.money import Money
from billing.core.until_won import USAGE_ATTEMPTS
from billing.metering.domain.usage import Cost, Usage
from billing.metering.services.ports import Day
from billing.metering.services.record_usage import record_usage
from billing.metering.services.usage_costs import MAX_COSTS, attach_costs, find_usage
from tests.model.metering import DAY, ORG, START, calls, metering
from tests.model.usage_store import MemoryUsage

EARLY = Cost("0", "openai", Money(700, "USD"))
LATE = Cost("k1", "openai", Money(300, "USD"))
OTHER = Cost("k2", "hetzner", Money(40, "EUR"))


def recorded(*costs: Cost, store: MemoryUsage | None = None) -> MemoryUsage:
    store = store or MemoryUsage()
    record_usage(ORG, [calls("e1", occurred_at=START - 2 * DAY, costs=costs), calls("e2")], metering(store))
    return store


def day(store: MemoryUsage) -> Day:
    """The rollup of the day on which it happened."""
    [found] = store.days(ORG, "2026-09-19", "2026-09-19")
    return found


def test_costs_known_at_once_are_in_the_day_of_the_use() -> None:
    store = recorded(EARLY)
    assert (day(store).costed, day(store).costs) == (1, {"USD": 700})
    assert find_usage(ORG, "e1", store).event.costs == (EARLY,)


def test_late_costs_count_once_for_each_id_in_the_day_on_which_the_use_happened() -> None:
    store = recorded()
    for _ in range(2):
        usage = attach_costs(ORG, "e1", [LATE], store)
    assert usage.event.costs == (LATE,)
    attach_costs(ORG, "e1", [LATE, OTHER], store)
    assert (day(store).events, day(store).costed) == (1, 1)
    assert day(store).costs == {"USD": 300, "EUR": 40}


def test_a_cost_id_stands_for_one_cost() -> None:
    store = recorded(EARLY)
    attach_costs(ORG, "e1", [LATE], store)
    before = store.copy()
    for changed in (replace(LATE, amount=Money(301, "USD")), replace(EARLY, vendor="azure")):
        with pytest.raises(EventConflict):
            attach_costs(ORG, "e1", [OTHER, changed], store)
    assert store == before


def test_a_use_has_so_many_costs_and_no_more() -> None:
    store = recorded()
    many = [replace(LATE, id=f"k{number}") for number in range(MAX_COSTS)]
    attach_costs(ORG, "e1", many, store)
    with pytest.raises(InvalidRequest, match=str(MAX_COSTS)):
        attach_costs(ORG, "e1", [replace(LATE, id="one more")], store)
    assert len(attach_costs(ORG, "e1", many[:1], store).event.costs) == MAX_COSTS


def test_late_costs_do_not_make_another_event_of_it() -> None:
    store = recorded()
    attach_costs(ORG, "e1", [LATE], store)
    [again] = record_usage(ORG, [calls("e1", occurred_at=START - 2 * DAY)], metering(store))
    assert again.outcome == "replayed"


def test_costs_of_a_use_that_there_is_not_are_refused() -> None:
    with pytest.raises(UsageNotFound):
        attach_costs(ORG, "e3", [LATE], recorded())


class Overtaken(MemoryUsage):
    """Somebody else attaches between our read and our write."""

    rival: Cost | None = None
    failures = 0

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        if self.failures:
            self.failures -= 1
            raise Conflict("Somebody else wrote first.")
        rival, self.rival = self.rival, None
        if rival:
            attach_costs(organization_id, usage.event.id, [rival], self)
        super().add_costs(organization_id, usage, costs)


@pytest.mark.parametrize("rival", [LATE, OTHER])
def test_a_use_whose_costs_arrive_twice_at_once_is_covered_once(rival: Cost) -> None:
    store = Overtaken()
    recorded(store=store)
    store.rival = rival
    attach_costs(ORG, "e1", [LATE], store)
    assert set(find_usage(ORG, "e1", store).event.costs) == {LATE, rival}
    assert (day(store).costed, sum(day(store).costs.values())) == (1, 300 if rival == LATE else 340)


def test_whoever_loses_a_race_tries_again_and_nobody_does_so_for_ever() -> None:
    store = Overtaken()
    recorded(store=store)
    store.failures = USAGE_ATTEMPTS - 1
    assert attach_costs(ORG, "e1", [LATE], store).event.costs == (LATE,)
    store.failures = USAGE_ATTEMPTS
    with pytest.raises(Conflict):
        attach_costs(ORG, "e1", [OTHER], store)
