"""Every call of `ChargebeeApi`, through the real SDK, against the simulator: what is sent is what Chargebee takes."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from billing.chargebee.api import ChargebeeApi
from billing.chargebee.calls import Retry
from billing.chargebee.connection import connect
from billing.chargebee.payments import ChargebeePayments
from billing.chargebee.site_lists import SiteLists
from billing.core.chargebee_errors import (
    ChargebeeDuplicate,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRefused,
)
from billing.core.clock import utc_now
from billing.payments.domain.charge import Order
from billing.payments.services.ports import PurchasePage
from billing.plans.selection import Selection
from billing.subscriptions.domain.billing_event import Customer
from billing.subscriptions.domain.change import Lines, When
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from billing.subscriptions.services.ports import ChangeRequest, HostedPage, PageRequest
from tests.chargebee.simulator import ChargebeeSimulator

KEY = "chargebee-idempotency-key"
DAY = 86_400
PAGE = PageRequest(
    key="page-1",
    customer_id="org_1",
    subscription_id="sub_1",
    selection=Selection("growth", 3, (("priority-support", 1),)),
    trial_end=None,
    redirect_url="https://app.example.com/api/subscription/success?a=b",
    cancel_url="https://app.example.com/billing",
)

PLAN = Lines((Item("growth", "plan", 3),))


def row_of(subscription_id: str, **fields: Any) -> Subscription:
    return Subscription(subscription_id, "org_1", Status.ACTIVE, **fields)


@pytest.fixture
def lists(simulator: ChargebeeSimulator) -> SiteLists:
    return SiteLists(connect("site", "test_key", simulator.url), Retry())


@pytest.fixture
def api(simulator: ChargebeeSimulator) -> ChargebeeApi:
    return ChargebeeApi(connect("site", "test_key", simulator.url), Retry(), utc_now)


def opened_pages(api: ChargebeeApi, pages: ChargebeePayments) -> dict[str, Callable[[str], HostedPage]]:
    """A call of each kind of hosted page, by the path that it asks for; the argument is its key."""
    url, order = "https://app.example.com/billing", Order("USD", 700, "Import")
    change = ChangeRequest("", "sub_1", "org_1", Lines((Item("growth", "plan", 4),)), When.NOW, url, url)
    purchase = PurchasePage("", "org_1", order, "order_1", url, url)
    return {
        "checkout_new_for_items": lambda key: api.open_checkout(replace(PAGE, key=key, subscription_id="sub_2")),
        "checkout_existing_for_items": lambda key: api.open_change(replace(change, key=key))[0],
        "checkout_one_time_for_items": lambda key: pages.open_purchase(replace(purchase, key=key)),
        "manage_payment_sources": lambda key: pages.open_card_page("org_1", url, key),
        "collect_now": lambda key: pages.open_collection("org_1", "USD", url, key),
    }


PAGES = (
    "checkout_new_for_items",
    "checkout_existing_for_items",
    "checkout_one_time_for_items",
    "manage_payment_sources",
    "collect_now",
)


@pytest.mark.parametrize("kind", PAGES)
def test_every_page_names_the_gateway_of_the_deployment_and_so_is_payable_without_smart_routing(
    simulator: ChargebeeSimulator, bought: str, kind: str
) -> None:
    simulator.set_up(smart_routing="off")
    sdk = connect("site", "test_key", simulator.url)
    for gateway, status in (("", 400), ("gw_1", 200)):
        api, pages = ChargebeeApi(sdk, Retry(), utc_now, gateway), ChargebeePayments(sdk, Retry(), gateway)
        page = opened_pages(api, pages)[kind]("one-key")
        [sent] = [call["params"] for call in simulator.calls() if call["path"] == f"/hosted_pages/{kind}"]
        assert sent.get("card[gateway_account_id]", "") == gateway
        paid = simulator.http.post(f"/_sim/hosted_pages/{page.id}/pay", json={})
        assert paid.status_code == status, paid.text
        simulator.forget_calls()


def test_another_gateway_is_another_page_at_once(simulator: ChargebeeSimulator, customer: str) -> None:
    sdk = connect("site", "test_key", simulator.url)
    gateways = ("", "gw_1", "gw_2", "gw_1")
    first, second, third, again = (
        ChargebeeApi(sdk, Retry(), utc_now, gateway).open_checkout(PAGE) for gateway in gateways
    )
    assert len({first.id, second.id, third.id}) == 3
    assert (again.id, again.replayed) == (second.id, True)


def test_the_longest_key_of_ours_still_fits_beside_the_gateways(simulator: ChargebeeSimulator, customer: str) -> None:
    api = ChargebeeApi(connect("site", "test_key", simulator.url), Retry(), utc_now, "gw_" + "x" * 40)
    assert api.open_checkout(replace(PAGE, key="k" * 80)).url


@pytest.mark.parametrize(("locale", "sent"), [("pt-BR", "pt-BR"), (None, None)])
def test_a_page_is_in_the_language_that_it_is_asked_for(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str, locale: str | None, sent: str | None
) -> None:
    api.open_checkout(replace(PAGE, locale=locale))
    assert simulator.calls()[-1]["params"].get("customer[locale]") == sent


def test_the_customer_and_what_it_has_are_read_while_its_page_is_opened(
    api: ChargebeeApi, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(3, timeout=10)
    for name in ("customer", "open_checkout", "subscriptions"):
        call = getattr(api, name)
        monkeypatch.setattr(api, name, lambda argument, call=call: (together.wait(), call(argument))[1])
    opening = api.open_and_look(PAGE)
    assert (opening.page.replayed, opening.customer.id, opening.subscriptions) == (False, "org_1", ())


def test_a_page_for_a_customer_that_is_not_there_is_not_handed_out(api: ChargebeeApi) -> None:
    with pytest.raises(ChargebeeNotFound):
        api.open_and_look(PAGE)


def test_a_deleted_customer_is_not_there_even_where_it_can_still_be_read(
    api: ChargebeeApi, customer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "customer", lambda customer_id: Customer(customer_id, deleted=True))
    with pytest.raises(ChargebeeNotFound):
        api.open_and_look(PAGE)


def test_a_page_that_names_what_the_site_lacks_says_nothing_of_its_customer(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    """A gateway account that does not exist: nobody gets another customer for it."""
    gateway = {"api_error_code": "resource_not_found", "message": "gw_1 not found", "param": "card[gateway_account_id]"}
    simulator.fail("/hosted_pages/checkout_new_for_items", status=404, body=gateway)
    with pytest.raises(ChargebeeMisconfigured) as caught:
        api.open_and_look(PAGE)
    assert caught.value.code == "resource_not_found"
    assert "card[gateway_account_id]" in str(caught.value)
    assert "gw_1" not in str(caught.value), "Chargebee's own sentence"


@pytest.fixture
def customer(api: ChargebeeApi) -> str:
    api.create_customer("org_1", {"company": "Acme", "meta_data": {"organizationId": "org_1"}})
    return "org_1"


@pytest.fixture
def bought(api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str) -> Iterator[str]:
    simulator.pay(api.open_checkout(PAGE).id)
    simulator.forget_calls()
    yield "sub_1"
    writes = [call for call in simulator.calls() if call["method"] == "POST"]
    assert all(call["headers"].get(KEY) for call in writes if call["api_key"] == "test_key")


def lines(row: Subscription) -> list[str]:
    return sorted(item.item_price_id for item in row.items or ())


def sent(simulator: ChargebeeSimulator) -> dict[str, Any]:
    [call] = simulator.calls()
    return call


def test_a_customer_is_created_under_the_id_that_we_choose_and_says_whose_it_is(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    created = simulator.ask("GET", "/customers/org_1")["customer"]
    assert (created["id"], created["company"], created["meta_data"]) == ("org_1", "Acme", {"organizationId": "org_1"})
    assert simulator.calls()[0]["headers"][KEY].startswith("customer-org_1-")


@pytest.mark.parametrize("company", ["Acme", "Other"], ids=["replayed", "refused"])
def test_a_customer_that_was_made_before_is_a_duplicate_whatever_chargebee_remembers(
    api: ChargebeeApi, customer: str, company: str
) -> None:
    with pytest.raises(ChargebeeDuplicate):
        api.create_customer("org_1", {"company": company, "meta_data": {"organizationId": "org_1"}})


def test_a_hooks_own_parameters_reach_chargebee(api: ChargebeeApi, simulator: ChargebeeSimulator) -> None:
    api.create_customer(
        "org_2",
        {"email": "ada@example.com", "locale": "en", "billing_address": {"country": "DE"}, "meta_data": {}},
    )
    created = simulator.ask("GET", "/customers/org_2")["customer"]
    assert (created["email"], created["billing_address"]["country"]) == ("ada@example.com", "DE")


def test_a_stamp_replaces_the_customers_meta_data(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    api.stamp_customer("org_1", {"pendingSubscriptionId": "sub_1"}, "stamp-1")
    assert api.customer("org_1").meta_data == {"pendingSubscriptionId": "sub_1"}


def test_a_deleted_customer_is_not_found_and_its_id_stays_taken(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    simulator.ask("POST", "/customers/org_1/delete")
    with pytest.raises(ChargebeeNotFound):
        api.customer("org_1")
    with pytest.raises(ChargebeeDuplicate):
        api.create_customer("org_1", {"meta_data": {}})


def test_what_does_not_exist_is_not_found(api: ChargebeeApi) -> None:
    url = PAGE.redirect_url
    for call in (
        lambda: api.customer("nobody"),
        lambda: api.stamp_customer("nobody", {}, "k1"),
        lambda: api.subscription("nothing"),
        lambda: api.cancel_now(row_of("nothing"), "k2"),
        lambda: api.cancel_at_term_end(row_of("nothing"), "k3"),
        lambda: api.keep(row_of("nothing"), "k4"),
        lambda: api.set_seats("nothing", Item("growth", "plan", 3), "k5"),
        lambda: api.page_is_open("nothing"),
        lambda: api.open_change(ChangeRequest("k6", "nothing", "org_1", PLAN, When.NOW, url, url)),
    ):
        with pytest.raises(ChargebeeNotFound):
            call()


def test_a_checkout_page_sells_exactly_the_selection(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    simulator.forget_calls()
    page = api.open_checkout(replace(PAGE, trial_end=utc_now() + 14 * DAY))
    params = sent(simulator)["params"]
    assert page == HostedPage(page.id, page.url, expires_at=page.expires_at)
    assert page.url.startswith(f"{simulator.url}/pages/")
    assert {name: value for name, value in params.items() if name != "subscription[trial_end]"} == {
        "customer[id]": "org_1",
        "subscription[id]": "sub_1",
        "subscription_items[item_price_id][0]": "growth",
        "subscription_items[quantity][0]": "3",
        "subscription_items[item_price_id][1]": "priority-support",
        "subscription_items[quantity][1]": "1",
        "redirect_url": PAGE.redirect_url,
        "cancel_url": PAGE.cancel_url,
    }
    assert sent(simulator)["headers"][KEY] == "page-1"


def test_the_same_key_is_the_same_page(api: ChargebeeApi, customer: str) -> None:
    first, again = api.open_checkout(PAGE), api.open_checkout(PAGE)
    assert again == replace(first, replayed=True)


def test_a_page_is_open_until_it_is_paid(api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str) -> None:
    page = api.open_checkout(PAGE)
    assert api.page_is_open(page.id)
    simulator.pay(page.id)
    assert not api.page_is_open(page.id)


def test_a_page_whose_expiry_has_passed_counts_as_closed_whatever_its_state(
    simulator: ChargebeeSimulator, api: ChargebeeApi, customer: str
) -> None:
    page = api.open_checkout(PAGE)
    late = ChargebeeApi(connect("site", "test_key", simulator.url), Retry(), lambda: utc_now() + 4 * 3600)
    assert not late.page_is_open(page.id)


def test_a_subscription_id_is_bought_only_once(api: ChargebeeApi, bought: str) -> None:
    with pytest.raises(ChargebeeDuplicate):
        api.open_checkout(replace(PAGE, key="page-2"))


def test_an_item_price_that_the_site_does_not_have_is_the_operators_problem(api: ChargebeeApi, customer: str) -> None:
    with pytest.raises(ChargebeeMisconfigured):
        api.open_checkout(replace(PAGE, selection=Selection("nope", 1)))


def test_a_subscription_is_read_as_its_events_are(
    api: ChargebeeApi, simulator: ChargebeeSimulator, bought: str
) -> None:
    row = api.subscription("sub_1")
    assert (row.id, row.customer_id, row.status) == ("sub_1", "org_1", Status.ACTIVE)
    assert row.items == (
        Item("growth", "plan", 3, 4900, 14700),
        Item("priority-support", "addon", 1, 9900, 9900),
    )
    assert row.resource_version is not None


def test_all_of_a_customers_subscriptions_are_listed_the_ended_and_the_deleted_too(
    api: ChargebeeApi, simulator: ChargebeeSimulator, bought: str
) -> None:
    for number in range(2, 4):
        simulator.pay(api.open_checkout(replace(PAGE, key=f"page-{number}", subscription_id=f"sub_{number}")).id)
    api.cancel_now(row_of("sub_2"), "cancel-2")
    api.cancel_now(row_of("sub_3"), "cancel-3")
    simulator.ask("POST", "/subscriptions/sub_3/delete")
    statuses = {row.id: row.status for row in api.subscriptions("org_1")}
    assert statuses == {"sub_1": Status.ACTIVE, "sub_2": Status.CANCELLED, "sub_3": Status.DELETED}
    assert api.subscriptions("nobody") == []
    assert api.listing("org_1").customer == api.customer("org_1")
    assert api.listing("nobody").customer is None


def test_a_long_list_is_read_to_its_end(
    api: ChargebeeApi, simulator: ChargebeeSimulator, bought: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.chargebee.api.PAGE_SIZE", 2)
    for number in range(2, 6):
        simulator.pay(api.open_checkout(replace(PAGE, key=f"page-{number}", subscription_id=f"sub_{number}")).id)
    simulator.forget_calls()
    assert sorted(row.id for row in api.subscriptions("org_1")) == [f"sub_{number}" for number in range(1, 6)]
    assert simulator.called() == ["GET /subscriptions"] * 3


def test_a_change_page_carries_the_subscription_as_it_shall_be(
    api: ChargebeeApi, simulator: ChargebeeSimulator, bought: str
) -> None:
    shall_be = Lines((Item("scale", "plan", 7), Item("priority-support", "addon", 1)), complete=True)
    urls = PAGE.redirect_url, PAGE.cancel_url
    page, _ = api.open_change(ChangeRequest("change-1", "sub_1", "org_1", shall_be, When.NOW, *urls))
    [opening] = [each for each in simulator.calls() if each["path"].endswith("/checkout_existing_for_items")]
    assert opening["params"]["replace_items_list"] == "true"
    simulator.pay(page.id)
    row = api.subscription("sub_1")
    assert (row.seats, lines(row)) == (7, ["priority-support", "scale"])


def test_seats_are_set_and_the_add_ons_stay(api: ChargebeeApi, bought: str) -> None:
    row = api.set_seats("sub_1", Item("growth", "plan", 9), "seats-1")
    assert (row.seats, lines(row)) == (9, ["growth", "priority-support"])


def test_a_cancellation_at_the_end_of_the_term_can_be_taken_back(api: ChargebeeApi, bought: str) -> None:
    leaving = api.cancel_at_term_end(row_of("sub_1"), "cancel-1")
    assert (leaving.status, leaving.cancel_at) == (Status.NON_RENEWING, leaving.term_end)
    kept = api.keep(row_of("sub_1"), "keep-1")
    assert (kept.status, kept.cancel_at) == (Status.ACTIVE, None)


def test_a_cancellation_now_ends_it_and_twice_is_once(
    api: ChargebeeApi, simulator: ChargebeeSimulator, bought: str
) -> None:
    ended = api.cancel_now(row_of("sub_1"), "cancel-1")
    again = api.cancel_now(row_of("sub_1"), "cancel-2")
    assert (ended.status, again.status) == (Status.CANCELLED, Status.CANCELLED)
    assert simulator.called().count("POST /subscriptions/sub_1/cancel_for_items") == 1


def test_what_the_state_does_not_allow_is_refused(api: ChargebeeApi, bought: str) -> None:
    with pytest.raises(ChargebeeRefused):
        api.keep(row_of("sub_1"), "keep-1")


def test_seats_of_what_has_ended_bring_nothing_back(api: ChargebeeApi, bought: str) -> None:
    api.cancel_now(row_of("sub_1"), "cancel-1")
    assert api.set_seats("sub_1", Item("growth", "plan", 4), "seats-1").status is Status.CANCELLED


def test_a_portal_session_is_opened_for_the_customer(
    api: ChargebeeApi, simulator: ChargebeeSimulator, customer: str
) -> None:
    simulator.forget_calls()
    url = api.open_portal("org_1", "https://app.example.com/billing", "portal-1")
    assert url.startswith(f"{simulator.url}/portal/")
    assert sent(simulator)["params"] == {
        "customer[id]": "org_1",
        "redirect_url": "https://app.example.com/billing",
    }


def test_events_are_listed_oldest_first_page_by_page(
    lists: SiteLists, simulator: ChargebeeSimulator, bought: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.chargebee.site_lists.PAGE_SIZE", 2)
    listed, offset = [], None
    while True:
        page = lists.events(0, offset)
        listed += [event["id"] for event in page.resources]
        if not (offset := page.next_offset):
            break
    assert sorted(listed) == sorted(event["id"] for event in simulator.events())
    assert len(listed) > 2


def test_events_before_the_time_are_not_listed_and_those_of_its_second_are(
    lists: SiteLists, simulator: ChargebeeSimulator, bought: str
) -> None:
    newest = max(event["occurred_at"] for event in simulator.events())
    assert lists.events(newest, None).resources
    assert not lists.events(newest + 1, None).resources


def test_changed_subscriptions_are_listed_with_their_customers_the_deleted_too(
    api: ChargebeeApi, lists: SiteLists, simulator: ChargebeeSimulator, bought: str
) -> None:
    api.cancel_now(row_of("sub_1"), "cancel-1")
    simulator.ask("POST", "/subscriptions/sub_1/delete")
    [entry] = lists.updated_subscriptions(0, None).resources
    assert (entry["subscription"]["id"], entry["subscription"]["deleted"]) == ("sub_1", True)
    assert entry["customer"]["meta_data"] == {"organizationId": "org_1"}
    assert json.dumps(entry)
