from typing import Any

import pytest

from billing.core.errors import InvalidCatalog, UnknownFeature
from billing.metering.domain.hold import Reservation
from billing.metering.domain.meter import Meter
from billing.metering.services.hold_usage import reserve_usage, settle_usage
from billing.metering.services.record_usage import record_usage
from billing.metering.services.save_alerts import save_alerts
from billing.plans.catalog import read_catalog
from billing.plans.feature import Counted
from tests.model.metering import CATALOG, DAY, ENDLESS, FREE, LARGE, ORG, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

FOUR = (50, 80, 90, 100)


class Watched:
    """An organization with 25 calls a month, whose uses are announced at four points."""

    def __init__(self, plan: str = LARGE) -> None:
        self.store, self.time = MemoryUsage(), Time(START)
        self.here = metering(self.store, self.time)
        self.store.grant(ORG, on_plan(plan))
        save_alerts(ORG, {"calls": FOUR}, CATALOG, self.store)

    def use(self, event_id: str, quantity: int) -> list[str]:
        """What the use announces of alerts."""
        before = set(self.store.told)
        record_usage(ORG, [calls(event_id, quantity, occurred_at=self.time.now)], self.here)
        new = [name for _, name in self.store.told.keys() - before]
        return [name.rpartition("#")[2] for name in new if name.startswith("alert#")]


def test_each_alert_is_told_when_it_is_reached_and_never_again() -> None:
    here = Watched()
    assert [here.use(f"e{n}", each) for n, each in enumerate((12, 1, 1, 6, 4, 1))] == [
        [],
        ["50"],
        [],
        ["80"],
        ["90"],
        ["100"],
    ]


def test_several_alerts_that_one_use_reaches_are_told_together() -> None:
    here = Watched()
    assert here.use("e1", 23) == ["90"]
    assert here.use("e2", 2) == ["100"]


def test_the_next_period_is_told_anew() -> None:
    here = Watched()
    assert here.use("e1", 13) == ["50"]
    here.time.now += 30 * DAY
    assert here.use("e2", 13) == ["50"]


def test_what_comes_late_of_a_past_period_alerts_nobody() -> None:
    here = Watched()
    assert here.use("e1", 13) == ["50"]
    here.time.now += 30 * DAY
    before = set(here.store.told)
    [late] = record_usage(ORG, [calls("e2", 12, occurred_at=START)], here.here)
    assert (late.outcome, set(here.store.told) - before) == ("recorded", set())


def test_a_limit_that_moves_tells_nothing_twice() -> None:
    here = Watched()
    assert here.use("e1", 20) == ["80"]
    here.store.grant(ORG, on_plan(ENDLESS, id="sub_large"))
    assert here.use("e2", 100) == []
    here.store.grant(ORG, on_plan(LARGE))
    assert here.store.account(ORG).meters["calls", START].alerted == 80


def test_what_a_hold_takes_is_told_when_it_is_settled() -> None:
    here = Watched()
    reserve_usage(ORG, Reservation("h1", "calls", 20, 60), here.here)
    assert here.store.told == {}
    settle_usage(ORG, "h1", 20, here.here)
    assert [name for _, name in here.store.told] == [f"alert#calls#{START}#80"]


@pytest.mark.parametrize(("limit", "used", "alerted"), [(None, 9, 0), (0, 9, 0), (10, 4, 0), (10, 5, 50), (3, 2, 50)])
def test_a_meter_remembers_the_highest_alert_that_it_reached(limit: int | None, used: int, alerted: int) -> None:
    assert Meter("calls", 0, 9, limit, used, alerts=FOUR).watched.alerted == alerted


def test_the_organizations_own_alerts_go_before_the_plans() -> None:
    here = Watched(FREE)
    save_alerts(ORG, {"calls": [70]}, CATALOG, here.store)
    assert here.use("e1", 6) == []
    assert here.use("e2", 1) == ["70"]
    save_alerts(ORG, {"calls": []}, CATALOG, here.store)
    assert here.use("e3", 3) == []
    with pytest.raises(UnknownFeature):
        save_alerts(ORG, {"cals": [50]}, CATALOG, here.store)


def plan(alerts: Any) -> dict[str, Any]:
    feature = {"limit": 10, "alerts": alerts}
    return {"plan": [{"item_price_id": "basic", "name": "Basic", "features": {"calls": feature}}]}


def test_a_plan_says_at_which_percentages_its_features_are_announced() -> None:
    feature = read_catalog(plan([100, 50, 50])).plans["basic"].features["calls"]
    assert isinstance(feature, Counted)
    assert feature.alerts == (50, 100)


@pytest.mark.parametrize("wrong", [50, [0], [101], ["50"], [True], [50.5]], ids=str)
def test_an_alert_is_a_percentage_of_the_limit(wrong: Any) -> None:
    with pytest.raises(InvalidCatalog, match="percentages from 1 to 100"):
        read_catalog(plan(wrong))
