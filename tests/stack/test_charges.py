"""A saved card is charged while nobody is there: once for every key, whatever Chargebee answers."""

from typing import Any

import pytest

from tests.stack.api import Member, answered, refused
from tests.stack.assumptions import under_both_answers
from tests.stack.backend import Backend
from tests.stack.chargebee import page_of
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh

type Json = dict[str, Any]

CREATE = "/invoices/create_for_charge_items_and_charges"
IN_FLIGHT = 180
"""Seconds for which a submission that nobody answered may still be at work."""


def test_a_charge_is_paid_once_for_its_key(world: Cloud, admin: Member, backend: Backend) -> None:
    with world.listening() as bus:
        world.save_card(admin)
        charge = backend.charged("k1")
        assert backend.charged("k1") == charge
        charged, _ = bus.news(admin.organization_id, "charge.succeeded", "payment_method.attached")

    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert charge == {
        "id": invoice["po_number"],
        "key": "k1",
        "purpose": "charge",
        "state": "succeeded",
        "amount": 1_999,
        "currency": "USD",
        "invoiceId": invoice["id"],
        "failure": None,
        "requiredActions": [],
    }
    assert charged["charge"] | {"requiredActions": []} == charge
    assert charged["payment"] == {
        "amount": 1_999,
        "currency": "USD",
        "invoiceId": invoice["id"],
        "chargebeeSubscriptionId": None,
    }
    for other in ({"amount": 2_000}, {"currency": "EUR"}, {"description": "Export"}, {"paymentMethodId": "pm_1"}):
        refused(backend.charge("k1", **other), 409, "id_conflict")
    assert backend.charged("k2")["id"] != charge["id"]
    assert len(world.chargebee.invoices(admin.organization_id)) == 2


def test_an_item_is_charged_at_chargebees_price_to_the_card_that_is_named(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.save_card(admin, "declined")
    good = world.save_card(admin)
    item = {"key": "k1", "itemPriceId": "onboarding", "paymentMethodId": good}

    charge = answered(backend.post("/charges", item))

    assert (charge["state"], charge["amount"]) == ("succeeded", 50_000)
    refused(backend.charge("k2", itemPriceId="onboarding"), 400, "invalid_request")
    refused(backend.post("/charges", item | {"key": "k3", "itemPriceId": "growth"}), 400, "unknown_plan")


def test_a_declined_charge_is_an_answer_and_stays_one(world: Cloud, admin: Member, backend: Backend) -> None:
    with world.listening() as bus:
        bad = world.save_card(admin, "declined")
        charge = backend.charged("k1")
        failed, _ = bus.news(admin.organization_id, "charge.failed", "payment_method.attached")

    assert (charge["state"], charge["invoiceId"], charge["requiredActions"]) == ("failed", None, [])
    assert charge["failure"]["code"] == failed["charge"]["failure"]["code"] == "card_declined"
    assert "declined" in charge["failure"]["message"]
    answered(admin.delete(f"/api/payment-methods/{bad}"))
    world.save_card(admin)
    assert backend.charged("k1") == charge
    assert backend.charged("k2")["state"] == "succeeded"


@under_both_answers("error_cause")
def test_a_card_that_asks_for_its_holder_is_paid_on_the_page_of_the_required_action(
    world: Cloud, admin: Member, backend: Backend, assumed: str
) -> None:
    with world.listening() as bus:
        world.save_card(admin, "3ds")
        charge = backend.charged("k1", returnUrl="/agreed")
        assert (charge["state"], charge["failure"]) == ("action_required", None)
        [action] = charge["requiredActions"]
        assert action["type"] == "authenticate"
        assert backend.charged("k1", returnUrl="/agreed") == charge
        with world.browser() as browser:
            assert "USD 19.99" in browser.get(action["url"]).text

        back = world.chargebee.pay(page_of(action["url"]), "3ds")

        assert back.startswith(f"{world.stack.app}/agreed?")
        bus.news(admin.organization_id, "charge.succeeded", "payment_method.attached")
    paid = backend.charged("k1")
    assert (paid["state"], paid["requiredActions"]) == ("succeeded", [])
    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert (invoice["id"], invoice["status"]) == (paid["invoiceId"], "paid")


def test_what_was_done_and_not_answered_is_found_and_not_done_again(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    """Nine seconds: one more than we wait."""
    world.save_card(admin)
    world.chargebee.faults({"path": CREATE, "timeout_after": 9.0, "count": 1}, drop=1.0)

    assert backend.charged("k1")["state"] == "unknown"

    found = backend.charged("k1")
    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert (found["state"], found["invoiceId"]) == ("succeeded", invoice["id"])
    assert len(world.chargebee.calls(admin.organization_id, "POST", CREATE)) == 1


def test_what_was_never_done_is_asked_about_until_it_is_safe_to_send_again(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.save_card(admin)
    world.chargebee.faults({"path": CREATE, "status": 503, "count": 1})

    charge = backend.charged("k1")

    assert charge["state"] == "unknown"
    assert backend.charged("k1") == charge
    assert world.chargebee.invoices(admin.organization_id) == []

    row = world.table.charge(admin.organization_id, charge["id"])
    world.table.change(row, submitted_at=int(row["submitted_at"]) - IN_FLIGHT)

    assert backend.charged("k1")["state"] == "succeeded"
    assert len(world.chargebee.invoices(admin.organization_id)) == 1


def test_a_charge_that_nobody_comes_back_for_is_carried_through(world: Cloud, admin: Member, backend: Backend) -> None:
    """By a message that waits three minutes; here it is brought at once."""
    world.save_card(admin)
    world.chargebee.faults({"path": CREATE, "status": 503, "count": 1})
    charge = backend.charged("k1")
    row = world.table.charge(admin.organization_id, charge["id"])
    world.table.change(row, submitted_at=int(row["submitted_at"]) - IN_FLIGHT)

    world.command("billing.resolve_charge", admin.organization_id, chargeId=charge["id"])

    until(lambda: world.table.charge(admin.organization_id, charge["id"])["state"], lambda state: state == "succeeded")
    assert backend.charged("k1")["state"] == "succeeded"
    assert len(world.chargebee.invoices(admin.organization_id)) == 1


def test_chargebees_rate_limit_leaves_nothing_behind(world: Cloud, admin: Member, backend: Backend) -> None:
    world.save_card(admin)
    world.chargebee.faults({"path": CREATE, "status": 429, "retry_after": 31, "count": 1})

    limited = backend.charge("k1")

    refused(limited, 503, "chargebee_rate_limited")
    assert limited.headers["retry-after"] == "31"
    assert backend.charged("k1")["state"] == "succeeded"
    assert len(world.chargebee.invoices(admin.organization_id)) == 1


def test_a_card_of_another_organization_and_no_card_at_all_are_not_found(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    foreign = world.save_card(world.member(fresh("org")))
    refused(backend.charge("k1"), 404, "payment_method_not_found")
    world.save_card(admin)

    for method_id in (foreign, "pm_nobody"):
        refused(backend.charge("k1", paymentMethodId=method_id), 404, "payment_method_not_found")

    assert world.chargebee.calls(admin.organization_id, "POST", CREATE) == []
    assert backend.charged("k1")["state"] == "succeeded"


@pytest.mark.parametrize(
    "mistake",
    [
        {"amount": 0},
        {"amount": 19.99},
        {"currency": "usd"},
        {"description": None},
        {"key": None},
        {"quantity": 2},
        {"returnUrl": "https://evil.example.com"},
        {"organizationId": "org_2"},
    ],
    ids=str,
)
def test_a_charge_that_is_not_exactly_right_is_refused(world: Cloud, stranger: Backend, mistake: Json) -> None:
    answer = stranger.post("/charges", {"key": "k1", "amount": 1, "currency": "USD", "description": "x"} | mistake)
    refused(answer, 400, "invalid_url" if "returnUrl" in mistake else "invalid_request")
    world.untouched(stranger.organization_id)
