"""Where the vendor's documents are silent the simulator has both answers, and starts with the harder one."""

import json
from collections.abc import Callable

import httpx
import pytest
from chargebee import InvalidRequestError, OperationFailedError, PaymentError

from tests.local.chargebee.world import Vendor


def _assume(world: Vendor, **answers: str) -> None:
    world.control("PUT", "/assumptions", answers)


@pytest.mark.parametrize(("answer", "kept"), [("replaced", {"b": 2}), ("merged", {"a": 1, "b": 2})])
def test_meta_data_of_an_update_replaces_or_joins_what_was_there(
    world: Vendor, answer: str, kept: dict[str, int]
) -> None:
    _assume(world, meta_data=answer)
    world.subscribe("sub_1")
    for key, value in (("a", 1), ("b", 2)):
        document = json.dumps({key: value})
        world.sdk.Customer.update("sub_1-owner", {"meta_data": document})
        world.sdk.Subscription.update_for_items("sub_1", {"meta_data": document})
    assert world.sdk.Customer.retrieve("sub_1-owner").customer.meta_data == kept
    assert world.subscription().meta_data == kept


@pytest.mark.parametrize(("answer", "paid"), [("charged_first", 2), ("refused_first", 1)])
def test_a_second_page_for_a_taken_subscription_id_charges_its_card_or_not(
    world: Vendor, answer: str, paid: int
) -> None:
    _assume(world, duplicate_at_page=answer)
    world.customer("org_1")
    first, second = (world.open_checkout(subscription={"id": "sub_1"}) for _ in range(2))
    world.pay(first.id)
    with pytest.raises(httpx.HTTPStatusError) as refusal:
        world.pay(second.id)
    assert refusal.value.response.json()["api_error_code"] == "duplicate_entry"
    payments = [event["content"] for event in world.events() if event["event_type"] == "payment_succeeded"]
    assert [content["transaction"]["amount"] for content in payments] == [9800] * paid
    excess = world.sdk.Customer.retrieve("org_1").customer.excess_payments
    assert excess == 9800 * (paid - 1)
    assert len(world.sdk.Subscription.list({}).list) == 1


@pytest.mark.parametrize("answer", ["untouched", "touched"])
def test_voiding_an_invoice_makes_its_subscription_newer_or_not(world: Vendor, answer: str) -> None:
    _assume(world, subscription_of_voided_invoice=answer)
    world.subscribe("sub_1")
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(32 * 86_400)
    owing = world.subscription()
    (entry,) = world.sdk.Invoice.list({"status": {"is": "payment_due"}}).list
    world.sdk.Invoice.void_invoice(entry.invoice.id)
    clear = world.subscription()
    assert (owing.due_invoices_count, clear.due_invoices_count) == (1, 0)
    assert (clear.resource_version > owing.resource_version) == (answer == "touched")


def test_a_quantity_of_a_metered_item_is_refused_or_ignored(world: Vendor) -> None:
    world.customer("org_1", "ok")
    items = [{"item_price_id": "growth"}, {"item_price_id": "api-calls", "quantity": 3}]
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": items})
    assert refusal.value.param == "subscription_items[quantity][1]"
    _assume(world, metered_quantity="ignored")
    made = world.sdk.Subscription.create_with_items("org_1", {"subscription_items": items}).subscription
    assert made.subscription_items[1].quantity is None


@pytest.mark.parametrize(
    ("answer", "fault", "told"),
    [("absent", {}, None), ("present", {}, "1"), ("absent", {"retry_after": 7}, "7")],
)
def test_a_429_says_when_to_come_back_or_not(
    world: Vendor, answer: str, fault: dict[str, int], told: str | None
) -> None:
    _assume(world, retry_after=answer)
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "status": 429} | fault]})
    with pytest.raises(OperationFailedError) as refusal:
        world.sdk.Customer.list({})
    assert refusal.value.http_headers.get("retry-after") == told


@pytest.mark.parametrize("code", ["lock_timeout", "third_party_api_request_limit_exceeded"])
def test_a_429_has_the_code_that_is_asked_for(world: Vendor, code: str) -> None:
    world.control("PUT", "/faults", {"api": [{"path": "/customers", "code": code, "count": 1}]})
    with pytest.raises(OperationFailedError) as refusal:
        world.sdk.Customer.list({})
    assert (refusal.value.http_status_code, refusal.value.api_error_code) == (429, code)
    assert world.sdk.Customer.list({}).list == []


def test_a_lock_on_a_customer_holds_up_the_writes_that_concern_it_and_nothing_else(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.customer("org_2")
    fault = {"resource": "sub_1-owner", "code": "lock_timeout", "count": 3}
    world.control("PUT", "/faults", {"api": [fault]})
    change = {"subscription_items": [{"item_price_id": "growth", "quantity": 3}]}
    writes: tuple[Callable[[], object], ...] = (
        lambda: world.sdk.Customer.update("sub_1-owner", {"company": "New"}),
        lambda: world.sdk.Subscription.update_for_items("sub_1", change),
        lambda: world.open_checkout("sub_1-owner"),
    )
    for write in writes:
        with pytest.raises(OperationFailedError, match="being changed by another request"):
            write()
        assert world.subscription().id == "sub_1"
        world.sdk.Customer.update("org_2", {"company": "New"})
    world.sdk.Subscription.update_for_items("sub_1", change)


@pytest.mark.parametrize("path", ["/assumptions", "/settings"])
@pytest.mark.parametrize("body", [{"weather": "fine"}, {"retry_after": "soon"}, {"time_zone": "Mars/Base"}])
def test_an_answer_that_nobody_knows_changes_nothing(world: Vendor, path: str, body: dict[str, str]) -> None:
    before = world.control("GET", path)
    assert world.http.put(f"/_sim{path}", json=body).status_code == 400
    assert world.control("GET", path) == before


def test_a_reset_takes_back_every_assumption_and_setting(world: Vendor) -> None:
    before = world.control("GET", "/assumptions"), world.control("GET", "/settings")
    _assume(world, meta_data="merged")
    world.control("PUT", "/settings", {"time_zone": "Asia/Tokyo", "currencies": ["USD"]})
    world.control("PUT", "/item_prices/growth", {"price": 1})
    world.control("POST", "/reset")
    assert (world.control("GET", "/assumptions"), world.control("GET", "/settings")) == before
    assert world.sdk.ItemPrice.retrieve("growth").item_price.price == 4900


@pytest.mark.parametrize(
    ("answer", "code", "cause"),
    [
        ("absent", "authentication_required", None),
        ("named", "05", "gateway.transaction_processing.authentication_required"),
    ],
)
def test_a_decline_is_told_in_the_gateways_words_or_by_chargebees_own_cause(
    world: Vendor, answer: str, code: str, cause: str | None
) -> None:
    _assume(world, error_cause=answer)
    world.customer("org_1", "3ds")
    with pytest.raises(PaymentError) as refusal:
        world.sdk.Invoice.create_for_charge_items_and_charges(
            {"customer_id": "org_1", "charges": [{"amount": 500, "description": "Top-up"}], "auto_collection": "on"}
        )
    assert (refusal.value.error_code, refusal.value.json_obj.get("error_cause_id")) == (code, cause)
    (entry,) = world.sdk.Transaction.list({"customer_id": {"is": "org_1"}}).list
    detail = entry.transaction.error_detail
    assert (entry.transaction.error_code, detail and detail.error_cause_id) == (code, cause)
