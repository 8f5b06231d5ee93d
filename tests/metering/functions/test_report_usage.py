"""The hourly run, from a recorded use to Chargebee's usage, on a site that bills others too."""

import time
from typing import Any

import pytest

from billing.app.reporting import at_once
from billing.core.chargebee_errors import ChargebeeUnavailable
from billing.metering.domain.billing_day import SEAL_AFTER
from tests.deployment.gateway import ADMIN
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.metering import calls, machine_call, used
from tests.deployment.subscriptions import create, deliver_everything, subscribed
from tests.deployment.world import World

DAY = 86_400
METERED = {"limit": "unlimited", "item_price_id": "api-calls"}
LINES = {"subscription_items[item_price_id][0]": "growth", "subscription_items[item_price_id][1]": "api-calls"}


@pytest.fixture
def subscription_id(world: World) -> str:
    """org_1 has a plan with a feature that Chargebee bills by use."""
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", features={"api-calls": METERED})
    bought = subscribed(world)
    world.chargebee.ask("POST", f"/subscriptions/{bought}/update_for_items", **LINES)
    deliver_everything(world)
    return bought


def run(world: World) -> dict[str, Any]:
    """A function of its own, and no slower than it has to be."""
    forget_warm_state()
    world.values["UsageCallsPerMinute"] = "60000"
    return world.invoke("metering/report_usage", {})


def told(world: World, subscription_id: str) -> list[str]:
    """The quantities that Chargebee knows."""
    usages = world.chargebee.ask("GET", "/usages", **{"subscription_id[is]": subscription_id})["list"]
    return [each["usage"]["quantity"] for each in usages]


def test_what_was_used_is_told_once_when_its_day_is_over(world: World, subscription_id: str) -> None:
    used(world, calls("e1", 7), calls("e2", 5))
    assert run(world) == {"days": 0, "flagged": 0, "invoicesClosed": 0}
    world.freeze(int(time.time()) + 2 * DAY)
    assert run(world) == {"days": 1, "flagged": 0, "invoicesClosed": 0}
    assert run(world) == {"days": 0, "flagged": 0, "invoicesClosed": 0}
    assert told(world, subscription_id) == ["12"]


@pytest.mark.parametrize(("calls_a_minute", "expected"), [("1", 1), ("60", 1), ("150", 2), ("1000", 9), ("60000", 10)])
def test_as_many_are_told_at_once_as_the_pace_needs(
    monkeypatch: pytest.MonkeyPatch, calls_a_minute: str, expected: int
) -> None:
    monkeypatch.setenv("USAGE_CALLS_PER_MINUTE", calls_a_minute)
    forget_warm_state()
    assert at_once() == expected


def test_a_day_that_cannot_be_billed_raises_the_alarm(
    world: World, subscription_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    used(world, calls("e1", 7))
    world.chargebee.reset()
    world.freeze(int(time.time()) + 2 * DAY)
    assert run(world)["flagged"] == 1
    assert '"usage_flagged":[1.0]' in capfd.readouterr().out


@pytest.mark.parametrize("namesake", [False, True], ids=["a stranger", "of the id of an organization with another one"])
def test_the_pending_invoice_of_a_term_is_closed_and_somebody_elses_is_not(
    world: World, subscription_id: str, namesake: bool
) -> None:
    world.chargebee.ask("POST", "/customers", id="somebody_else")
    if namesake:
        world.chargebee.ask("POST", "/customers", id="from_before")
        mapped = {"customerId": "from_before"}
        machine_call(world, "organizations/save", "PUT /organizations", mapped, path={"id": "somebody_else"})
    world.chargebee.ask("POST", "/customers/somebody_else/subscription_for_items", auto_collection="off", **LINES)
    term_end = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["current_term_end"]
    world.chargebee.advance(term_end - int(time.time()) + 60)
    world.freeze(term_end + DAY)
    assert run(world)["invoicesClosed"] == 1
    pending = world.chargebee.ask("GET", "/invoices", **{"status[is]": "pending"})["list"]
    assert [each["invoice"]["customer_id"] for each in pending] == ["somebody_else"]


REFUSALS: list[tuple[int, Any]] = [
    (400, {"message": "No.", "api_error_code": "configuration_incompatible"}),
    (400, {"message": "No.", "param": "item_prices[item_price_id][0]", "api_error_code": "resource_not_found"}),
    (404, {"message": "No.", "api_error_code": "resource_not_found"}),
    (400, "<html>Bad Request</html>"),
    (200, {"unexpected": 1}),
    (500, {"message": "No.", "api_error_code": "internal_error"}),
]


@pytest.mark.parametrize(("status", "answer"), REFUSALS)
def test_whatever_chargebee_answers_of_one_subscription_the_next_ones_days_are_told(
    world: World, subscription_id: str, status: int, answer: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    bought = create(world, claims=ADMIN | {"oid": "org_2"}).body
    world.chargebee.pay(bought["id"])
    world.chargebee.ask("POST", f"/subscriptions/{bought['subscriptionId']}/update_for_items", **LINES)
    deliver_everything(world)
    used(world, calls("e1", 7))
    machine_call(world, "metering/record_usage", "POST /usage", {"events": [calls("e1", 5)]}, path={"id": "org_2"})
    world.freeze(int(time.time()) + 2 * DAY)
    world.chargebee.fail(f"/subscriptions/{subscription_id}/usages", status=status, body=answer)
    assert run(world)["days"] == 1
    assert told(world, bought["subscriptionId"]) == ["5"]
    out = capfd.readouterr().out
    assert '"usage_flagged":[1.0]' in out or '"usage_postponed":[1.0]' in out


def test_usage_that_came_after_its_invoice_is_flagged_with_its_quantity(
    world: World, subscription_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    term_end = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["current_term_end"]
    used(world, calls("e1", 50_000))
    world.chargebee.advance(term_end - int(time.time()) + 40 * DAY)
    world.freeze(term_end + 40 * DAY)
    assert run(world) == {"days": 0, "flagged": 1, "invoicesClosed": 0}
    assert told(world, subscription_id) == ["50000"]
    assert '"reason":"not_invoiced","quantity":50000' in capfd.readouterr().out


@pytest.mark.parametrize(
    ("multi_decimal", "known", "done"),
    [("on", ["1.250"], {"days": 1, "flagged": 0}), ("off", [], {"days": 0, "flagged": 1})],
)
def test_what_is_counted_in_fractions_is_told_as_a_decimal_or_flagged_as_one(
    world: World, multi_decimal: str, known: list[str], done: dict[str, int], capfd: pytest.CaptureFixture[str]
) -> None:
    fine = METERED | {"decimals": 3}
    world.put(pk="PLAN", sk="growth", item_price_id="growth", name="Growth", features={"storage": fine})
    bought = subscribed(world)
    world.chargebee.set_up(multi_decimal=multi_decimal)
    world.chargebee.ask("POST", f"/subscriptions/{bought}/update_for_items", **LINES)
    deliver_everything(world)
    used(world, *(calls(f"e{n}") | {"feature": "storage", "quantity": each} for n, each in enumerate(("0.75", "0.5"))))
    world.freeze(int(time.time()) + 2 * DAY)
    assert run(world) == {**done, "invoicesClosed": 0}
    assert told(world, bought) == known
    assert ('"quantity":"1.250"' in capfd.readouterr().out) is (multi_decimal == "off")


def test_a_pending_invoice_that_cannot_be_closed_is_told_of(
    world: World, subscription_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    term_end = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]["current_term_end"]
    world.chargebee.advance(term_end - int(time.time()) + 60)
    world.freeze(term_end + DAY)
    [pending] = world.chargebee.ask("GET", "/invoices", **{"status[is]": "pending"})["list"]
    refusal = {"message": "No.", "api_error_code": "invalid_state_for_request"}
    world.chargebee.fail(f"/invoices/{pending['invoice']['id']}/close", status=400, body=refusal)
    assert run(world)["invoicesClosed"] == 0
    assert '"usage_invoices_pending":[1.0]' in capfd.readouterr().out


def test_every_run_says_how_much_is_left_and_for_how_long_it_has_been_closed(
    world: World, subscription_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    used(world, calls("e1", 7))
    world.freeze(int(time.time()) // DAY * DAY + 2 * DAY)
    world.chargebee.fail(f"/subscriptions/{subscription_id}/usages", status=503)
    with pytest.raises(ChargebeeUnavailable):
        run(world)
    out = capfd.readouterr().out
    assert '"usage_due":[1.0]' in out
    assert f'"usage_due_age_seconds":[{float(DAY - SEAL_AFTER)}]' in out
    world.chargebee.recover()
    run(world)
    out = capfd.readouterr().out
    assert '"usage_due":[0.0]' in out
    assert '"usage_due_age_seconds":[0.0]' in out


def test_what_a_cancelled_subscription_used_is_never_taken_for_billed_by_an_invoice_that_does_not_come(
    world: World, subscription_id: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The site waits for nobody with the invoice of a cancellation."""
    used(world, calls("e1", 7))
    world.chargebee.advance(60)
    world.chargebee.ask("POST", f"/subscriptions/{subscription_id}/cancel_for_items")
    deliver_everything(world)
    world.chargebee.advance(40 * DAY)
    now = int(time.time())
    world.freeze(now + 2 * DAY)
    assert run(world) == {"days": 0, "flagged": 0, "invoicesClosed": 0}
    world.freeze(now + 5 * DAY)
    assert run(world) == {"days": 0, "flagged": 1, "invoicesClosed": 0}
    assert '"reason":"not_invoiced","quantity":7' in capfd.readouterr().out
