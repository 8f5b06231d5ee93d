"""A subscription is bought on a hosted page: by one customer, in one open checkout, with one trial."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.stack.account import DAY, Account, unmapped
from tests.stack.api import Member, opened, refused
from tests.stack.assumptions import under_both_answers
from tests.stack.world import Cloud, fresh, now

CHECKOUT = "/hosted_pages/checkout_new_for_items"


def test_an_unmapped_organization_gets_its_customer_and_a_page(world: Cloud) -> None:
    account = unmapped(world)

    page = opened(account.admin.create(itemPriceId="growth", seats=5))

    (created,) = world.chargebee.calls(account.organization_id, "POST", "/customers")
    assert json.loads(created["params"]["meta_data"])["organizationId"] == account.organization_id
    pending = account.admin.listing().json()["pendingCheckout"]
    assert (pending["id"], pending["itemPriceId"], pending["seats"]) == (page["subscriptionId"], "growth", 5)
    (asked,) = world.chargebee.calls(account.organization_id, "POST", CHECKOUT)
    items = {name: value for name, value in asked["params"].items() if name.startswith("subscription_items")}
    assert items == {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}
    assert page["url"].startswith("http")


def test_a_mapped_organization_gets_no_other_customer(account: Account) -> None:
    opened(account.admin.create())

    assert account.world.chargebee.calls(account.organization_id, "POST", "/customers") == []
    (asked,) = account.world.chargebee.calls(account.customer_id, "POST", CHECKOUT)
    assert asked["params"]["customer[id]"] == account.customer_id


def test_an_open_checkout_is_reused(account: Account) -> None:
    first = opened(account.admin.create())

    assert opened(account.admin.create()) == first
    other = opened(account.admin.create(seats=6))
    assert (other["subscriptionId"], other["id"] == first["id"]) == (first["subscriptionId"], False)
    assert account.admin.listing().json()["pendingCheckout"]["seats"] == 6


LIVE: dict[str, dict[str, Any]] = {
    "active": {},
    "in_trial": {"trial_start": 1, "trial_end": now() + DAY},
    "non_renewing": {"cancelled_at": now() + DAY},
    "paused": {"pause_date": 1},
    "future": {"start_date": now() + DAY},
}


@pytest.mark.parametrize("status", LIVE)
def test_a_live_subscription_is_in_the_way_of_another(account: Account, status: str) -> None:
    account.told("subscription_created", 10, status, **LIVE[status])

    refused(account.admin.create(), 400, "subscription_exists")
    assert account.world.chargebee.requests(account.customer_id) == []


def test_one_that_is_past_due_is_too(account: Account) -> None:
    account.told("payment_failed", 10, due_invoices_count=1, due_since=1)

    refused(account.admin.create(), 400, "subscription_exists")


def test_two_parallel_creates_are_one_checkout_and_one_page(account: Account) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: opened(account.admin.create()), range(2))

    assert first == second
    assert account.admin.listing().json()["pendingCheckout"]["id"] == first["subscriptionId"]


def test_an_organization_that_is_created_while_it_checks_out_gets_one_customer(world: Cloud) -> None:
    account = unmapped(world)

    with ThreadPoolExecutor(2) as pool:
        provisioned = pool.submit(world.scalekit.create_organization, account.organization_id)
        page = pool.submit(lambda: opened(account.admin.create()))
        provisioned.result()
        checkout = page.result()

    (sent,) = world.scalekit.webhooks(account.organization_id)
    world.dealt_with(sent["id"], "scalekit")
    assert world.mapped(account.organization_id) == account.organization_id
    born = [e for e in world.chargebee.events(account.organization_id) if e["event_type"] == "customer_created"]
    assert len(born) == 1
    stamped = world.chargebee.customer(account.organization_id)["meta_data"]
    assert stamped["pendingSubscriptionId"] == checkout["subscriptionId"]


@under_both_answers("meta_data")
def test_what_others_wrote_on_the_customer_outlives_the_checkout(world: Cloud, admin: Member, assumed: str) -> None:
    world.scalekit.create_organization(admin.organization_id)
    world.mapped(admin.organization_id)
    stamped = world.chargebee.customer(admin.organization_id)["meta_data"]
    world.chargebee.post(f"/customers/{admin.organization_id}", meta_data=json.dumps(stamped | {"crm_id": "c-7"}))

    subscription_id = world.subscribe(admin)

    kept = world.chargebee.customer(admin.organization_id)["meta_data"]
    assert (kept["crm_id"], kept["pendingSubscriptionId"]) == ("c-7", subscription_id)


@under_both_answers("duplicate_at_page")
def test_of_two_pages_of_one_checkout_one_is_a_subscription(world: Cloud, admin: Member, assumed: str) -> None:
    first = opened(admin.create(itemPriceId="starter", seats=2))
    second = opened(admin.create(itemPriceId="starter", seats=3))
    world.chargebee.pay(first["id"])

    answer = world.chargebee.http.post(f"/_sim/hosted_pages/{second['id']}/pay", json={"card": "ok"})

    assert answer.json()["api_error_code"] == "duplicate_entry"
    assert [each["id"] for each in world.chargebee.live(admin.organization_id)] == [first["subscriptionId"]]
    world.caught_up(admin.organization_id)
    assert admin.subscription()["seats"] == 2


@under_both_answers("callers_trial_end")
def test_on_a_site_that_has_travelled_beyond_it_a_trial_is_refused_or_moved_along(
    world: Cloud, admin: Member, assumed: str, advance: Callable[[int], None]
) -> None:
    advance(20 * DAY)

    if assumed == "as_given":
        refused(admin.create(), 409, "param_wrong_value")
        return
    world.subscribe(admin)
    row = admin.subscription()
    assert row["status"] == "in_trial"
    assert abs(row["trialEnd"] - world.chargebee.now() - 14 * DAY) < 120


def test_the_buyers_email_reaches_the_customer(world: Cloud) -> None:
    admin = world.member(fresh("org"), email="ada@acme.example")

    opened(admin.create())

    assert world.chargebee.customer(admin.organization_id)["email"] == "ada@acme.example"


def test_an_organization_that_never_tried_gets_the_plans_trial(account: Account) -> None:
    opened(account.admin.create())

    (asked,) = account.world.chargebee.calls(account.customer_id, "POST", CHECKOUT)
    assert abs(int(asked["params"]["subscription[trial_end]"]) - (now() + 14 * DAY)) < 120


def test_one_that_tried_before_gets_none(account: Account) -> None:
    account.told("subscription_created", 10, "in_trial", trial_start=now() - DAY, trial_end=now() + DAY)
    account.told("subscription_cancelled", 20, "cancelled", trial_start=now() - DAY, cancelled_at=now())

    opened(account.admin.create())

    (asked,) = account.world.chargebee.calls(account.customer_id, "POST", CHECKOUT)
    assert asked["params"]["subscription[trial_end]"] == "0"


def test_not_even_after_its_customer_was_deleted(account: Account) -> None:
    account.told("subscription_created", 10, "in_trial", trial_start=now() - DAY, trial_end=now() + DAY)
    account.world.apply(account.event("customer_deleted", None, customer=account.customer(deleted=True)))

    opened(account.admin.create())

    (asked,) = account.world.chargebee.calls(account.organization_id, "POST", CHECKOUT)
    assert asked["params"]["subscription[trial_end]"] == "0"


@pytest.mark.parametrize(
    "fault, status, code",
    [
        (503, 502, "chargebee_unavailable"),
        (429, 503, "chargebee_rate_limited"),
        (401, 502, "chargebee_authentication_failed"),
    ],
)
def test_chargebees_failure_is_not_the_callers_and_the_checkout_stays_usable(
    account: Account, fault: int, status: int, code: str
) -> None:
    account.world.chargebee.faults({"path": CHECKOUT, "status": fault, "retry_after": 30})
    answer = account.admin.create()
    refused(answer, status, code)
    assert answer.headers.get("retry-after") == ("30" if fault == 429 else None)
    pending = account.admin.listing().json()["pendingCheckout"]

    account.world.chargebee.faults()

    assert opened(account.admin.create())["subscriptionId"] == pending["id"]
