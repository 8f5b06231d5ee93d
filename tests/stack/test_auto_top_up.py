"""A wallet that fills itself up: by the use that empties it, once, within its cap, and not again and again in vain."""

from typing import Any

import pytest

from tests.stack.api import Member, answered, refused
from tests.stack.aws import Row
from tests.stack.backend import Backend, calls
from tests.stack.waiting import until
from tests.stack.world import Cloud

type Json = dict[str, Any]

RULE: Json = {"currency": "USD", "threshold": 500, "amount": 2_000, "monthlyCap": 5_000}


def set_rule(admin: Member, **fields: Any) -> Json:
    return answered(admin.put("/api/wallet/auto-top-up", RULE | fields))


def rule(admin: Member) -> Json:
    [found] = admin.wallet()["autoTopUp"]
    return dict(found)


def balance(admin: Member) -> int:
    """Minor units."""
    [wallet] = admin.wallet()["wallets"]
    return int(wallet["balance"])


def run(world: Cloud, admin: Member) -> None:
    """The task, as if the hour between two top-ups had passed."""
    world.table.change(row(world, admin), not_before=0)
    world.command("billing.auto_top_up", admin.organization_id, currency="USD")
    world.queues.drained("ProvisioningQueue")


def row(world: Cloud, admin: Member) -> Row:
    return world.table.rule(admin.organization_id, "USD")


def test_the_use_that_empties_a_wallet_fills_it_up_once(world: Cloud, admin: Member, backend: Backend) -> None:
    with world.listening() as bus:
        world.subscribe(admin)
        answered(backend.adjust("gift", 1_000))
        assert set_rule(admin) == RULE | {"enabled": True, "spentThisMonth": 0, "failures": 0, "pending": False}
        backend.used(calls("all", 10_000))

        backend.used(calls("low", 300))

        until(lambda: balance(admin), lambda found: found == 2_400)
        told = ("charge.succeeded", "entitlement.exhausted", "payment_method.attached", "wallet.low")
        charged, _, _, *credits, low = bus.news(admin.organization_id, *told, "wallet.credited", "wallet.credited")

    assert (low["wallet"]["balanceMicros"], low["autoTopUp"]["threshold"], low["autoTopUp"]["enabled"]) == (
        4_000_000,
        500,
        True,
    )
    assert (charged["charge"]["purpose"], charged["charge"]["amount"]) == ("auto_top_up", 2_000)
    assert [each["ledgerEntry"]["kind"] for each in credits] == ["adjustment", "auto_top_up"]
    until(lambda: rule(admin), lambda found: found["pending"] is False)
    assert rule(admin) == RULE | {"enabled": True, "spentThisMonth": 2_000, "failures": 0, "pending": False}
    [invoice] = world.chargebee.invoices(admin.organization_id)
    assert (invoice["total"], invoice["status"]) == (2_000, "paid")
    run(world, admin)
    assert balance(admin) == 2_400


def test_a_wallet_that_is_low_when_the_rule_is_set_is_filled_at_once_and_then_not_for_an_hour(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.save_card(admin)
    set_rule(admin, threshold=0)
    until(lambda: admin.wallet()["wallets"], lambda found: [each["balance"] for each in found] == [2_000])
    until(lambda: rule(admin), lambda found: found["pending"] is False)
    answered(backend.adjust("spent", -2_000))

    for _ in range(2):
        world.command("billing.auto_top_up", admin.organization_id, currency="USD")
    world.queues.drained("ProvisioningQueue")

    assert balance(admin) == 0
    run(world, admin)
    assert balance(admin) == 2_000


def test_a_month_never_costs_more_than_its_cap(world: Cloud, admin: Member) -> None:
    world.save_card(admin)
    set_rule(admin, threshold=1_000_000)

    for _ in range(4):
        run(world, admin)

    assert balance(admin) == 4_000
    assert rule(admin)["spentThisMonth"] == 4_000
    assert len(world.chargebee.invoices(admin.organization_id)) == 2
    set_rule(admin, threshold=1_000_000, monthlyCap=6_000)
    run(world, admin)
    assert balance(admin) == 6_000


def test_a_card_that_is_declined_three_times_turns_the_rule_off(world: Cloud, admin: Member) -> None:
    world.save_card(admin, "declined")
    set_rule(admin)
    for _ in range(2):
        run(world, admin)
    tried = {"spentThisMonth": 0, "pending": False}
    assert rule(admin) == RULE | tried | {"enabled": True, "failures": 2}
    run(world, admin)

    assert rule(admin) == RULE | tried | {"enabled": False, "failures": 3}
    run(world, admin)
    assert rule(admin)["failures"] == 3
    assert admin.wallet()["wallets"] == []
    assert world.table.news(admin.organization_id) == ["charge.failed"] * 3 + ["payment_method.attached"]

    world.chargebee.set_card(admin.organization_id, "ok")
    assert set_rule(admin)["enabled"] is True
    run(world, admin)
    assert balance(admin) == 2_000
    assert rule(admin)["failures"] == 0


def test_a_card_that_asks_for_its_holder_is_a_failure_and_leaves_nothing_to_pay(world: Cloud, admin: Member) -> None:
    world.save_card(admin, "3ds")
    set_rule(admin)

    run(world, admin)

    assert rule(admin)["failures"] == 1
    assert [each["status"] for each in world.chargebee.invoices(admin.organization_id)] == ["voided"]
    assert admin.wallet()["wallets"] == []


def test_a_rule_that_is_off_does_nothing(world: Cloud, admin: Member) -> None:
    world.save_card(admin)

    assert set_rule(admin, enabled=False)["enabled"] is False

    run(world, admin)
    assert admin.wallet()["wallets"] == []


@pytest.mark.parametrize(
    "mistake",
    [{"monthlyCap": 1_999}, {"monthlyCap": None}, {"threshold": -1}, {"amount": 0}, {"enabled": 1}, {"cap": 5}],
    ids=str,
)
def test_a_rule_without_bounds_is_refused(world: Cloud, admin: Member, mistake: Json) -> None:
    refused(admin.put("/api/wallet/auto-top-up", RULE | mistake), 400, "invalid_request")
    assert admin.wallet()["autoTopUp"] == []
