"""A wallet topped up on a hosted page: credited once, whoever brings the news, and taken back by a refund."""

from typing import Any

from tests.stack.api import Member, answered, opened, refused
from tests.stack.backend import Backend
from tests.stack.waiting import until
from tests.stack.world import Cloud

type Json = dict[str, Any]


def top_up(admin: Member, **fields: Any) -> Json:
    return opened(admin.post("/api/wallet/top-ups", {"amount": 2_500, "currency": "USD", "key": "t1", **fields}))


def balance(admin: Member) -> int | None:
    """Minor units of the only wallet; None without one."""
    wallets = admin.wallet()["wallets"]
    return wallets[0]["balance"] if wallets else None


def test_a_top_up_is_credited_by_the_return_and_the_webhook_changes_nothing(world: Cloud, admin: Member) -> None:
    world.chargebee.faults(drop=1.0)
    page = top_up(admin)
    assert page["charge"]["state"] == "created"

    back = world.come_back(world.chargebee.pay(page["id"]))

    assert back == f"{world.stack.app}/billing?toppedUp=1"
    assert balance(admin) == 2_500
    world.chargebee.told()
    world.chargebee.faults()
    for event in world.chargebee.events(admin.organization_id):
        world.apply(event)
    assert balance(admin) == 2_500
    assert world.table.news(admin.organization_id) == [
        "charge.succeeded",
        "checkout.completed",
        "payment_method.attached",
        "wallet.credited",
    ]


def test_a_top_up_is_credited_by_the_webhook_and_the_return_changes_nothing(world: Cloud, admin: Member) -> None:
    with world.listening() as bus:
        page = top_up(admin, successUrl="/thanks")
        url = world.chargebee.pay(page["id"])
        told = ("charge.succeeded", "checkout.completed", "payment_method.attached", "wallet.credited")
        charged, completed, _, credited = bus.news(admin.organization_id, *told)

    [invoice] = invoices(world, admin)
    assert (
        charged["charge"]
        == completed["charge"]
        == {
            "id": page["charge"]["id"],
            "key": "t1",
            "purpose": "top_up",
            "state": "succeeded",
            "currency": "USD",
            "amount": 2_500,
            "invoiceId": invoice["id"],
            "failure": None,
        }
    )
    assert charged["payment"] == completed["payment"]
    line = credited["ledgerEntry"]
    assert (line["id"], line["kind"]) == (f"invoice:{invoice['id']}", "top_up")
    for _ in range(2):
        assert world.come_back(url) == f"{world.stack.app}/thanks"
    assert balance(admin) == 2_500
    assert [line["kind"] for line in admin.wallet()["ledger"]] == ["top_up"]


def test_the_same_key_is_the_same_top_up(world: Cloud, admin: Member) -> None:
    page = top_up(admin)
    assert top_up(admin) == page
    assert top_up(admin, key="t2")["id"] != page["id"]
    refused(admin.post("/api/wallet/top-ups", {"amount": 2_501, "currency": "USD", "key": "t1"}), 409, "id_conflict")
    assert not world.chargebee.decline(page["id"]).is_success
    assert top_up(admin) == page

    world.come_back(world.chargebee.pay(page["id"]))

    again = top_up(admin)
    assert (again["url"], again["id"], again["charge"]["state"]) == (None, None, "succeeded")
    assert again["charge"]["invoiceId"] == invoices(world, admin)[0]["id"]
    assert balance(admin) == 2_500


def test_a_refund_takes_back_what_was_credited_below_zero_if_it_was_spent(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.come_back(world.chargebee.pay(top_up(admin)["id"]))
    answered(backend.adjust("spent", -2_000))
    [invoice] = invoices(world, admin)

    world.chargebee.refund(invoice["id"], 1_000)

    until(lambda: balance(admin), lambda found: found == -500)
    newest = admin.wallet()["ledger"][0]
    assert (newest["kind"], newest["amount"]) == ("refund", -1_000)
    world.chargebee.refund(invoice["id"])
    until(lambda: balance(admin), lambda found: found == -2_000)
    for event in world.chargebee.events(admin.organization_id):
        world.apply(event)
    assert balance(admin) == -2_000
    assert world.table.news(admin.organization_id).count("charge.refunded") == 2


def test_a_forged_way_back_credits_nothing(world: Cloud, admin: Member) -> None:
    world.chargebee.faults(drop=1.0)
    url = world.chargebee.pay(top_up(admin)["id"])
    victim = admin.organization_id

    for forged in (url.replace(victim, "org_2"), url.replace("state=", "stat=")):
        assert world.come_back(forged).startswith(world.stack.app)

    assert balance(admin) is None


def invoices(world: Cloud, admin: Member) -> list[Json]:
    return world.chargebee.invoices(admin.organization_id)
