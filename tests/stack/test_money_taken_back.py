"""What Chargebee tells in an invoice alone, voided or paid by credits, and what a bank takes back days later."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.stack.api import Member, answered, opened
from tests.stack.backend import Backend
from tests.stack.waiting import until
from tests.stack.world import Cloud

type Json = dict[str, Any]

DAY = 86_400


@pytest.fixture(params=["leaves_due_invoice", "leaves_nothing"])
def failed_charge(world: Cloud, request: pytest.FixtureRequest) -> Iterator[None]:
    """Chargebee does not document what a charge that fails leaves behind."""
    world.chargebee.assume(failed_charge=request.param)
    yield
    world.chargebee.assume(failed_charge="leaves_due_invoice")


@pytest.fixture(params=["untouched", "touched"])
def voiding(world: Cloud, request: pytest.FixtureRequest) -> Iterator[None]:
    """Nor whether a subscription is newer once its invoice is voided."""
    world.chargebee.assume(subscription_of_voided_invoice=request.param)
    yield
    world.chargebee.assume(subscription_of_voided_invoice="untouched")


def topping_up(admin: Member) -> Json:
    return opened(admin.post("/api/wallet/top-ups", {"amount": 2_500, "currency": "USD", "key": "t1"}))


def balance(admin: Member) -> int | None:
    """Minor units; None without a wallet."""
    wallets = admin.wallet()["wallets"]
    return wallets[0]["balance"] if wallets else None


def actions(admin: Member) -> list[str]:
    return [each["type"] for each in answered(admin.get("/api/billing"))["requiredActions"]]


@pytest.mark.usefixtures("failed_charge")
def test_a_charge_that_waits_for_its_holder_ends_when_its_invoice_is_voided(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.save_card(admin, "3ds")
    waiting = backend.charged("k1")
    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert (waiting["state"], waiting["invoiceId"]) == ("action_required", invoice["id"])

    world.chargebee.post(f"/invoices/{invoice['id']}/void")

    until(lambda: backend.charged("k1")["state"], lambda state: state == "failed")
    assert backend.charged("k1")["requiredActions"] == []


@pytest.mark.usefixtures("failed_charge")
def test_a_declined_charge_leaves_nothing_that_would_be_collected_later(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.save_card(admin, "declined")
    charge = backend.charged("k1")
    assert (charge["state"], charge["failure"]["code"]) == ("failed", "card_declined")
    world.caught_up(admin.organization_id)
    assert backend.charged("k1") == charge
    assert all(each["status"] == "voided" for each in world.chargebee.invoices(admin.organization_id))


def test_a_top_up_that_promotional_credits_pay_alone_is_credited(world: Cloud, admin: Member) -> None:
    page = topping_up(admin)
    given = {"customer_id": admin.organization_id, "amount": 2_500, "description": "Sorry"}
    world.chargebee.post("/promotional_credits/add", **given)

    world.chargebee.pay(page["id"])

    until(lambda: balance(admin), lambda found: found == 2_500)
    told = {event["event_type"] for event in world.chargebee.events(admin.organization_id)}
    assert "payment_succeeded" not in told


@pytest.mark.usefixtures("voiding")
def test_a_subscription_is_past_due_no_more_when_its_invoice_is_voided(
    world: Cloud, admin: Member, advance: Callable[[int], None]
) -> None:
    world.subscribe(admin, itemPriceId="starter", seats=2)
    world.chargebee.set_card(admin.organization_id, "declined")
    advance(32 * DAY)
    until(admin.subscription, lambda row: row["pastDue"] is True)
    assert actions(admin) == ["pay", "update_card"]
    [due] = [each for each in world.chargebee.invoices(admin.organization_id) if each["amount_due"]]

    world.chargebee.post(f"/invoices/{due['id']}/void")

    until(admin.subscription, lambda row: row["pastDue"] is False)
    assert actions(admin) == []


def test_a_debt_is_asked_for_when_dunning_has_cancelled_its_subscription(
    world: Cloud, admin: Member, advance: Callable[[int], None]
) -> None:
    subscription_id = world.subscribe(admin, itemPriceId="starter", seats=2)
    world.chargebee.set_card(admin.organization_id, "declined")
    advance(32 * DAY)
    until(admin.subscription, lambda row: row["pastDue"] is True)

    world.chargebee.control(f"/_sim/subscriptions/{subscription_id}/end_dunning", then="cancel")

    until(admin.subscription, lambda row: row["status"] == "cancelled")
    assert actions(admin) == ["pay"]


def test_a_top_up_that_fails_late_leaves_the_wallet_and_comes_back_when_it_is_paid(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.come_back(world.chargebee.pay(topping_up(admin)["id"]))
    answered(backend.adjust("spent", -2_000))
    [invoice] = world.chargebee.invoices(admin.organization_id)

    world.chargebee.control(f"/_sim/invoices/{invoice['id']}/late_failure")

    until(lambda: balance(admin), lambda found: found == -2_000)
    assert actions(admin) == ["top_up"]
    newest = admin.wallet()["ledger"][0]
    assert (newest["kind"], newest["amount"]) == ("late_failure", -2_500)
    assert topping_up(admin)["charge"]["state"] == "action_required"

    payment = {"transaction[payment_method]": "bank_transfer"}
    world.chargebee.post(f"/invoices/{invoice['id']}/record_payment", **payment)

    until(lambda: balance(admin), lambda found: found == 500)
    world.chargebee.told()
    for event in world.chargebee.events(admin.organization_id):
        world.apply(event)
    assert (balance(admin), actions(admin)) == (500, [])
    assert len(admin.wallet()["ledger"]) == 4


def test_a_checkout_that_was_withdrawn_asks_no_more(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())
    assert actions(admin) == ["finish_checkout"]

    assert answered(admin.delete("/api/subscription/checkout"))["id"] == page["subscriptionId"]

    assert actions(admin) == []
    assert opened(admin.create())["subscriptionId"] == page["subscriptionId"]
