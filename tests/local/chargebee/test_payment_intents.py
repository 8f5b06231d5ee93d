"""Payment intents, as an application makes them to see whether a page could be paid, and what was paid."""

import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor

WANTED = {"amount": 100, "currency_code": "USD", "payment_method_type": "card", "customer_id": "org_1"}
HALF_AN_HOUR = 1800


def test_an_intent_names_the_gateway_that_smart_routing_chooses_and_expires_after_half_an_hour(world: Vendor) -> None:
    world.customer("org_1")
    intent = world.sdk.PaymentIntent.create(WANTED).payment_intent
    assert (intent.status, intent.amount, intent.customer_id) == ("inited", 100, "org_1")
    assert intent.gateway_account_id == "gw_simulated"
    world.advance(HALF_AN_HOUR)
    assert world.sdk.PaymentIntent.retrieve(intent.id).payment_intent.status == "expired"


def test_without_smart_routing_an_intent_has_to_name_its_gateway(world: Vendor) -> None:
    world.customer("org_1")
    world.control("PUT", "/settings", {"smart_routing": "off"})
    with pytest.raises(InvalidRequestError, match="No applicable gateways found") as refusal:
        world.sdk.PaymentIntent.create(WANTED)
    assert refusal.value.error_code == "invalid_request"
    pinned = world.sdk.PaymentIntent.create(WANTED | {"gateway_account_id": "gw_1"}).payment_intent
    assert pinned.gateway_account_id == "gw_1"


@pytest.mark.parametrize("wrong", [{"customer_id": "nobody"}, {"amount": -1}])
def test_an_intent_for_nobody_or_for_less_than_nothing_is_refused(world: Vendor, wrong: dict[str, object]) -> None:
    world.customer("org_1")
    with pytest.raises(InvalidRequestError):
        world.sdk.PaymentIntent.create(WANTED | wrong)


def test_a_customers_transactions_are_listed_the_newest_first_and_by_how_they_went(world: Vendor) -> None:
    world.subscribe("sub_1")
    world.control("POST", "/customers/sub_1-owner/card", {"card": "declined"})
    world.advance(32 * 86_400)
    mine = {"customer_id": {"is": "sub_1-owner"}}
    listed = [entry.transaction for entry in world.sdk.Transaction.list(mine).list]
    assert [each.status for each in listed] == ["failure", "success"]
    (failed,) = world.sdk.Transaction.list(mine | {"status": {"is": "failure"}}).list
    assert world.sdk.Transaction.retrieve(failed.transaction.id).transaction.error_code == "card_declined"
