"""What an organization was billed, is going to be, and has as PDFs. Always its own."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN
from tests.deployment.payments import OTHER, call
from tests.deployment.subscriptions import deliver_everything, post, subscribed
from tests.deployment.world import World

STARTER = {"itemPriceId": "starter", "seats": 3}
UPCOMING = "/customers/org_1/upcoming_invoices_estimate"


def invoices(world: World, query: str = "", claims: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = call(world, "payments/list_invoices", "GET /api/invoices", claims=claims, query=query)
    assert answer.status == 200, answer.text
    body: dict[str, Any] = answer.body
    return body


def download(world: World, invoice_id: str, claims: dict[str, Any] | None = None) -> Any:
    route = "POST /api/invoices/id/download"
    return call(world, "payments/print_invoice", route, claims=claims, invoiceId=invoice_id)


def billed(world: World, times: int = 1) -> None:
    """org_1 owes for so many things."""
    order = {"charges[amount][0]": "500", "charges[description][0]": "Import", "auto_collection": "off"}
    for _ in range(times):
        world.chargebee.ask("POST", "/invoices/create_for_charge_items_and_charges", customer_id="org_1", **order)


def test_an_organization_without_a_customer_has_none_and_chargebee_is_not_asked(world: World) -> None:
    assert invoices(world) == {"invoices": [], "upcoming": [], "cursor": None}
    assert world.chargebee.calls() == []


def test_what_was_billed_and_what_is_going_to_be(world: World) -> None:
    subscription_id = subscribed(world, STARTER)
    held = world.chargebee.ask("GET", f"/subscriptions/{subscription_id}")["subscription"]
    listed = invoices(world)
    [paid] = listed["invoices"]
    assert (paid["status"], paid["total"], paid["amountDue"], paid["currency"]) == ("paid", 5700, 0, "USD")
    assert (paid["chargebeeSubscriptionId"], paid["dueDate"]) == (subscription_id, held["current_term_start"])
    [upcoming] = listed["upcoming"]
    assert (upcoming["billedAt"], upcoming["amountDue"]) == (held["next_billing_at"], 5700)
    [line] = upcoming["lines"]
    assert (line["itemPriceId"], line["quantity"], line["periodStart"]) == ("starter", 3, held["next_billing_at"])


def test_an_invoice_that_is_due_says_so(world: World) -> None:
    subscribed(world, STARTER)
    billed(world)
    due = next(each for each in invoices(world)["invoices"] if each["chargebeeSubscriptionId"] is None)
    assert (due["status"], due["amountDue"], due["paidAt"]) == ("payment_due", 500, None)


def test_money_given_back_is_told_by_its_credit_note(world: World) -> None:
    subscribed(world, STARTER)
    world.chargebee.ask("POST", "/invoices/1/refund", refund_amount="700")
    [paid] = invoices(world)["invoices"]
    [note] = paid["creditNotes"]
    assert (note["status"], note["total"]) == ("refunded", 700)


def test_nothing_is_upcoming_where_nothing_renews(world: World) -> None:
    subscribed(world, STARTER)
    post(world, "subscriptions/cancel", {"at": "term_end"})
    assert invoices(world)["upcoming"] == []


@pytest.mark.parametrize("status", [400, 404])
def test_a_refused_estimate_is_nothing_upcoming(world: World, status: int) -> None:
    subscribed(world, STARTER)
    world.chargebee.fail(UPCOMING, status=status)
    listed = invoices(world)
    assert (len(listed["invoices"]), listed["upcoming"]) == (1, [])


def test_a_long_list_comes_in_pages_and_the_first_alone_has_what_is_to_come(world: World) -> None:
    subscribed(world, STARTER)
    billed(world, 24)
    first = invoices(world)
    second = invoices(world, f"cursor={first['cursor']}")
    assert (len(first["invoices"]), len(second["invoices"]), second["cursor"]) == (20, 5, None)
    assert (len(first["upcoming"]), second["upcoming"]) == (1, [])
    assert len({each["id"] for page in (first, second) for each in page["invoices"]}) == 25


@pytest.mark.parametrize("cursor", ["nonsense", "x" * 1_001])
def test_a_cursor_that_is_none_is_refused(world: World, cursor: str) -> None:
    subscribed(world, STARTER)
    answer = call(world, "payments/list_invoices", "GET /api/invoices", query=f"cursor={cursor}")
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_a_page_of_a_moment_ago_is_shown_again_without_asking(world: World) -> None:
    subscribed(world, STARTER)
    began = world.freeze(1_790_000_000)
    invoices(world)
    world.chargebee.forget_calls()
    world.freeze(began + 19)
    invoices(world)
    assert world.chargebee.called() == []
    world.freeze(began + 20)
    invoices(world)
    assert world.chargebee.called() == ["GET /invoices", f"GET {UPCOMING}"]


def test_an_organization_sees_its_own_invoices_alone(world: World) -> None:
    subscribed(world, STARTER)
    assert invoices(world, claims=OTHER)["invoices"] == []
    world.chargebee.pay(post(world, "subscriptions/create", STARTER, OTHER).body["id"])
    deliver_everything(world)
    [mine], [theirs] = (invoices(world, claims=each)["invoices"] for each in (ADMIN, OTHER))
    assert mine["id"] != theirs["id"]


def test_an_answer_about_somebody_else_is_left_out_whatever_the_filter_did(world: World) -> None:
    subscribed(world, STARTER)
    stray = {"id": "9", "customer_id": "org_2", "status": "paid", "currency_code": "USD", "total": 1}
    world.chargebee.fail("/invoices", status=200, body={"list": [{"invoice": stray}]}, count=1)
    assert invoices(world)["invoices"] == []


def test_while_chargebee_is_away_the_caller_is_told_to_try_again(world: World) -> None:
    subscribed(world, STARTER)
    world.chargebee.fail("/invoices", status=503)
    assert call(world, "payments/list_invoices", "GET /api/invoices").status == 502
    world.chargebee.recover()
    assert len(invoices(world)["invoices"]) == 1


# --- download -------------------------------------------------------------------------------------


def test_an_invoice_is_printed_on_demand(world: World) -> None:
    subscribed(world, STARTER)
    answer = download(world, "1")
    assert answer.status == 200, answer.text
    assert world.chargebee.http.get(answer.body["url"]).content.startswith(b"%PDF-")
    assert answer.body["validUntil"] > invoices(world)["invoices"][0]["date"]


def test_another_organizations_invoice_is_not_found_and_nothing_is_printed(world: World) -> None:
    subscribed(world, STARTER)
    post(world, "subscriptions/create", STARTER, OTHER)
    world.chargebee.forget_calls()
    answer = download(world, "1", OTHER)
    assert (answer.status, answer.code) == (404, "invoice_not_found")
    assert world.chargebee.called() == ["GET /invoices/1"]


def test_an_organization_without_a_customer_has_none_to_print(world: World) -> None:
    assert (download(world, "1").code, world.chargebee.called()) == ("invoice_not_found", [])


@pytest.mark.parametrize(("invoice_id", "code"), [("404", "invoice_not_found"), ("..", "invalid_request")])
def test_what_is_no_invoice_is_refused(world: World, invoice_id: str, code: str) -> None:
    subscribed(world, STARTER)
    assert download(world, invoice_id).code == code
