"""The organizations as the team's backend keeps them: told of, mapped, read, listed by plan and deleted."""

from typing import Any

import pytest

from tests.stack.api import Member, answered, opened, refused
from tests.stack.backend import Backend, calls
from tests.stack.chargebee import plan
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh

type Json = dict[str, Any]


@pytest.fixture
def backend(stranger: Backend) -> Backend:
    """Here nobody has told of its organization yet."""
    return stranger


def listed(backend: Backend, **query: str) -> Json:
    return answered(backend.machine.get("/api/organizations", **query))


def of_plan(backend: Backend, item_price_id: str) -> list[str]:
    """Every organization of a plan, page by page."""
    found: list[str] = []
    query = {"plan": item_price_id, "limit": "100"}
    while True:
        page = listed(backend, **query)
        found += [each["id"] for each in page["organizations"]]
        if page["cursor"] is None:
            return found
        query["cursor"] = page["cursor"]


def test_what_is_told_of_an_organization_is_kept_and_what_is_omitted_stays(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    organization_id = admin.organization_id
    refused(backend.get(), 404, "organization_not_found")

    saved = answered(backend.save(displayName="Acme"))

    acme = {"id": organization_id, "displayName": "Acme", "customerId": organization_id, "trialUsedAt": None}
    assert saved == {"organization": acme}
    customer = world.chargebee.customer(organization_id)
    assert (customer["company"], customer["meta_data"]["organizationId"]) == ("Acme", organization_id)
    assert answered(backend.save()) == saved
    assert answered(backend.save(displayName=None)) == saved
    assert answered(backend.save(displayName="Acme Ltd"))["organization"] == acme | {"displayName": "Acme Ltd"}
    assert len(world.chargebee.calls(organization_id, "POST", "/customers")) == 1
    assert answered(backend.get()) == {
        "organization": acme | {"displayName": "Acme Ltd"},
        "subscriptions": [],
        "plan": "free",
        "plans": ["free"],
        "entitlements": answered(admin.get("/api/entitlements"))["entitlements"],
        "wallets": [],
        "autoTopUp": [],
    }


@pytest.mark.parametrize(
    "mistake",
    [{"displayName": ""}, {"displayName": 5}, {"displayName": "a\nb"}, {"customerId": ""}, {"name": "Acme"}],
    ids=str,
)
def test_a_wish_that_is_not_exactly_right_is_refused(world: Cloud, backend: Backend, mistake: Json) -> None:
    refused(backend.save(**mistake), 400, "invalid_request")
    world.untouched(backend.organization_id)


def test_a_customer_from_before_is_mapped_with_its_subscriptions(world: Cloud, admin: Member, backend: Backend) -> None:
    old = fresh("old")
    world.chargebee.create_customer(old, crm="c7")
    world.chargebee.set_card(old, "ok")
    world.chargebee.post(f"/customers/{old}/subscription_for_items", **plan("starter", 2))
    assert admin.subscriptions() == []

    assert answered(backend.save(customerId=old))["organization"]["customerId"] == old

    [row] = until(admin.subscriptions, lambda rows: len(rows) == 1)
    assert (row["itemPriceId"], row["seats"], row["status"]) == ("starter", 2, "active")
    assert admin.left() == (1_000, 1_000)
    stamped = world.chargebee.customer(old)["meta_data"]
    assert (stamped["crm"], stamped["organizationId"]) == ("c7", admin.organization_id)
    assert answered(backend.save(customerId=old))["organization"]["customerId"] == old


def test_nobody_is_given_a_customer_that_is_not_there_or_somebody_elses(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    refused(backend.save(customerId=fresh("nobody")), 400, "unknown_customer")
    other = Backend(backend.machine, fresh("org"))
    answered(other.save())

    refused(backend.save(customerId=other.organization_id), 409, "customer_conflict")

    refused(backend.get(), 404, "organization_not_found")
    world.subscribe(admin)
    free = fresh("old")
    world.chargebee.create_customer(free)
    refused(backend.save(customerId=free), 409, "customer_conflict")


def test_a_customer_that_was_made_here_and_never_used_gives_way(world: Cloud, backend: Backend) -> None:
    answered(backend.save())
    old = fresh("old")
    world.chargebee.create_customer(old)

    assert answered(backend.save(customerId=old))["organization"]["customerId"] == old


def test_an_organization_is_read_with_all_it_ever_subscribed_to(world: Cloud, admin: Member, backend: Backend) -> None:
    subscription_id = world.subscribe(admin)
    answered(backend.adjust("gift", 500))
    backend.used(calls("e1", 10))

    found = answered(backend.get())

    assert [(row["id"], row["status"], row["seats"]) for row in found["subscriptions"]] == [
        (subscription_id, "in_trial", 5)
    ]
    assert (found["plan"], found["entitlements"]["sso"]) == ("growth", {"balance": None})
    assert found["entitlements"]["api-calls"]["balance"] == admin.balance()
    assert found["wallets"] == admin.wallet()["wallets"]
    assert found["organization"]["trialUsedAt"] is not None
    answered(admin.cancel(at="now"))
    assert [row["status"] for row in answered(backend.get())["subscriptions"]] == ["cancelled"]
    assert answered(backend.get())["plan"] == "free"


def test_organizations_are_listed_by_what_they_subscribe_to(world: Cloud, admin: Member, backend: Backend) -> None:
    organization_id = admin.organization_id
    answered(backend.save(displayName="Acme"))
    until(lambda: of_plan(backend, "free"), lambda found: organization_id in found)
    page = opened(admin.create(itemPriceId="starter", seats=1))
    assert organization_id not in of_plan(backend, "starter")

    world.come_back(world.chargebee.pay(page["id"]))

    until(lambda: of_plan(backend, "starter"), lambda found: organization_id in found)
    assert organization_id not in of_plan(backend, "free")
    answered(admin.cancel(at="now"))
    until(lambda: of_plan(backend, "free"), lambda found: organization_id in found)
    assert organization_id not in of_plan(backend, "starter")
    assert of_plan(backend, "nope") == []


def test_the_list_comes_in_pages_in_the_order_of_the_ids(backend: Backend) -> None:
    """Ids that begin so come before everybody else's."""
    mine = sorted(fresh("0") for _ in range(3))
    for organization_id in mine:
        answered(Backend(backend.machine, organization_id).save(displayName=organization_id))
    until(lambda: of_plan(backend, "free"), lambda found: set(mine) <= set(found))

    seen: list[Json] = []
    query = {"limit": "2"}
    while not set(mine) <= {each["id"] for each in seen}:
        page = listed(backend, **query)
        assert len(page["organizations"]) == 2
        seen += page["organizations"]
        query["cursor"] = page["cursor"]

    ids = [each["id"] for each in seen]
    assert ids == sorted(set(ids))
    assert [each for each in seen if each["id"] in mine] == [
        {"id": each, "displayName": each, "customerId": each, "trialUsedAt": None, "plan": "free"} for each in mine
    ]


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "two"}, {"cursor": "a"}], ids=str)
def test_a_page_that_there_is_not_is_refused(backend: Backend, query: dict[str, str]) -> None:
    refused(backend.machine.get("/api/organizations", **query), 400, "invalid_request")


def test_a_deleted_organization_is_billed_no_more_and_gone_for_good(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    organization_id = admin.organization_id
    refused(backend.remove(), 404, "organization_not_found")
    subscription_id = world.subscribe(admin)
    world.caught_up(organization_id)

    for _ in range(2):
        assert answered(backend.remove()) == {"id": organization_id, "deleted": True}

    assert world.chargebee.subscription(subscription_id)["status"] == "cancelled"
    assert world.table.transitions(organization_id)[-1] == "subscription.cancelled"
    money = {"amount": 100, "currency": "USD"}
    for answer in (
        backend.get(),
        backend.save(),
        backend.charge("k1"),
        admin.get("/api/billing"),
        admin.create(),
        admin.post("/api/payment-methods"),
        admin.post("/api/wallet/top-ups", money),
        admin.put("/api/wallet/auto-top-up", money | {"threshold": 0, "monthlyCap": 100}),
        admin.post("/api/checkout", {"itemPriceId": "onboarding"}),
    ):
        refused(answer, 410, "organization_deleted")
    assert [each["result"] for each in backend.used(calls("e1"))] == ["refused"]
    refused(backend.hold("h1", 1), 402, "plan_required")
    until(lambda: of_plan(backend, "growth"), lambda found: organization_id not in found)


def test_while_chargebee_does_not_confirm_the_end_everything_stays(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    subscription_id = world.subscribe(admin)
    world.chargebee.faults({"path": f"/subscriptions/{subscription_id}/cancel_for_items", "status": 500})

    refused(backend.remove(), 502, "chargebee_unavailable")

    assert [row["id"] for row in world.table.subscriptions(admin.organization_id)] == [subscription_id]
    world.chargebee.faults()
    assert answered(backend.remove())["deleted"] is True
    assert world.chargebee.live(admin.organization_id) == []
    assert world.table.subscriptions(admin.organization_id) == []
