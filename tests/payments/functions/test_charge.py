"""`POST /api/organizations/{id}/charges`: a saved card, charged while nobody is there, once for every key."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, MACHINE
from tests.deployment.lambda_runtime import Answer
from tests.deployment.payments import CASHIER, OTHER, add_card, call
from tests.deployment.subscriptions import deliver_everything, work_off
from tests.deployment.world import World

ROUTE = "POST /api/organizations/org_1/charges"
ORDER: dict[str, Any] = {"key": "k1", "amount": 1999, "currency": "USD", "description": "Import of 3 files"}
CREATE = "/invoices/create_for_charge_items_and_charges"


def charge(world: World, claims: dict[str, Any] = CASHIER, **changes: Any) -> Answer:
    return call(world, "payments/charge", ROUTE, {**ORDER, **changes}, claims, id="org_1")


def charged(world: World, **changes: Any) -> dict[str, Any]:
    answer = charge(world, **changes)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.body
    return body


@pytest.fixture(params=["leaves_due_invoice", "leaves_nothing"])
def failed_charge(world: World, request: pytest.FixtureRequest) -> str:
    """Whether a charge that fails leaves a due invoice, Chargebee does not document: both must do."""
    world.chargebee.assume(failed_charge=request.param)
    return str(request.param)


def invoices(world: World) -> list[dict[str, Any]]:
    found = world.chargebee.ask("GET", "/invoices", limit="100")["list"]
    return [each["invoice"] for each in found]


def test_a_saved_card_is_charged_and_the_invoice_carries_the_charges_id(world: World) -> None:
    add_card(world)
    body = charged(world)
    [invoice] = invoices(world)
    assert body == {
        "id": invoice["po_number"],
        "key": "k1",
        "purpose": "charge",
        "state": "succeeded",
        "amount": 1999,
        "currency": "USD",
        "invoiceId": invoice["id"],
        "failure": None,
        "requiredActions": [],
    }
    assert world.news() == ["charge.succeeded", "payment_method.attached"]


def test_the_same_key_never_charges_twice_and_another_body_is_refused(world: World) -> None:
    add_card(world)
    assert charged(world) == charged(world)
    conflict = charge(world, amount=2000)
    assert (conflict.status, conflict.code) == (409, "id_conflict")
    assert len(invoices(world)) == 1


def test_a_charge_item_is_charged_at_chargebees_price(world: World) -> None:
    add_card(world)
    item = {"amount": None, "currency": None, "description": None, "itemPriceId": "onboarding"}
    assert charged(world, **item)["amount"] == 50_000


@pytest.mark.usefixtures("failed_charge")
def test_a_declined_card_is_a_failed_charge_and_stays_one(world: World) -> None:
    add_card(world, "declined")
    body = charged(world)
    assert (body["state"], body["failure"]["code"], body["invoiceId"]) == ("failed", "card_declined", None)
    deliver_everything(world)
    assert charged(world) == body
    assert [each["status"] for each in invoices(world)] in ([], ["voided"]), "nobody goes on collecting it"
    assert [each for each in world.news() if each.startswith("charge")] == ["charge.failed"]


@pytest.mark.usefixtures("failed_charge")
def test_a_card_that_wants_its_holder_is_a_required_action_until_it_is_paid(world: World) -> None:
    add_card(world, "3ds")
    body = charged(world)
    assert (body["state"], [each["type"] for each in body["requiredActions"]]) == ("action_required", ["authenticate"])
    assert charged(world) == body
    [invoice] = invoices(world)
    assert (invoice["status"], invoice["po_number"]) == ("payment_due", body["id"])


def test_what_nobody_answered_is_unknown_and_asked_about_before_it_is_sent_again(world: World) -> None:
    add_card(world)
    world.chargebee.fail(CREATE, status=503)
    assert charged(world)["state"] == "unknown"
    world.chargebee.recover()
    world.chargebee.forget_calls()
    assert charged(world)["state"] == "unknown"
    assert world.chargebee.called() == ["GET /invoices"]


def test_only_a_machine_with_the_scope_charges(world: World) -> None:
    for claims in (ADMIN, MACHINE):
        assert (charge(world, claims).status, charge(world, claims).code) == (403, "forbidden")
    assert world.untouched()


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 0},
        {"amount": 1.5},
        {"amount": True},
        {"currency": "usd"},
        {"description": None},
        {"key": None},
        {"itemPriceId": "onboarding"},
        {"returnUrl": "https://evil.example.com"},
        {"trial": 1},
    ],
)
def test_bad_input_is_refused_before_anything_happens(world: World, changes: dict[str, Any]) -> None:
    assert charge(world, **changes).status == 400
    assert world.chargebee.calls() == []


def test_a_foreign_card_and_no_customer_at_all_look_alike(world: World) -> None:
    assert (charge(world).status, charge(world).code) == (404, "payment_method_not_found")
    add_card(world)
    foreign = add_card(world, claims=OTHER)
    refused = charge(world, paymentMethodId=foreign)
    assert (refused.status, refused.code) == (404, "payment_method_not_found")
    assert invoices(world) == []


def test_a_rate_limit_leaves_nothing_submitted_and_the_next_call_charges(world: World) -> None:
    add_card(world)
    world.chargebee.fail(CREATE, status=429, retry_after=60)
    limited = charge(world)
    assert (limited.status, limited.code) == (503, "chargebee_rate_limited")
    world.chargebee.recover()
    assert charged(world)["state"] == "succeeded"
    work_off(world)
    assert len(invoices(world)) == 1


@pytest.mark.usefixtures("failed_charge")
def test_the_required_action_is_paid_and_the_webhook_says_so_once(world: World) -> None:
    add_card(world, "3ds")
    [action] = charged(world)["requiredActions"]
    page_id = action["url"].rstrip("/").rpartition("/")[2]
    world.chargebee.http.post(f"/_sim/hosted_pages/{page_id}/pay", json={"card": "3ds"}).raise_for_status()
    deliver_everything(world)
    deliver_everything(world)
    assert (charged(world)["state"], charged(world)["requiredActions"]) == ("succeeded", [])
    assert [each for each in world.news() if each.startswith("charge")] == ["charge.succeeded"]


@pytest.mark.usefixtures("failed_charge")
def test_a_required_action_ends_when_its_invoice_is_voided(world: World) -> None:
    add_card(world, "3ds")
    waiting = charged(world)
    world.chargebee.ask("POST", f"/invoices/{waiting['invoiceId']}/void")
    deliver_everything(world)
    body = charged(world)
    assert (body["state"], body["failure"]["code"], body["requiredActions"]) == ("failed", "voided", [])
    assert world.news().count("charge.failed") == 1


def test_a_charge_that_a_bank_takes_back_waits_for_its_payer_again(world: World) -> None:
    add_card(world)
    invoice = charged(world)["invoiceId"]
    world.chargebee.http.post(f"/_sim/invoices/{invoice}/late_failure").raise_for_status()
    deliver_everything(world)
    body = charged(world)
    assert (body["state"], len(body["requiredActions"])) == ("action_required", 1)
    world.chargebee.ask("POST", f"/invoices/{invoice}/collect_payment")
    deliver_everything(world)
    assert charged(world)["state"] == "succeeded"
    told = [each for each in world.news() if each.startswith("charge")]
    assert told == ["charge.failed", "charge.succeeded", "charge.succeeded"]


def test_a_refund_and_the_cards_are_announced_once(world: World) -> None:
    card = add_card(world)
    invoice = charged(world)["invoiceId"]
    world.chargebee.http.post(f"/_sim/invoices/{invoice}/refund", json={}).raise_for_status()
    call(world, "payments/remove_method", "DELETE /api/payment-methods/id", methodId=card)
    deliver_everything(world)
    deliver_everything(world)
    assert world.news() == [
        "charge.refunded",
        "charge.succeeded",
        "payment_method.attached",
        "payment_method.detached",
    ]


def test_a_rejected_api_key_fails_no_charge_and_the_next_call_charges(world: World) -> None:
    add_card(world)
    world.chargebee.fail(CREATE, status=401, body='{"api_error_code": "api_authentication_failed", "message": "no"}')
    refused = charge(world)
    assert (refused.status, refused.code) == (502, "chargebee_authentication_failed")
    world.chargebee.recover()
    assert charged(world)["state"] == "succeeded"
    work_off(world)
    assert len(invoices(world)) == 1


def test_the_required_actions_page_returns_to_wherever_this_caller_wants(world: World) -> None:
    add_card(world, "3ds")
    pages = {charged(world, returnUrl=path)["requiredActions"][0]["url"] for path in ("/a", "/b", "/a")}
    assert len(pages) == 2


def test_no_card_is_charged_for_an_organization_that_was_deleted_meanwhile(world: World) -> None:
    add_card(world)
    world.chargebee.fail(CREATE, status=429, retry_after=60)
    assert charge(world).status == 503
    world.chargebee.recover()
    removed = call(world, "organizations/delete", "DELETE /api/organizations/org_1", None, MACHINE, id="org_1")
    assert removed.status == 200, removed.text
    work_off(world)
    assert invoices(world) == []
    assert charged(world)["failure"]["code"] == "organization_deleted"
