"""Whoever races whom, an organization has one customer, one open checkout and at most one live subscription."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.stack.api import Member, opened, refused
from tests.stack.waiting import until
from tests.stack.world import Cloud

BUSY = (429, 502, 503, 504)
"""What a gateway answers while its functions are at their limit; a client then tries again."""

HOUR = 3_600


@pytest.fixture(scope="module", autouse=True)
def few_cold_starts(world: Cloud) -> Iterator[None]:
    """A worker a caller would be twenty cold starts at once, a minute's work for two cores; these stay warm."""
    with world.functions.limited("SubscriptionCreate", 4):
        yield


def test_twenty_parallel_creates_are_one_customer_one_checkout_and_one_page(world: Cloud, admin: Member) -> None:
    pages = _at_once(20, lambda _: admin.create())

    assert {page["subscriptionId"] for page in pages} == {pages[0]["subscriptionId"]}
    assert {page["id"] for page in pages} == {pages[0]["id"]}
    assert _born(world, admin) == 1
    assert admin.listing().json()["pendingCheckout"]["id"] == pages[0]["subscriptionId"]


def test_parallel_creates_that_differ_share_one_subscription_id_and_only_one_is_paid(
    world: Cloud, admin: Member
) -> None:
    pages = _at_once(6, lambda number: admin.create(seats=number + 1))

    assert len({page["subscriptionId"] for page in pages}) == 1
    answers = [
        world.chargebee.http.post(f"/_sim/hosted_pages/{page_id}/pay", json={})
        for page_id in sorted({page["id"] for page in pages})
    ]
    assert sorted(answer.status_code for answer in answers)[:1] == [200]
    assert sum(answer.is_success for answer in answers) == 1
    assert len(world.chargebee.live(admin.organization_id)) == 1
    world.caught_up(admin.organization_id)
    assert admin.subscription()["id"] == pages[0]["subscriptionId"]


def test_an_organization_created_while_it_checks_out_gets_one_customer(world: Cloud, admin: Member) -> None:
    with ThreadPoolExecutor(5) as pool:
        webhook = pool.submit(world.scalekit.create_organization, admin.organization_id)
        pages = list(pool.map(lambda _: _insistently(admin.create), range(4)))
        webhook.result()
    (sent,) = world.scalekit.webhooks(admin.organization_id)
    world.dealt_with(sent["id"], "scalekit")

    assert len({page["subscriptionId"] for page in pages}) == 1
    assert _born(world, admin) == 1
    assert world.mapped(admin.organization_id) == admin.organization_id
    meta_data = world.chargebee.customer(admin.organization_id)["meta_data"]
    assert meta_data["pendingSubscriptionId"] == pages[0]["subscriptionId"]


def test_changing_ones_mind_leaves_two_pages_of_which_one_can_be_paid(world: Cloud, admin: Member) -> None:
    first = opened(admin.create(itemPriceId="starter", seats=1))
    second = opened(admin.create(itemPriceId="growth", seats=2))
    assert first["subscriptionId"] == second["subscriptionId"]

    world.come_back(world.chargebee.pay(first["id"]))

    assert not world.chargebee.http.post(f"/_sim/hosted_pages/{second['id']}/pay", json={}).is_success
    assert admin.subscription()["itemPriceId"] == "starter"
    assert len(world.chargebee.live(admin.organization_id)) == 1


def test_creating_again_after_paying_and_before_any_news_finds_out(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())
    world.chargebee.faults(drop=1.0)
    world.chargebee.pay(page["id"])
    assert admin.subscriptions() == []

    refused(admin.create(seats=6), 400, "subscription_exists")

    assert admin.subscription()["id"] == page["subscriptionId"]


def test_the_same_wish_after_paying_and_before_any_news_finds_out_too(world: Cloud, admin: Member) -> None:
    page = opened(admin.create())
    world.chargebee.faults(drop=1.0)
    world.chargebee.pay(page["id"])

    refused(admin.create(), 400, "subscription_exists")

    assert admin.subscription()["id"] == page["subscriptionId"]


def test_a_page_that_the_buyer_closed_is_reissued_under_the_same_subscription_id(world: Cloud, admin: Member) -> None:
    closed = opened(admin.create())
    with world.browser() as browser:
        browser.post(f"/pages/v4/{closed['id']}/cancel", follow_redirects=False)

    anew = opened(admin.create())

    assert anew["id"] != closed["id"]
    assert anew["subscriptionId"] == closed["subscriptionId"]
    world.come_back(world.chargebee.pay(anew["id"]))
    assert admin.subscription()["id"] == closed["subscriptionId"]


def test_a_page_that_expired_is_reissued(world: Cloud, admin: Member, advance: Callable[[int], None]) -> None:
    expired = opened(admin.create())
    advance(4 * HOUR)
    assert not world.chargebee.http.post(f"/_sim/hosted_pages/{expired['id']}/pay", json={}).is_success

    anew = opened(admin.create())

    assert (anew["id"] != expired["id"], anew["subscriptionId"]) == (True, expired["subscriptionId"])
    world.chargebee.pay(anew["id"])
    until(admin.subscriptions)


def test_a_card_that_is_declined_leaves_the_checkout_open(world: Cloud, admin: Member) -> None:
    page = opened(admin.create(itemPriceId="starter", seats=1))
    assert not world.chargebee.decline(page["id"]).is_success
    assert opened(admin.create(itemPriceId="starter", seats=1)) == page

    world.come_back(world.chargebee.pay(page["id"]))

    assert admin.subscription()["status"] == "active"


def test_cancelling_twice_at_once_cancels_once(world: Cloud, admin: Member) -> None:
    world.subscribe(admin, itemPriceId="starter", seats=1)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: admin.cancel(), range(2)))

    assert {answer.status_code for answer in answers} <= {200, *BUSY}
    world.caught_up(admin.organization_id)
    assert admin.subscription()["status"] == "non_renewing"
    assert world.table.transitions(admin.organization_id).count("subscription.cancellation_scheduled") == 1


def _at_once(number: int, call: Callable[[int], httpx.Response]) -> list[dict[str, Any]]:
    """The pages that as many callers got who asked at the same moment, and again where the system was busy."""
    _insistently(lambda: call(0))
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda each: _insistently(lambda: call(each)), range(number)))


def _insistently(call: Callable[[], httpx.Response]) -> dict[str, Any]:
    return opened(until(call, lambda answer: answer.status_code not in BUSY, patience=120, pause=0.5))


def _born(world: Cloud, admin: Member) -> int:
    """How many customers say that they are the organization's."""
    return sum(
        event["event_type"] == "customer_created"
        and event["content"]["customer"].get("meta_data", {}).get("organizationId") == admin.organization_id
        for event in world.chargebee.all_events()
    )
