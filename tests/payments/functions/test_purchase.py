"""`POST /api/checkout` and `POST /api/wallet/top-ups`: paid on a hosted page, counted once whoever tells."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest

from billing.app import wiring
from billing.core.clock import Lifetime
from tests.deployment.gateway import ADMIN, MACHINE, MEMBER, http_event
from tests.deployment.lambda_runtime import Answer
from tests.deployment.payments import CASHIER, call
from tests.deployment.subscriptions import deliver_everything
from tests.deployment.world import World

JANUARY = int(datetime(2027, 1, 31, 12, tzinfo=UTC).timestamp())
ITEM: dict[str, Any] = {"itemPriceId": "onboarding", "key": "order-1"}
TOP_UP: dict[str, Any] = {"amount": 2500, "currency": "USD", "key": "t1"}
AMOUNT: dict[str, Any] = {
    "organizationId": "org_1",
    "amount": 700,
    "currency": "USD",
    "description": "Import",
    "key": "a",
}


def buy(world: World, body: dict[str, Any] = ITEM, claims: dict[str, Any] = ADMIN) -> Answer:
    return call(world, "payments/purchase", "POST /api/checkout", body, claims)


def top_up(world: World, claims: dict[str, Any] = ADMIN, **changes: Any) -> Answer:
    return call(world, "payments/top_up", "POST /api/wallet/top-ups", {**TOP_UP, **changes}, claims)


def come_back(world: World, url: str) -> Answer:
    """The browser follows the link that Chargebee sends it to."""
    return world.call("payments/complete_purchase", http_event("GET /api/checkout/success", query=urlsplit(url).query))


def balances(world: World) -> dict[str, int]:
    return {item["currency"]: int(item["balance"]) for item in world.items("ORG#") if item["sk"].startswith("WALLET#")}


def wallet(world: World) -> dict[str, Any]:
    """As its admin sees it."""
    [found] = world.call("metering/wallet", http_event("GET /api/wallet", claims=ADMIN)).body["wallets"]
    return dict(found)


def remove(world: World) -> None:
    answer = call(world, "organizations/delete", "DELETE /api/organizations/org_1", None, MACHINE, id="org_1")
    assert answer.status == 200, answer.text


def told(world: World) -> list[str]:
    """What is told of money."""
    return [each for each in world.news() if not each.startswith("payment_method")]


@pytest.mark.parametrize("name", ["successUrl", "cancelUrl"])
def test_a_url_that_chargebee_would_refuse_is_refused_before_anything_is_kept(world: World, name: str) -> None:
    long: dict[str, Any] = {name: "/" + "a" * 300}
    for answer in (buy(world, ITEM | long), top_up(world, **long)):
        assert (answer.status, answer.code) == (400, "invalid_url")
    assert (world.items("CHARGE#"), world.chargebee.calls()) == ([], [])


def test_the_pages_language_and_the_buyers_email_reach_chargebee(world: World) -> None:
    assert buy(world, ITEM | {"locale": "de"}).status == 200
    assert top_up(world, locale="pt-BR").status == 200
    pages = [call["params"] for call in world.chargebee.calls() if call["path"].startswith("/hosted_pages")]
    assert [page["customer[locale]"] for page in pages] == ["de", "pt-BR"]
    assert world.chargebee.ask("GET", "/customers/org_1")["customer"]["email"] == "ada@example.com"


def test_an_admin_buys_what_the_catalog_sells_at_chargebees_price(world: World) -> None:
    answer = buy(world)
    assert (answer.status, answer.body["mode"], answer.body["charge"]["state"]) == (200, "hosted", "created")
    back = come_back(world, world.chargebee.pay(answer.body["id"]))
    assert (back.status, back.headers["location"]) == (302, "https://app.example.com/billing?paid=1")
    again = buy(world).body
    assert (again["url"], again["charge"]["state"], again["charge"]["amount"]) == (None, "succeeded", 50_000)
    deliver_everything(world)
    assert told(world) == ["charge.succeeded", "checkout.completed"]


def test_the_same_key_is_the_same_page_until_it_is_closed(world: World) -> None:
    first = buy(world).body["id"]
    assert buy(world).body["id"] == first
    world.chargebee.http.post(f"/pages/v4/{first}/cancel")
    second = buy(world).body["id"]
    assert second not in (None, first)


@pytest.mark.parametrize("seconds", [0, 1_801], ids=["at once", "later"])
@pytest.mark.parametrize("told", [True, False], ids=["told", "not told yet"])
def test_a_page_is_opened_for_no_customer_that_chargebee_has_deleted(world: World, *, told: bool, seconds: int) -> None:
    """At once, Chargebee still remembers its answer to the call that made the customer."""
    closed = top_up(world).body["id"]
    world.chargebee.http.post(f"/pages/v4/{closed}/cancel")
    deliver_everything(world)
    world.chargebee.ask("POST", "/customers/org_1/delete")
    if told:
        deliver_everything(world)
    world.chargebee.advance(seconds)

    world.chargebee.pay(top_up(world).body["id"])

    for _ in range(2):
        deliver_everything(world)
    assert (balances(world), top_up(world).body["charge"]["state"]) == ({"USD": 25_000_000}, "succeeded")


def test_a_page_that_was_paid_is_not_opened_again_before_the_webhook_comes(world: World) -> None:
    world.chargebee.pay(buy(world).body["id"])
    again = buy(world).body
    assert (again["id"], again["charge"]["state"]) == (None, "succeeded")


def test_a_machine_names_the_amount_and_the_organization(world: World) -> None:
    answer = buy(world, AMOUNT, CASHIER)
    assert answer.status == 200, answer.text
    world.chargebee.pay(answer.body["id"])
    assert buy(world, AMOUNT, CASHIER).body["charge"]["amount"] == 700


@pytest.mark.parametrize(
    ("body", "claims", "status"),
    [
        ({"amount": 700, "currency": "USD", "description": "Import"}, ADMIN, 403),
        ({**ITEM, "organizationId": "org_2"}, ADMIN, 403),
        ({**ITEM, "referenceId": "org_2"}, ADMIN, 403),
        (ITEM, MEMBER, 403),
        (AMOUNT, MACHINE, 403),
        ({**ITEM}, CASHIER, 400),
        ({**AMOUNT, "organizationId": "org_1#a"}, CASHIER, 400),
        ({"itemPriceId": "growth"}, ADMIN, 400),
        ({"itemPriceId": "onboarding", "quantity": 2}, ADMIN, 400),
        ({}, ADMIN, 400),
        ({}, MEMBER, 403),
        ({}, MACHINE, 403),
        ({**ITEM, "successUrl": "//evil.example.com"}, ADMIN, 400),
    ],
)
def test_what_may_not_be_bought_is_refused_before_anything_happens(
    world: World, body: dict[str, Any], claims: dict[str, Any], status: int
) -> None:
    assert buy(world, body, claims).status == status
    assert world.chargebee.calls() == []


@pytest.mark.parametrize("first", ["webhook", "browser"])
def test_a_top_up_is_credited_once_whichever_news_comes_first(world: World, first: str) -> None:
    url = world.chargebee.pay(top_up(world).body["id"])
    for who in (first, "webhook", "browser", "webhook"):
        if who == "webhook":
            deliver_everything(world)
        else:
            come_back(world, url)
    assert balances(world) == {"USD": 25_000_000}
    assert told(world) == ["charge.succeeded", "checkout.completed", "wallet.credited"]
    assert top_up(world).body["charge"]["state"] == "succeeded"


def test_a_key_means_one_top_up(world: World) -> None:
    top_up(world)
    conflict = top_up(world, amount=9_900)
    assert (conflict.status, conflict.code) == (409, "id_conflict")
    assert top_up(world, claims=MEMBER).status == 403
    assert top_up(world, amount=0).status == 400


def test_a_forged_return_credits_nothing(world: World) -> None:
    url = world.chargebee.pay(top_up(world).body["id"])
    assert come_back(world, url.replace("state=org_1", "state=org_2")).status == 302
    assert balances(world) == {}


def test_a_refunded_top_up_is_taken_back_once(world: World) -> None:
    world.chargebee.pay(top_up(world).body["id"])
    invoice = top_up(world).body["charge"]["invoiceId"]
    world.chargebee.http.post(f"/_sim/invoices/{invoice}/refund", json={"amount": 1000}).raise_for_status()
    deliver_everything(world)
    deliver_everything(world)
    assert balances(world) == {"USD": 15_000_000}
    assert told(world) == ["charge.refunded", "charge.succeeded", "checkout.completed", "wallet.credited"]


def test_a_top_up_that_a_credit_note_makes_credit_for_other_invoices_leaves_the_wallet(world: World) -> None:
    world.chargebee.pay(top_up(world).body["id"])
    note = {"reference_invoice_id": top_up(world).body["charge"]["invoiceId"], "type": "refundable", "total": "1000"}
    world.chargebee.ask("POST", "/credit_notes", **note)
    deliver_everything(world)
    deliver_everything(world)
    assert balances(world) == {"USD": 15_000_000}


def test_a_top_up_is_a_lot_for_as_long_as_the_catalog_says_when_it_is_bought(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lot is counted from its payment; a refund takes of it what is there, and nothing of what expired."""
    world.freeze(JANUARY)
    catalog = wiring.shipped_catalog()
    monkeypatch.setattr("billing.app.wiring.shipped_catalog", lambda: replace(catalog, top_up_lifetime=Lifetime(0, 1)))
    page = top_up(world).body["id"]
    monkeypatch.undo()
    world.freeze(JANUARY + 60)
    world.chargebee.pay(page)
    deliver_everything(world)
    invoice = top_up(world).body["charge"]["invoiceId"]
    ends = int(datetime(2027, 2, 28, 12, 1, tzinfo=UTC).timestamp())
    [lot] = wallet(world)["lots"]
    assert (lot["id"], lot["kind"], lot["expiresAt"]) == (f"invoice:{invoice}", "paid", ends)
    world.freeze(ends)
    assert wallet(world)["balance"] == 0
    world.chargebee.http.post(f"/_sim/invoices/{invoice}/refund", json={"amount": 1000}).raise_for_status()
    deliver_everything(world)
    assert wallet(world)["balance"] == 0


def test_a_deleted_organization_is_handed_no_page_again(world: World) -> None:
    assert top_up(world).status == 200
    remove(world)
    again = top_up(world)
    assert (again.status, again.code) == (410, "organization_deleted")


def test_what_was_paid_and_refunded_on_an_open_page_of_a_deleted_organization_is_in_its_books(world: World) -> None:
    page = top_up(world).body["id"]
    remove(world)
    world.chargebee.pay(page)
    deliver_everything(world)
    assert balances(world) == {"USD": 25_000_000}
    [charge] = world.items("CHARGE#")
    world.chargebee.http.post(f"/_sim/invoices/{charge['invoice_id']}/refund", json={}).raise_for_status()
    deliver_everything(world)
    assert balances(world) == {"USD": 0}
    assert told(world) == ["charge.refunded", "charge.succeeded", "checkout.completed", "wallet.credited", "wallet.low"]


def test_a_page_whose_payment_is_on_its_way_is_not_opened_again(world: World) -> None:
    page = buy(world).body["id"]
    world.chargebee.pay(page)
    [entry] = world.chargebee.ask("GET", "/invoices")["list"]
    due = {"invoice": entry["invoice"] | {"status": "payment_due"}}
    world.chargebee.fail("/invoices", status=200, body={"list": [due]})
    again = buy(world).body
    assert (again["url"], again["charge"]["state"]) == (None, "action_required")


@pytest.mark.parametrize("browser", ["returns", "stays away"])
def test_a_page_that_is_paid_after_its_organization_was_deleted_is_told_to_a_person(
    world: World, browser: str, capfd: pytest.CaptureFixture[str]
) -> None:
    page = top_up(world).body["id"]
    remove(world)
    link = world.chargebee.pay(page)
    if browser == "returns":
        come_back(world, link)
    assert "payment_of_deleted_organization" not in capfd.readouterr().out
    deliver_everything(world)
    out = capfd.readouterr().out
    assert '"payment_of_deleted_organization":[1.0]' in out
    [told] = [
        each for each in map(json.loads, out.splitlines()) if each.get("message") == "payment_of_deleted_organization"
    ]
    assert (told["amount"], told["currency"], told["organization_id"]) == (2500, "USD", "org_1")
    assert balances(world) == {"USD": 25_000_000}
