"""A wallet that fills itself up: set by an admin, set off by the debit that empties it, bounded on every side."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from billing.app import wiring
from billing.core.clock import Lifetime
from billing.core.errors import Conflict
from billing.payments.domain.charge import LONGEST_DEBIT, Purpose, charge_id
from tests.announcements.functions.test_announcements import stream_event
from tests.deployment.gateway import ADMIN, MACHINE, MEMBER, sqs_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.payments import add_card, call
from tests.deployment.subscriptions import apply, deliver_everything
from tests.deployment.world import World
from tests.payments.functions.test_purchase import balances

RULE: dict[str, Any] = {"currency": "USD", "threshold": 500, "amount": 2000, "monthlyCap": 5000}
HOUR = 3_600
DECEMBER = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())


def put(world: World, claims: dict[str, Any] = ADMIN, **changes: Any) -> Answer:
    return call(world, "payments/auto_top_up", "PUT /api/wallet/auto-top-up", {**RULE, **changes}, claims)


def adjust(world: World, identity: str, amount: int, **lot: Any) -> None:
    body = {"id": identity, "amount": amount, "currency": "USD", "reason": "test", **lot}
    route = "POST /api/organizations/org_1/wallet/adjustments"
    assert call(world, "metering/adjust_wallet", route, body, MACHINE, id="org_1").status == 200


def run(world: World) -> None:
    """One round of the provisioning queue, whatever the delay of its messages."""
    world.hasten("ProvisioningQueue")
    for message in world.messages("ProvisioningQueue"):
        world.invoke("organizations/provision", sqs_event(message))


def perform(world: World) -> None:
    """The task, as a timer would bring it."""
    message = {"type": "billing.auto_top_up", "organizationId": "org_1", "currency": "USD"}
    world.invoke("organizations/provision", sqs_event(message))


def rule(world: World) -> dict[str, Any]:
    return world.item("ORG#org_1", "TOPUP#USD")


def test_the_debit_that_empties_a_wallet_fills_it_up_through_the_outbox(world: World) -> None:
    add_card(world)
    adjust(world, "gift", 1000)
    assert put(world).body == {
        "currency": "USD",
        "enabled": True,
        "threshold": 500,
        "amount": 2000,
        "monthlyCap": 5000,
        "spentThisMonth": 0,
        "failures": 0,
        "pending": False,
    }
    adjust(world, "spent", -600)
    assert "wallet.low" in world.news()
    world.invoke("announcements/relay", stream_event(world))
    run(world)
    assert balances(world) == {"USD": 24_000_000}
    perform(world)
    assert balances(world) == {"USD": 24_000_000}


def test_a_wallet_that_is_low_when_the_rule_is_set_is_filled_at_once_and_not_again_before_the_cooldown(
    world: World,
) -> None:
    add_card(world)
    put(world, threshold=100_000, amount=100)
    run(world)
    perform(world)
    perform(world)
    assert balances(world) == {"USD": 1_000_000}


def test_a_rule_that_was_set_while_the_queue_was_away_is_not_forgotten(world: World) -> None:
    """A wallet that is low already is never announced as low again: without its task the rule would sleep for ever."""
    world.lose("ProvisioningQueue")
    assert put(world).status == 500
    assert world.items("ORG#org_1") == []


def test_an_organization_has_rules_for_so_many_wallets_and_each_can_still_be_changed(world: World) -> None:
    """Each is a task and a charge of its own, every hour, on what all organizations share."""
    for letter in "ABCDEFGHIJKLMNOPQRST":
        assert put(world, currency=f"QQ{letter}").status == 200
    answer = put(world)
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert put(world, currency="QQA", enabled=False).body["enabled"] is False
    assert len([row for row in world.items("ORG#org_1") if row["sk"].startswith("TOPUP#")]) == 20


def test_after_three_failures_it_turns_itself_off_and_gives_the_months_room_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_card(world, "declined")
    monkeypatch.setattr("billing.metering.domain.top_up_rule.COOLDOWN", 0)
    put(world)
    for _ in range(5):
        perform(world)
    kept = rule(world)
    assert (kept["enabled"], int(kept["failures"]), int(kept["spent"])) == (False, 3, 0)
    assert [each for each in world.news() if each.startswith("charge")] == ["charge.failed"] * 3


def test_the_month_never_costs_more_than_the_cap(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_card(world)
    monkeypatch.setattr("billing.metering.domain.top_up_rule.COOLDOWN", 0)
    put(world, threshold=1_000_000)
    for _ in range(5):
        perform(world)
    assert balances(world) == {"USD": 40_000_000}
    assert int(rule(world)["spent"]) == 4000


def test_a_top_up_that_nobody_answered_is_carried_on_with_and_not_begun_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_card(world)
    put(world)
    world.chargebee.fail("/invoices/create_for_charge_items_and_charges", status=503)
    perform(world)
    world.chargebee.recover()
    monkeypatch.setattr("billing.payments.domain.charge.IN_FLIGHT", 0)
    for _ in range(3):
        perform(world)
    assert balances(world) == {"USD": 20_000_000}
    assert rule(world).get("pending") is None


def resume(world: World) -> int:
    """The schedule."""
    queued: int = world.invoke("payments/resume_top_ups", {})["queued"]
    return queued


def run_due(world: World) -> None:
    """The schedule, and what it queued."""
    resume(world)
    run(world)


def test_setting_a_rule_again_and_again_leaves_one_timer_which_is_due_when_the_cap_has_room(world: World) -> None:
    now = world.freeze(int(datetime(2026, 11, 21, tzinfo=UTC).timestamp()))
    add_card(world)
    for _ in range(10):
        put(world, threshold=100_000, amount=500, monthlyCap=500)
    assert world.unseen("ProvisioningQueue") == 10
    run(world)
    run(world)
    assert world.unseen("ProvisioningQueue") == 0
    assert balances(world) == {"USD": 5_000_000}
    world.freeze(now + HOUR)
    assert resume(world) == 0
    world.freeze(DECEMBER - 1)
    assert resume(world) == 0
    world.freeze(DECEMBER)
    assert resume(world) == 1
    run(world)
    assert balances(world) == {"USD": 10_000_000}


def test_a_task_that_is_lost_is_queued_again_until_its_timer_is_dealt_with(world: World) -> None:
    now = world.freeze(int(time.time()))
    put(world, threshold=100_000)
    run(world)
    world.freeze(now + HOUR)
    assert (resume(world), resume(world)) == (1, 1)
    assert len(world.messages("ProvisioningQueue")) == 2
    put(world, enabled=False)
    assert resume(world) == 1
    run(world)
    assert resume(world) == 0


def test_a_setting_that_loses_every_race_queues_one_task(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose(*_: object) -> None:
        raise Conflict("Somebody else wrote first.")

    monkeypatch.setattr("billing.payments.table.store.DynamoPayments.save_rule", lose)
    assert put(world).status == 409
    assert world.unseen("ProvisioningQueue") == 1


def test_a_wallet_that_is_full_again_has_no_timer(world: World) -> None:
    now = world.freeze(int(time.time()))
    add_card(world)
    put(world)
    run(world)
    world.freeze(now + HOUR)
    assert resume(world) == 1
    run(world)
    assert "due" not in rule(world)
    assert resume(world) == 0


def test_a_charge_without_an_answer_is_carried_on_with_by_the_schedule_and_gives_its_lease_back(
    world: World,
) -> None:
    now = world.freeze(int(time.time()))
    add_card(world)
    put(world)
    world.chargebee.fail("/invoices/create_for_charge_items_and_charges", status=503)
    perform(world)
    assert rule(world)["pending"] == "USD-1"
    world.chargebee.recover()
    world.messages("ProvisioningQueue")
    world.freeze(now + 900)
    assert resume(world) == 1
    run(world)
    assert balances(world) == {"USD": 20_000_000}
    assert rule(world).get("pending") is None


def test_money_that_expires_while_nobody_uses_anything_is_followed_by_a_top_up(world: World) -> None:
    """A gate only reads: it can tell no rule. The earliest lot is looked at first, and then the next."""
    now = world.freeze(int(time.time()))
    add_card(world)
    adjust(world, "before-the-rule", 900, expiresAt=now + 2 * HOUR)
    put(world)
    run(world)
    adjust(world, "beside-it", 600, expiresAt=now + HOUR)
    world.freeze(now + HOUR - 1)
    assert resume(world) == 0
    for moment, balance in ((now + HOUR, 15_000_000), (now + 2 * HOUR, 20_000_000)):
        world.freeze(moment)
        assert resume(world) == 1
        run(world)
        assert balances(world) == {"USD": balance}


def test_a_top_up_that_expires_is_followed_by_the_next_though_nobody_used_anything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = wiring.shipped_catalog()
    monkeypatch.setattr("billing.app.wiring.shipped_catalog", lambda: replace(catalog, top_up_lifetime=Lifetime(1)))
    now = world.freeze(int(time.time()))
    add_card(world)
    put(world)
    run(world)
    world.freeze(now + HOUR)
    run_due(world)
    [lot] = world.item("ORG#org_1", "WALLET#USD")["lots"]
    assert (lot["id"], int(lot["expires_at"])) == ("invoice:1", now + 24 * HOUR)
    world.freeze(now + 24 * HOUR)
    run_due(world)
    wallet = world.item("ORG#org_1", "WALLET#USD")
    assert (int(wallet["balance"]), [lot["id"] for lot in wallet["lapsed"]]) == (20_000_000, ["invoice:1"])


def debited(world: World) -> str:
    """A top-up whose direct debit is under way: Chargebee's invoice is due, and cannot be voided. The charge's id."""
    put(world)
    charge = charge_id("org_1", Purpose.AUTO_TOP_UP, "USD-1")
    invoice = {
        "id": "inv_debit",
        "customer_id": "org_1",
        "status": "payment_due",
        "currency_code": "USD",
        "total": 2000,
        "sub_total": 2000,
        "po_number": charge,
        "resource_version": int(time.time()) * 1_000,
        "linked_payments": [{"txn_id": "txn_1", "txn_status": "in_progress"}],
    }
    refusal = {"message": "A payment is in progress.", "api_error_code": "invalid_state_for_request"}
    answers = [
        {"path": "/invoices/create_for_charge_items_and_charges", "status": 200, "body": {"invoice": invoice}},
        {"path": "/invoices/inv_debit/void", "status": 400, "body": refusal},
        {"path": "/invoices", "status": 200, "body": {"list": [{"invoice": invoice}]}},
    ]
    world.chargebee.http.put("/_sim/faults", json={"api": answers, "webhooks": {}}).raise_for_status()
    return charge


def test_a_direct_debit_is_waited_for_and_its_payment_gives_the_lease_back(world: World) -> None:
    now = world.freeze(int(time.time()))
    add_card(world)
    charge = debited(world)
    run(world)
    assert rule(world)["pending"] == "USD-1"
    assert "/invoices/inv_debit/void" not in str(world.chargebee.called())
    [kept] = world.items(f"CHARGE#org_1#{charge}")
    assert (kept["state"], kept["collecting"]) == ("action_required", True)
    paid = {
        "id": "inv_debit",
        "customer_id": "org_1",
        "status": "paid",
        "currency_code": "USD",
        "total": 2000,
        "sub_total": 2000,
        "po_number": charge,
        "resource_version": (now + HOUR) * 1_000,
    }
    content = {"invoice": paid, "customer": {"id": "org_1", "meta_data": {"organizationId": "org_1"}}}
    apply(world, {"id": "ev_paid", "event_type": "payment_succeeded", "occurred_at": now, "content": content})
    assert balances(world) == {"USD": 20_000_000}
    world.freeze(now + HOUR)
    assert resume(world) == 1
    run(world)
    assert rule(world).get("pending") is None


def test_a_payment_that_was_taken_back_before_its_lease_was_given_back_holds_it_no_longer(world: World) -> None:
    add_card(world)
    put(world)
    run(world)
    [invoice] = world.chargebee.ask("GET", "/invoices")["list"]
    world.chargebee.http.post(f"/_sim/invoices/{invoice['invoice']['id']}/late_failure").raise_for_status()
    deliver_everything(world)
    [charge] = world.items("CHARGE#")
    assert charge["state"] == "action_required"
    world.put(**rule(world) | {"pending": "USD-1", "pending_amount": 2000})
    perform(world)
    assert rule(world).get("pending") is None


def test_a_top_up_that_is_neither_paid_nor_void_after_a_fortnight_ends_is_told_of_and_makes_room(world: World) -> None:
    now = world.freeze(int(time.time()))
    add_card(world)
    debited(world)
    run(world)
    world.freeze(now + LONGEST_DEBIT - 1)
    run_due(world)
    assert rule(world)["pending"] == "USD-1"
    world.freeze(now + LONGEST_DEBIT + HOUR)
    run_due(world)
    assert (rule(world).get("pending"), int(rule(world)["failures"]), int(rule(world)["spent"])) == (None, 1, 0)
    assert [each for each in world.news() if each.startswith("charge")] == ["charge.failed"]


def test_a_top_up_whose_invoice_was_deleted_unheard_ends_and_makes_room(world: World) -> None:
    now = world.freeze(int(time.time()))
    add_card(world)
    debited(world)
    run(world)
    gone = {"message": "Not found.", "api_error_code": "resource_not_found"}
    answers = [
        {"path": "/invoices/inv_debit/void", "status": 404, "body": gone},
        {"path": "/invoices", "status": 200, "body": {"list": []}},
    ]
    world.chargebee.http.put("/_sim/faults", json={"api": answers, "webhooks": {}}).raise_for_status()
    world.freeze(now + LONGEST_DEBIT + HOUR)
    run_due(world)
    assert (rule(world).get("pending"), int(rule(world)["failures"])) == (None, 1)


@pytest.mark.parametrize(
    "changes", [{"monthlyCap": 1999}, {"monthlyCap": None}, {"threshold": -1}, {"amount": 0}, {"currency": "usd"}]
)
def test_a_rule_without_bounds_is_refused(world: World, changes: dict[str, Any]) -> None:
    assert put(world, **changes).status == 400
    assert world.untouched()


def test_only_billing_admins_set_it(world: World) -> None:
    assert put(world, MEMBER).status == 403
    assert world.untouched()
