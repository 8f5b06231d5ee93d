"""Money that a bank or the team takes back leaves the wallet, and comes back when it is paid again."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.metering import calls, used
from tests.deployment.payments import add_card, call
from tests.deployment.subscriptions import deliver_everything, listed, subscribed
from tests.deployment.world import World

DAY = 86_400
TOP_UP: dict[str, Any] = {"amount": 2_500, "currency": "USD", "key": "t1"}


def top_up(world: World) -> Any:
    return call(world, "payments/top_up", "POST /api/wallet/top-ups", TOP_UP).body


def topped_up(world: World) -> str:
    """A saved card pays the page; returns the invoice's id."""
    add_card(world)
    world.chargebee.pay(top_up(world)["id"])
    deliver_everything(world)
    return str(top_up(world)["charge"]["invoiceId"])


def bank(world: World, invoice_id: str, what: str) -> None:
    world.chargebee.http.post(f"/_sim/invoices/{invoice_id}/{what}").raise_for_status()
    for _ in range(2):
        deliver_everything(world)


def staff(world: World, invoice_id: str, what: str, **params: str) -> None:
    world.chargebee.ask("POST", f"/invoices/{invoice_id}/{what}", **params)
    for _ in range(2):
        deliver_everything(world)


def billing(world: World) -> Any:
    return world.call("organizations/billing", http_event("GET /api/billing", claims=ADMIN)).body


def balance(world: World) -> int:
    """Minor units."""
    [wallet] = billing(world)["wallets"]
    return int(wallet["balance"])


def ledger(world: World) -> list[tuple[str, int, str]]:
    """Kind, amount and reason, oldest first."""
    answer = world.call("metering/wallet", http_event("GET /api/wallet", claims=ADMIN, query="currency=USD"))
    return [(line["kind"], line["amount"], line["reason"]) for line in reversed(answer.body["ledger"])]


def test_a_payment_that_fails_late_is_taken_back_and_comes_back_when_it_is_paid(world: World) -> None:
    invoice = topped_up(world)
    bank(world, invoice, "late_failure")
    assert (balance(world), top_up(world)["charge"]["state"]) == (0, "action_required")

    staff(world, invoice, "record_payment", **{"transaction[payment_method]": "bank_transfer"})

    assert (balance(world), top_up(world)["charge"]["state"]) == (2_500, "succeeded")
    assert ledger(world) == [
        ("top_up", 2_500, ""),
        ("late_failure", -2_500, "The payment failed after it was a success."),
        ("top_up", 2_500, "Paid again."),
    ]
    assert world.news().count("checkout.completed") == 1


@pytest.mark.parametrize("what", ["void", "write_off"])
def test_an_invoice_that_nobody_will_pay_any_more_ends_the_charge_and_credits_nothing(world: World, what: str) -> None:
    invoice = topped_up(world)
    bank(world, invoice, "late_failure")
    staff(world, invoice, what)
    assert (balance(world), top_up(world)["charge"]["state"]) == (0, "failed")
    assert [line[0] for line in ledger(world)] == ["top_up", "late_failure"]


def test_a_chargeback_of_what_was_spent_stops_prepaid_use_and_says_what_the_wallet_lacks(world: World) -> None:
    subscribed(world)
    invoice = topped_up(world)
    [allowance, spent] = used(world, calls("a", 10_000), calls("b", 100))
    assert (allowance["result"], spent["result"]) == ("recorded", "recorded")

    bank(world, invoice, "chargeback")

    assert balance(world) == -200
    assert ledger(world)[-1][:2] == ("chargeback", -2_500)
    assert used(world, calls("c"))[0]["result"] == "refused"
    assert billing(world)["requiredActions"] == [
        {
            "type": "top_up",
            "subscriptionId": None,
            "url": None,
            "expiresAt": None,
            "amountDue": 200,
            "currency": "USD",
        }
    ]


def test_a_top_up_that_promotional_credits_pay_alone_is_credited(world: World) -> None:
    page = top_up(world)["id"]
    credits = {"customer_id": "org_1", "amount": "2500", "description": "Sorry"}
    world.chargebee.ask("POST", "/promotional_credits/add", **credits)
    world.chargebee.pay(page)
    assert "payment_succeeded" not in {event["event_type"] for event in world.chargebee.events()}

    for _ in range(2):
        deliver_everything(world)

    assert (balance(world), top_up(world)["charge"]["state"]) == (2_500, "succeeded")


@pytest.mark.parametrize("answer", ["untouched", "touched"])
@pytest.mark.parametrize("what", ["void", "write_off"])
def test_a_subscription_owes_no_longer_what_was_voided_or_written_off(world: World, what: str, answer: str) -> None:
    world.chargebee.assume(subscription_of_voided_invoice=answer)
    subscribed(world, {"itemPriceId": "starter", "seats": 2})
    world.chargebee.http.post("/_sim/customers/org_1/card", json={"card": "declined"}).raise_for_status()
    world.chargebee.advance(32 * DAY)
    deliver_everything(world)
    assert listed(world)[0]["pastDue"] is True
    [due] = [each["invoice"] for each in world.chargebee.ask("GET", "/invoices")["list"] if owed(each["invoice"])]

    staff(world, due["id"], what)

    assert listed(world)[0]["pastDue"] is False
    assert billing(world)["requiredActions"] == []
    assert world.announced().count("subscription.recovered") == 1


def owed(invoice: dict[str, Any]) -> bool:
    return bool(invoice["status"] in ("payment_due", "not_paid"))
