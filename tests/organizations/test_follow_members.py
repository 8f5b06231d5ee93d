"""Seats that follow the members change the seats, and nothing else."""

from dataclasses import dataclass
from typing import Any

import pytest

from billing.chargebee.api import ChargebeeApi
from billing.chargebee.calls import Retry
from billing.chargebee.connection import connect
from billing.core.chargebee_errors import ChargebeeRefused
from billing.core.clock import utc_now
from billing.organizations.services.follow_members import follow_members
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.resync_organization import resync_organization
from tests.chargebee.simulator import ChargebeeSimulator
from tests.model.queue import MemoryQueue
from tests.model.store import MemoryStore
from tests.subscriptions.examples import DAY, ORG, an_organization

CATALOG = Catalog({"growth": Plan("growth", "Growth", limits={"seats": 25})}, {})
PLAN = {
    "subscription_items[item_price_id][0]": "growth",
    "subscription_items[quantity][0]": "5",
    "subscription_items[unit_price][0]": "3000",
}


@dataclass(frozen=True, slots=True)
class Members:
    number: int

    def count_members(self, organization_id: str) -> int:
        return self.number


@pytest.fixture
def ports(simulator: ChargebeeSimulator) -> Ports:
    """org_1 has a subscription of five seats at an agreed price, and the cache knows it."""
    api = ChargebeeApi(connect("site", "test_key", simulator.url), Retry(), utc_now)
    simulator.ask("POST", "/customers", id=ORG)
    trial_end = str(utc_now() + DAY)
    simulator.ask("POST", f"/customers/{ORG}/subscription_for_items", id="sub_1", trial_end=trial_end, **PLAN)
    store = MemoryStore({ORG: an_organization()})
    known = Ports(store, api, MemoryQueue(), utc_now, lambda: "sub_x", lambda organization: {})
    resync_organization(ORG, known)
    return known


def held(simulator: ChargebeeSimulator) -> dict[str, Any]:
    found: dict[str, Any] = simulator.ask("GET", "/subscriptions/sub_1")["subscription"]
    return found


@pytest.mark.parametrize("agreed_unit_price", ["forgotten", "kept"])
def test_the_seats_are_the_members_at_the_price_that_was_agreed(
    ports: Ports, simulator: ChargebeeSimulator, agreed_unit_price: str
) -> None:
    simulator.assume(agreed_unit_price=agreed_unit_price)
    assert follow_members(ORG, Members(7), CATALOG, ports) == {"sub_1": 7}
    [item] = held(simulator)["subscription_items"]
    assert (item["quantity"], item["unit_price"]) == (7, 3000)
    assert ports.store.load(ORG).live[0].seats == 7


def test_half_a_seat_counts_as_a_whole_one_and_follows_too(ports: Ports, simulator: ChargebeeSimulator) -> None:
    simulator.set("settings", multi_decimal="on")
    half = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity_in_decimal][0]": "6.5"}
    simulator.ask("POST", "/subscriptions/sub_1/update_for_items", **half)
    resync_organization(ORG, ports)
    assert ports.store.load(ORG).live[0].seats == 7
    assert follow_members(ORG, Members(7), CATALOG, ports) == {}
    assert follow_members(ORG, Members(8), CATALOG, ports) == {"sub_1": 8}


@pytest.mark.parametrize(("members", "seats"), [(7, 10), (1, 10), (11, 15), (24, 20)])
def test_where_seats_are_sold_in_steps_the_seats_are_the_fewest_that_hold_the_members(
    ports: Ports, members: int, seats: int
) -> None:
    plan = Plan("growth", "Growth", limits={"seats": 23}, min_seats=10, seat_step=5)
    assert follow_members(ORG, Members(members), Catalog({"growth": plan}, {}), ports) == {"sub_1": seats}


def test_what_sales_have_scheduled_stays(ports: Ports, simulator: ChargebeeSimulator) -> None:
    later = {"subscription_items[item_price_id][0]": "starter", "subscription_items[quantity][0]": "3"}
    simulator.ask("POST", "/subscriptions/sub_1/update_for_items", change_option="end_of_term", **later)
    assert follow_members(ORG, Members(7), CATALOG, ports) == {}
    assert (held(simulator)["has_scheduled_changes"], held(simulator)["subscription_items"][0]["quantity"]) == (True, 5)


@pytest.mark.parametrize("option", ["immediately", "end_of_term"])
def test_what_is_being_cancelled_is_left_alone(ports: Ports, simulator: ChargebeeSimulator, option: str) -> None:
    simulator.ask("POST", "/subscriptions/sub_1/cancel_for_items", cancel_option=option)
    status = held(simulator)["status"]
    assert follow_members(ORG, Members(7), CATALOG, ports) == {}
    assert (held(simulator)["status"], held(simulator)["subscription_items"][0]["quantity"]) == (status, 5)


def test_a_cancellation_between_looking_and_changing_is_not_taken_back(
    ports: Ports, simulator: ChargebeeSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = ChargebeeApi.subscription

    def look_too_early(api: ChargebeeApi, subscription_id: str) -> Any:
        seen = look(api, subscription_id)
        if seen.live:
            simulator.ask("POST", "/subscriptions/sub_1/cancel_for_items", cancel_option="immediately")
        return seen

    monkeypatch.setattr(ChargebeeApi, "subscription", look_too_early)
    follow_members(ORG, Members(7), CATALOG, ports)
    assert held(simulator)["status"] == "cancelled"
    assert ports.store.load(ORG).live == ()


def test_what_has_moved_to_another_customer_is_not_ours_to_change(ports: Ports, simulator: ChargebeeSimulator) -> None:
    simulator.ask("POST", "/customers", id="org_2")
    simulator.ask("POST", "/subscriptions/sub_1/move", to_customer_id="org_2")
    assert follow_members(ORG, Members(7), CATALOG, ports) == {}
    assert held(simulator)["subscription_items"][0]["quantity"] == 5


def test_what_is_not_counted_in_seats_is_left_alone(ports: Ports, simulator: ChargebeeSimulator) -> None:
    item = {"item_price_id": "growth", "item_type": "plan", "object": "subscription_item"}
    simulator.edit("sub_1", subscription_items=[item])
    assert follow_members(ORG, Members(7), CATALOG, ports) == {}


def begin_another(simulator: ChargebeeSimulator, ports: Ports) -> None:
    """org_1 has a second subscription, of another line, of three seats."""
    items = {"subscription_items[item_price_id][0]": "scale", "subscription_items[quantity][0]": "3"}
    later = str(utc_now() + DAY)
    simulator.ask("POST", f"/customers/{ORG}/subscription_for_items", id="sub_2", trial_end=later, **items)
    resync_organization(ORG, ports)


def with_data_line(*, follow_members: bool = True) -> Catalog:
    data = Plan("scale", "Scale", line="data", min_seats=10, follow_members=follow_members)
    return Catalog({**CATALOG.plans, "scale": data}, {})


def seats_of(ports: Ports) -> dict[str, int | None]:
    return {row.id: row.seats for row in ports.store.load(ORG).live}


def test_of_several_lines_every_subscription_follows_as_its_plan_is_sold(
    ports: Ports, simulator: ChargebeeSimulator
) -> None:
    begin_another(simulator, ports)
    assert follow_members(ORG, Members(7), with_data_line(), ports) == {"sub_1": 7, "sub_2": 10}
    assert seats_of(ports) == {"sub_1": 7, "sub_2": 10}


def test_a_plan_that_says_so_keeps_the_seats_that_were_bought(ports: Ports, simulator: ChargebeeSimulator) -> None:
    begin_another(simulator, ports)
    assert follow_members(ORG, Members(7), with_data_line(follow_members=False), ports) == {"sub_1": 7}
    assert seats_of(ports) == {"sub_1": 7, "sub_2": 3}


@pytest.mark.parametrize("refused", ["sub_1", "sub_2"])
def test_a_subscription_that_cannot_follow_holds_no_other_back(
    ports: Ports, simulator: ChargebeeSimulator, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    begin_another(simulator, ports)
    set_seats = ChargebeeApi.set_seats

    def refuse_one(api: ChargebeeApi, subscription_id: str, *rest: Any) -> Any:
        if subscription_id == refused:
            raise ChargebeeRefused("The invoice would be negative.", "invalid_request")
        return set_seats(api, subscription_id, *rest)

    monkeypatch.setattr(ChargebeeApi, "set_seats", refuse_one)
    with pytest.raises(ChargebeeRefused):
        follow_members(ORG, Members(12), with_data_line(), ports)
    assert seats_of(ports) == {"sub_1": 12, "sub_2": 12, refused: {"sub_1": 5, "sub_2": 3}[refused]}
