"""Saved cards: added on their own page, given roles, charged while their holder is there or away."""

from typing import Any

import httpx
import pytest
from chargebee import InvalidRequestError, PaymentError

from tests.local.chargebee.world import DAY, Vendor


def _add(world: Vendor, card: str = "ok", customer_id: str = "org_1") -> str:
    asked = {"customer": {"id": customer_id}, "redirect_url": "https://app.example/cards"}
    page = world.sdk.HostedPage.manage_payment_sources(asked).hosted_page
    added = world.pay(page.id, card)["hosted_page"]["content"]["payment_source"]
    return str(added["id"])


def _primary(world: Vendor) -> str | None:
    found: str | None = world.sdk.Customer.retrieve("org_1").customer.primary_payment_source_id
    return found


def test_several_cards_are_added_and_the_first_one_stays_the_primary_one(world: Vendor) -> None:
    world.customer("org_1")
    added = [_add(world, card) for card in ("ok", "declined", "3ds")]
    assert _primary(world) == added[0]
    listed = world.sdk.PaymentSource.list(
        {"customer_id": {"is": "org_1"}, "type": {"is": "card"}, "status": {"is": "valid"}}
    ).list
    assert [entry.payment_source.id for entry in listed] == added[::-1]
    assert [entry.payment_source.card.last4 for entry in listed] == ["3184", "8320", "1111"]
    assert world.event_types() == ["customer_created", *["payment_source_added"] * 3]


def test_the_page_for_cards_expires_after_five_days(world: Vendor) -> None:
    world.customer("org_1")
    page = world.sdk.HostedPage.manage_payment_sources({"customer": {"id": "org_1"}}).hosted_page
    world.advance(5 * DAY)
    with pytest.raises(httpx.HTTPStatusError) as refusal:
        world.pay(page.id)
    assert refusal.value.response.json()["api_error_code"] == "invalid_state_for_request"


def test_the_primary_and_the_backup_role_go_from_card_to_card(world: Vendor) -> None:
    world.customer("org_1")
    first, second = _add(world), _add(world)

    def assign(payment_source_id: str, role: str) -> Any:
        asked = {"payment_source_id": payment_source_id, "role": role}
        return world.sdk.Customer.assign_payment_role("org_1", asked)

    answer = assign(second, "backup")
    assert (answer.customer.backup_payment_source_id, answer.payment_source.id) == (second, second)
    answer = assign(second, "primary")
    assert (answer.customer.primary_payment_source_id, answer.customer.backup_payment_source_id) == (second, None)
    assert world.event_types()[-1] == "customer_changed"
    with pytest.raises(InvalidRequestError) as refusal:
        assign(second, "none")
    assert refusal.value.http_status_code == 409
    assign(first, "backup")
    assert assign(first, "none").customer.backup_payment_source_id is None


def test_a_card_of_somebody_else_is_not_found(world: Vendor) -> None:
    world.customer("org_1", "ok")
    world.customer("org_2")
    card = _primary(world)
    with pytest.raises(InvalidRequestError, match="not found"):
        world.sdk.Customer.assign_payment_role("org_2", {"payment_source_id": card, "role": "primary"})


def test_a_deleted_primary_card_is_followed_by_the_backup_and_else_by_the_newest(world: Vendor) -> None:
    world.customer("org_1")
    cards = [_add(world) for _ in range(4)]
    world.sdk.Customer.assign_payment_role("org_1", {"payment_source_id": cards[1], "role": "backup"})
    for deleted, heir in ((cards[0], cards[1]), (cards[1], cards[3]), (cards[2], cards[3]), (cards[3], None)):
        answer = world.sdk.PaymentSource.delete(deleted)
        assert answer.customer.primary_payment_source_id == heir
        assert answer.customer.backup_payment_source_id is None
        with pytest.raises(InvalidRequestError, match="not found"):
            world.sdk.PaymentSource.retrieve(deleted)
    assert answer.customer.card_status == "no_card"
    assert world.event_types()[-1] == "payment_source_deleted"


def test_a_card_that_asks_for_authentication_pays_at_checkout_and_fails_while_its_holder_is_away(world: Vendor) -> None:
    world.customer("org_1")
    world.pay(world.open_checkout(subscription={"id": "sub_1"}).id, "3ds")
    assert world.subscription().status == "active"
    charge = {"customer_id": "org_1", "charges": [{"amount": 500, "description": "Top-up"}]}
    with pytest.raises(PaymentError) as refusal:
        world.sdk.Invoice.create_for_charge_items_and_charges(charge)
    assert refusal.value.api_error_code == "payment_processing_failed"
    assert refusal.value.error_code == "authentication_required"
    world.advance(31 * DAY)
    failed = world.events()[-1]
    assert failed["event_type"] == "payment_failed"
    assert failed["content"]["transaction"]["error_code"] == "authentication_required"
    page = world.sdk.HostedPage.collect_now({"customer": {"id": "org_1"}, "currency_code": "USD"}).hosted_page
    world.pay(page.id, "3ds")
    assert world.subscription().due_invoices_count == 0


@pytest.mark.parametrize(("card", "code"), [("3ds", "authentication_required"), ("declined", "card_declined")])
def test_the_saved_card_can_be_made_to_fail(world: Vendor, card: str, code: str) -> None:
    world.customer("org_1", "ok")
    world.control("POST", "/customers/org_1/card", {"card": card})
    with pytest.raises(PaymentError) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": [{"item_price_id": "growth"}]})
    assert refusal.value.error_code == code
    _add(world)
    assert world.control("POST", "/customers/org_1/card", {"card": "none"})["customer"]["card_status"] == "no_card"
