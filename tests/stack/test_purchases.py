"""What is bought once, on a hosted page: the catalog's items by an admin, any amount by the team's backend."""

from typing import Any

import httpx
import pytest

from tests.stack.api import Member, answered, opened, refused
from tests.stack.backend import Backend
from tests.stack.world import Cloud

type Json = dict[str, Any]

ITEM: Json = {"itemPriceId": "onboarding", "key": "order-1"}
AMOUNT: Json = {"amount": 700, "currency": "USD", "description": "Import", "key": "order-1"}


def buy(caller: Member, body: Json) -> httpx.Response:
    return caller.post("/api/checkout", body)


def test_an_admin_buys_an_item_at_its_price_and_the_bus_hears_of_it(world: Cloud, admin: Member) -> None:
    with world.listening() as bus:
        page = opened(buy(admin, ITEM | {"successUrl": "/bought"}))
        assert page["charge"] == {
            "id": page["charge"]["id"],
            "key": "order-1",
            "purpose": "checkout",
            "state": "created",
            "amount": None,
            "currency": "USD",
            "invoiceId": None,
            "failure": None,
            "requiredActions": [],
        }
        with world.browser() as browser:
            assert "USD 500.00" in browser.get(page["url"]).text

        assert world.come_back(world.chargebee.pay(page["id"])) == f"{world.stack.app}/bought"

        told = ("charge.succeeded", "checkout.completed", "payment_method.attached")
        charged, completed, _ = bus.news(admin.organization_id, *told)

    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert (invoice["total"], invoice["po_number"]) == (50_000, page["charge"]["id"])
    paid = page["charge"] | {"state": "succeeded", "amount": 50_000, "invoiceId": invoice["id"]}
    for told_of_it in (charged, completed):
        assert told_of_it["charge"] | {"requiredActions": []} == paid
        assert (told_of_it["payment"]["amount"], told_of_it["payment"]["invoiceId"]) == (50_000, invoice["id"])
    again = opened(buy(admin, ITEM | {"successUrl": "/bought"}))
    assert again == {"mode": "hosted", "url": None, "id": None, "charge": paid}
    assert admin.wallet()["wallets"] == []


def test_the_backend_names_any_amount_for_any_organization(world: Cloud, admin: Member, backend: Backend) -> None:
    order = AMOUNT | {"organizationId": admin.organization_id}
    with world.listening() as bus:
        page = opened(buy(backend.machine, order))
        assert opened(buy(backend.machine, order)) == page
        refused(buy(backend.machine, order | {"amount": 701}), 409, "id_conflict")

        world.chargebee.pay(page["id"])

        _, completed, _ = bus.news(
            admin.organization_id, "charge.succeeded", "checkout.completed", "payment_method.attached"
        )
    assert (completed["charge"]["id"], completed["charge"]["amount"]) == (page["charge"]["id"], 700)
    again = opened(buy(backend.machine, order))
    assert (again["id"], again["charge"]["state"]) == (None, "succeeded")
    assert len(world.chargebee.invoices(admin.organization_id)) == 1


def test_a_page_that_was_left_is_replaced_and_of_all_pages_one_charge_is_paid(world: Cloud, admin: Member) -> None:
    first = opened(buy(admin, ITEM))
    assert opened(buy(admin, ITEM)) == first
    world.chargebee.leave(first["id"])

    second = opened(buy(admin, ITEM))

    assert second["id"] not in (None, first["id"])
    assert second["charge"]["id"] == first["charge"]["id"]
    world.chargebee.pay(second["id"])
    assert opened(buy(admin, ITEM))["charge"]["state"] == "succeeded"
    assert opened(buy(admin, ITEM | {"key": "order-2"}))["charge"]["state"] == "created"


def test_without_a_key_every_request_is_a_purchase_of_its_own(admin: Member) -> None:
    item = {"itemPriceId": "onboarding"}
    first, second = opened(buy(admin, item)), opened(buy(admin, item))
    assert first["charge"]["id"] != second["charge"]["id"]


@pytest.mark.parametrize(
    "wrong, status, code",
    [
        (AMOUNT, 403, "forbidden"),
        (ITEM | {"organizationId": "org_2"}, 403, "forbidden"),
        (ITEM | {"referenceId": "org_2"}, 403, "forbidden"),
        (ITEM | {"itemPriceId": "growth"}, 400, "unknown_plan"),
        (ITEM | {"quantity": 2}, 400, "invalid_seats"),
        (ITEM | {"amount": 1}, 403, "forbidden"),
        (ITEM | {"price": 1}, 400, "invalid_request"),
        (ITEM | {"successUrl": "//evil.example.com"}, 400, "invalid_url"),
        ({}, 400, "invalid_request"),
    ],
    ids=str,
)
def test_what_an_admin_may_not_buy_is_refused(world: Cloud, admin: Member, wrong: Json, status: int, code: str) -> None:
    refused(buy(admin, wrong), status, code)
    world.untouched(admin.organization_id)


def test_only_admins_and_machines_with_the_scope_buy(world: Cloud, admin: Member) -> None:
    order = AMOUNT | {"organizationId": admin.organization_id}
    assert buy(world.bearer(None), ITEM).status_code == 401
    refused(buy(world.member(admin.organization_id, roles=["member"]), ITEM), 403, "forbidden")
    refused(buy(world.machine("usage:write", "billing:admin"), order), 403, "forbidden")
    refused(buy(world.machine("charges:write"), AMOUNT), 400, "invalid_request")
    world.untouched(admin.organization_id)


def test_a_declined_card_leaves_the_page_open_and_nothing_is_told(world: Cloud, admin: Member) -> None:
    page = opened(buy(admin, ITEM))

    assert not world.chargebee.decline(page["id"]).is_success

    assert opened(buy(admin, ITEM)) == page
    assert world.table.news(admin.organization_id) == []
    assert answered(admin.get("/api/billing"))["requiredActions"] == []
