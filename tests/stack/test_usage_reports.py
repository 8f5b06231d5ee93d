"""Metered usage reaches Chargebee: each closed day once, the whole of it, and the invoice of a term behind its last."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stack.api import Member, answered
from tests.stack.aws import Row
from tests.stack.backend import Backend, calls
from tests.stack.plans import SCALE, sold
from tests.stack.world import Cloud, now

type Json = dict[str, Any]
type Advance = Callable[[int], None]

HOUR = 3_600
DAY = 86_400
METERED: Json = {"limit": "unlimited", "item_price_id": "api-calls"}
PLAN = SCALE | {"features": {"sso": True, "api-calls": METERED}}


AT_ANY_TIME = """
import billing.app.reporting as _reporting

_now = handler


def handler(event, context):
    _reporting.utc_now = lambda: event["at"]
    return _now(event, context)
"""


@pytest.fixture(scope="module", autouse=True)
def metered(world: Cloud) -> Iterator[None]:
    """The plan is metered, and the report is made as of whatever moment its schedule names."""
    with sold(world, PLAN, "UsageRecord", "HoldSettle"), world.functions.appended("ReportUsage", AT_ANY_TIME):
        yield


@pytest.fixture
def subscription(world: Cloud, admin: Member, backend: Backend) -> Json:
    """A subscription whose calls Chargebee bills: one of the dashboard, because their add-on is not in the catalog."""
    answered(backend.save())
    world.chargebee.set_card(admin.organization_id, "ok")
    items = {"subscription_items[item_price_id][0]": "scale", "subscription_items[item_price_id][1]": "api-calls"}
    created = world.chargebee.post(f"/customers/{admin.organization_id}/subscription_for_items", **items)
    world.caught_up(admin.organization_id)
    assert admin.subscription()["itemPriceId"] == "scale"
    found: Json = created["subscription"]
    return found


def report(world: Cloud, later: int) -> None:
    """As the schedule does it so many seconds from now."""
    world.functions.invoke("ReportUsage", {"at": now() + later})


def usages(world: Cloud, subscription: Json) -> list[Json]:
    """What Chargebee was told, the oldest day first."""
    query = {"subscription_id[is]": subscription["id"], "sort_by[asc]": "usage_date", "limit": "100"}
    return [each["usage"] for each in world.chargebee.get("/usages", **query)["list"]]


def due(world: Cloud, admin: Member) -> list[Row]:
    return [row for row in world.table.reports(admin.organization_id) if "due" in row]


def test_a_day_is_told_once_when_it_is_closed(
    world: Cloud, admin: Member, backend: Backend, subscription: Json, advance: Advance
) -> None:
    backend.used(calls("e1", 7), calls("e2", 5))
    answered(backend.hold("h1", 9))
    answered(backend.settle("h1", 3))
    [day] = due(world, admin)
    report(world, HOUR)
    assert usages(world, subscription) == []
    advance(2 * DAY)

    report(world, 2 * DAY)

    [told] = usages(world, subscription)
    date = int(day["billing_day"]["day"])
    assert (told["item_price_id"], told["quantity"]) == ("api-calls", "15")
    assert max(subscription["current_term_start"], date) <= told["usage_date"] < date + DAY
    assert due(world, admin) == []
    report(world, 2 * DAY)
    world.table.change(day, due=day["due"], due_on=day["due_on"])
    report(world, 2 * DAY)
    assert usages(world, subscription) == [told]
    assert due(world, admin) == []


def test_while_chargebee_is_away_a_day_waits_and_what_comes_after_its_sealing_is_not_lost(
    world: Cloud, admin: Member, backend: Backend, subscription: Json
) -> None:
    backend.used(calls("e1", 7))
    world.chargebee.faults({"path": f"/subscriptions/{subscription['id']}/usages", "status": 503})
    with pytest.raises(AssertionError, match="Chargebee is not working right now"):
        report(world, 2 * DAY)
    assert usages(world, subscription) == []
    assert len(due(world, admin)) == 1

    [late] = backend.used(calls("late", 4))

    assert late["result"] == "recorded"
    world.chargebee.faults()
    for _ in range(2):
        report(world, 2 * DAY)
    assert sorted(each["quantity"] for each in usages(world, subscription)) == ["4", "7"]
    assert due(world, admin) == []


def test_the_invoice_of_a_term_is_closed_behind_its_last_day(
    world: Cloud, admin: Member, backend: Backend, subscription: Json, advance: Advance
) -> None:
    """The site's price is two cents, after ten thousand that are free."""
    backend.used(calls("e1", 10_005))
    ended = subscription["current_term_end"] - now() + HOUR
    advance(ended)
    [pending] = [each for each in world.chargebee.invoices(admin.organization_id) if each["status"] == "pending"]
    report(world, ended)
    assert world.chargebee.get(f"/invoices/{pending['id']}")["invoice"]["status"] == "pending"

    for _ in range(2):
        report(world, ended + 6 * HOUR)

    [told] = usages(world, subscription)
    assert told["quantity"] == "10005"
    [invoice] = [each for each in world.chargebee.invoices(admin.organization_id) if each["id"] == told["invoice_id"]]
    assert invoice["status"] == "paid"
    [line] = [each for each in invoice["line_items"] if each["entity_id"] == "api-calls"]
    assert (line["quantity"], line["amount"]) == (10_005, 10)
