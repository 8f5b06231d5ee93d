"""Sites that are set up otherwise: gateways, domains, time zones, currencies, decimals, business entities."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from chargebee import InvalidRequestError, PaymentError

from tests.local.chargebee.world import Vendor

ITEMS = [{"item_price_id": "growth", "quantity": 2}]
PINNED = {"card": {"gateway_account_id": "gw_1"}}
HOLDER = {"customer": {"id": "org_1"}}

Pages = dict[str, Callable[[Vendor, dict[str, Any]], Any]]
PAGES: Pages = {
    "checkout_new": lambda world, card: world.open_checkout(**card),
    "checkout_existing": lambda world, card: (
        world.sdk.HostedPage.checkout_existing_for_items(
            {"subscription": {"id": "sub_1"}, "subscription_items": ITEMS} | card
        ).hosted_page
    ),
    "checkout_one_time": lambda world, card: (
        world.sdk.HostedPage.checkout_one_time_for_items(
            HOLDER | {"item_prices": [{"item_price_id": "onboarding"}]} | card
        ).hosted_page
    ),
    "manage_payment_sources": lambda world, card: (
        world.sdk.HostedPage.manage_payment_sources(HOLDER | card).hosted_page
    ),
    "collect_now": lambda world, card: world.sdk.HostedPage.collect_now(HOLDER | card).hosted_page,
}


def _set(world: Vendor, **settings: Any) -> None:
    world.control("PUT", "/settings", settings)


@pytest.mark.parametrize("kind", PAGES)
def test_without_smart_routing_a_page_opens_and_cannot_be_paid_unless_a_gateway_is_pinned(
    world: Vendor, kind: str
) -> None:
    world.subscribe("sub_1")
    world.customer("org_1")
    _set(world, smart_routing="off")
    page = PAGES[kind](world, {})
    assert httpx.get(page.url).status_code == 200
    intent = httpx.post(f"{page.url}payment_intents")
    assert (intent.status_code, intent.json()["error_code"]) == (400, "invalid_request")
    assert intent.json()["message"] == "No applicable gateways found"
    with pytest.raises(httpx.HTTPStatusError):
        world.pay(page.id)
    pinned = PAGES[kind](world, PINNED)
    assert httpx.post(f"{pinned.url}payment_intents").json()["payment_intent"]["gateway_account_id"] == "gw_1"
    assert world.pay(pinned.id)["hosted_page"]["state"] == "succeeded"


def test_a_browser_is_sent_on_to_allowed_domains_only(world: Vendor) -> None:
    _set(world, allowed_redirect_domains=["app.example"])
    world.customer("org_1")
    assert world.pay(world.open_checkout().id)["redirect_url"].startswith("https://app.example/")
    stranger = world.open_checkout(redirect_url="https://app.example.evil.test/")
    assert world.pay(stranger.id)["redirect_url"] is None
    assert httpx.post(world.open_checkout(redirect_url="https://other.test/").url).status_code == 200


def test_a_term_ends_at_the_same_time_of_day_in_the_sites_zone_though_the_clocks_change(world: Vendor) -> None:
    zone = ZoneInfo("America/New_York")
    _set(world, time_zone="America/New_York")
    world.customer("org_1", "ok")
    march = datetime(datetime.fromtimestamp(world.now(), zone).year + 1, 3, 1, 12, tzinfo=zone)
    world.advance(int(march.timestamp()) - world.now())
    term = world.sdk.Subscription.create_with_items("org_1", {"subscription_items": ITEMS}).subscription
    start, end = (datetime.fromtimestamp(m, zone) for m in (term.current_term_start, term.current_term_end))
    assert start.time() == end.time() and start.utcoffset() != end.utcoffset()


def test_a_currency_that_the_site_does_not_have_is_refused(world: Vendor) -> None:
    world.control("PUT", "/item_prices/growth-gbp", _price("GBP"))
    _set(world, currencies=["EUR", "USD"])
    assert world.sdk.Customer.create({"id": "org_1"}).customer.preferred_currency_code == "EUR"
    refused: dict[str, Callable[[], object]] = {
        "preferred_currency_code": lambda: world.sdk.Customer.create({"preferred_currency_code": "GBP"}),
        "subscription_items[item_price_id][0]": lambda: world.sdk.Subscription.create_with_items(
            "org_1", {"subscription_items": [{"item_price_id": "growth-gbp"}]}
        ),
        "currency_code": lambda: world.sdk.Invoice.create_for_charge_items_and_charges(
            {"customer_id": "org_1", "charges": [{"amount": 1, "description": "x"}]}
        ),
    }
    for param, call in refused.items():
        with pytest.raises(InvalidRequestError) as refusal:
            call()
        assert refusal.value.param == param


def _price(currency: str) -> dict[str, Any]:
    return {
        "name": f"Growth {currency}",
        "item_id": "growth-plan",
        "item_type": "plan",
        "pricing_model": "per_unit",
        "price": 4500,
        "currency_code": currency,
        "period": 1,
        "period_unit": "month",
    }


def test_a_subscription_and_its_invoices_are_in_the_currency_of_its_price(world: Vendor) -> None:
    world.control("PUT", "/item_prices/growth-eur", _price("EUR"))
    world.customer("org_1", "ok")
    asked = {"subscription_items": [{"item_price_id": "growth-eur", "quantity": 2}]}
    made = world.sdk.Subscription.create_with_items("org_1", asked)
    assert (made.subscription.currency_code, made.invoice.currency_code, made.invoice.total) == ("EUR", "EUR", 9000)


def test_a_subscription_stays_in_its_currency(world: Vendor) -> None:
    world.control("PUT", "/item_prices/growth-eur", _price("EUR"))
    world.subscribe("sub_1")
    asked = {"subscription_items": [{"item_price_id": "growth-eur"}], "replace_items_list": True}
    with pytest.raises(InvalidRequestError):
        world.sdk.Subscription.update_for_items("sub_1", asked)
    with pytest.raises(InvalidRequestError):
        world.sdk.Estimate.update_subscription_for_items(asked | {"subscription": {"id": "sub_1"}})


@pytest.mark.parametrize("price", [{"unit_price": 3000}, {"unit_price_in_decimal": "30"}])
def test_without_price_override_no_line_has_a_price_of_its_own(world: Vendor, price: dict[str, Any]) -> None:
    world.subscribe("sub_1")
    _set(world, price_override="off", multi_decimal="off" if "unit_price" in price else "on")
    [line] = ITEMS
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.update_for_items("sub_1", {"subscription_items": [line | price]})
    assert refusal.value.json_obj["param"].startswith("subscription_items[unit_price")
    world.sdk.Subscription.update_for_items("sub_1", {"subscription_items": [line]})


def test_a_gateway_that_does_not_take_a_currency_charges_nothing(world: Vendor) -> None:
    world.control("PUT", "/item_prices/growth-eur", _price("EUR"))
    _set(world, gateway_currencies=["USD"])
    world.customer("org_1", "ok")
    with pytest.raises((InvalidRequestError, PaymentError)) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": [{"item_price_id": "growth-eur"}]})
    assert refusal.value.api_error_code == "payment_gateway_currency_incompatible"


def test_every_record_belongs_to_the_entity_of_its_customer(world: Vendor) -> None:
    _set(world, business_entities=["be_default", "be_other"])
    world.customer("org_1", "ok")
    named = {"chargebee-business-entity-id": "be_other"}
    world.sdk.Customer.create({"id": "org_2", "auto_collection": "off"}, dict(named))
    assert world.control("GET", "/requests")["requests"][-1]["headers"].items() >= named.items()
    for customer, entity in (("org_1", "be_default"), ("org_2", "be_other")):
        assert world.sdk.Customer.retrieve(customer).customer.business_entity_id == entity
        made = world.sdk.Subscription.create_with_items(customer, {"subscription_items": ITEMS})
        assert (made.subscription.business_entity_id, made.invoice.business_entity_id) == (entity, entity)


def test_a_customer_made_at_a_page_belongs_to_the_entity_that_opened_it(world: Vendor) -> None:
    _set(world, business_entities=["be_default", "be_other"])
    asked = {"customer": {"email": "new@app.example"}, "subscription_items": ITEMS}
    header = {"chargebee-business-entity-id": "be_other"}
    page = world.sdk.HostedPage.checkout_new_for_items(asked, header).hosted_page
    content = world.pay(page.id)["hosted_page"]["content"]
    assert {content[name]["business_entity_id"] for name in ("customer", "subscription", "invoice")} == {"be_other"}


def test_an_entity_that_the_site_does_not_have_is_not_found(world: Vendor) -> None:
    _set(world, business_entities=["be_default"])
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Customer.create({"id": "org_1"}, {"chargebee-business-entity-id": "be_other"})
    assert refusal.value.api_error_code == "resource_not_found"


def test_decimals_are_refused_where_they_are_not_enabled(world: Vendor) -> None:
    world.customer("org_1", "ok")
    items = [{"item_price_id": "growth", "quantity_in_decimal": "1.5"}]
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": items})
    assert refusal.value.api_error_code == "configuration_incompatible"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"quantity_in_decimal": "2.5"}, (None, "2.5", 4900, "49", 12_250)),
        ({"quantity": 3}, (3, "3", 4900, "49", 14_700)),
        ({"quantity": 3, "unit_price_in_decimal": "0.0155"}, (3, "3", 2, "0.0155", 5)),
        ({"quantity": 3, "unit_price_in_decimal": "0.0145"}, (3, "3", 1, "0.0145", 4)),
        ({"quantity_in_decimal": "2", "unit_price": 150}, (2, "2", 150, "1.5", 300)),
    ],
)
def test_decimals_are_kept_in_full_and_rounded_once(
    world: Vendor, given: dict[str, Any], shown: tuple[Any, ...]
) -> None:
    _set(world, multi_decimal="on")
    world.customer("org_1", "ok")
    made = world.sdk.Subscription.create_with_items(
        "org_1", {"subscription_items": [{"item_price_id": "growth"} | given]}
    )
    item, line = made.subscription.subscription_items[0], made.invoice.line_items[0]
    whole, quantity, price, decimal_price, amount = shown
    assert (item.quantity, item.quantity_in_decimal, item.unit_price) == (whole, quantity, price)
    assert (item.unit_price_in_decimal, item.amount, made.invoice.total) == (decimal_price, amount, amount)
    assert (line.quantity, line.quantity_in_decimal, line.unit_amount_in_decimal) == (
        whole or 1,
        quantity,
        decimal_price,
    )


@pytest.mark.parametrize("text", ["many", "-1", "NaN", "0"])
def test_a_quantity_that_is_no_amount_is_refused(world: Vendor, text: str) -> None:
    _set(world, multi_decimal="on")
    world.customer("org_1", "ok")
    items = [{"item_price_id": "growth", "quantity_in_decimal": text}]
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Subscription.create_with_items("org_1", {"subscription_items": items})
    assert refusal.value.api_error_code == "param_wrong_value"


def test_use_is_billed_at_its_agreed_decimal_price(world: Vendor) -> None:
    _set(world, multi_decimal="on")
    world.customer("org_1", "ok")
    items = [{"item_price_id": "growth"}, {"item_price_id": "api-calls", "unit_price_in_decimal": "0.0025"}]
    made = world.sdk.Subscription.create_with_items("org_1", {"id": "sub_1", "subscription_items": items}).subscription
    assert (made.subscription_items[1].quantity, made.subscription_items[1].unit_price_in_decimal) == (None, "0.0025")
    used = {"item_price_id": "api-calls", "quantity": "10400", "usage_date": world.now()}
    world.sdk.Usage.create("sub_1", used)
    world.advance(made.current_term_end - world.now() + 1)
    pending = world.sdk.Invoice.list({"status": {"is": "pending"}}).list[0].invoice
    assert [line.amount for line in pending.line_items if line.metered] == [100]
