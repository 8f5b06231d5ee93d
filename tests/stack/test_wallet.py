"""Prepaid money: every posting once, never overdrawn by a debit, and a ledger that explains the balance."""

from itertools import pairwise
from typing import Any

import pytest

from tests.stack.api import Member, answered, refused
from tests.stack.backend import Backend, calls
from tests.stack.world import Cloud

type Json = dict[str, Any]


def balance(admin: Member) -> int | None:
    """Minor units of the only wallet; None without one."""
    wallets = admin.wallet()["wallets"]
    return wallets[0]["balance"] if wallets else None


def test_an_adjustment_counts_once_and_its_id_stands_for_no_other(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    assert admin.wallet() == {"wallets": [], "autoTopUp": [], "spendingCaps": [], "ledger": [], "cursor": None}
    with world.listening() as bus:
        line = answered(backend.adjust("a1", 500))
        assert answered(backend.adjust("a1", 500)) == line
        bus.news(admin.organization_id, "wallet.credited")

    assert line == {
        "id": "adjustment:a1",
        "kind": "adjustment",
        "at": line["at"],
        "reason": "a gift",
        "amount": 500,
        "amountMicros": 5_000_000,
        "currency": "USD",
        "balanceAfterMicros": 5_000_000,
    }
    refused(backend.adjust("a1", 501), 409, "id_conflict")
    refused(backend.adjust("a1", 500, currency="EUR"), 409, "id_conflict")
    paid = {"id": "paid", "kind": "paid", "remaining": 500, "remainingMicros": 5_000_000}
    lot = {**paid, "grantedMicros": None, "expiresAt": None, "source": None}
    money = {"currency": "USD", "balance": 500, "balanceMicros": 5_000_000, "heldMicros": 0}
    assert admin.wallet() == {
        "wallets": [{**money, "lots": [lot]}],
        "autoTopUp": [],
        "spendingCaps": [],
        "ledger": [line],
        "cursor": None,
    }
    assert world.table.news(admin.organization_id) == ["wallet.credited"]


def test_a_debit_takes_what_there_is_and_its_refused_id_may_come_again(admin: Member, backend: Backend) -> None:
    refused(backend.adjust("d1", -1), 402, "exhausted")
    answered(backend.adjust("a1", 500))
    refused(backend.adjust("d1", -501), 402, "exhausted")
    assert answered(backend.adjust("d1", -500))["balanceAfterMicros"] == 0
    assert balance(admin) == 0


@pytest.mark.parametrize(
    "mistake",
    [{"amount": 1.5}, {"amount": True}, {"currency": "usd"}, {"reason": ""}, {"id": "a b"}, {"amountMicros": 1}],
    ids=str,
)
def test_an_adjustment_that_is_not_exactly_right_is_refused(admin: Member, backend: Backend, mistake: Json) -> None:
    body = {"id": "a1", "amount": 5, "currency": "USD", "reason": "a gift"}
    refused(backend.post("/wallet/adjustments", body | mistake), 400, "invalid_request")
    assert balance(admin) is None


def test_each_currency_has_a_wallet_and_a_ledger_of_its_own(admin: Member, backend: Backend) -> None:
    answered(backend.adjust("a1", 500))
    answered(backend.adjust("a2", 700, currency="EUR"))
    answered(backend.adjust("a3", 300, currency="JPY"))

    found = admin.wallet()

    assert {each["currency"]: (each["balance"], each["balanceMicros"]) for each in found["wallets"]} == {
        "USD": (500, 5_000_000),
        "EUR": (700, 7_000_000),
        "JPY": (300, 300_000_000),
    }
    euros = answered(admin.get("/api/wallet", currency="EUR"))
    assert [line["id"] for line in euros["ledger"]] == ["adjustment:a2"]
    assert answered(admin.get("/api/wallet", currency="CHF"))["ledger"] == []


def test_a_long_ledger_comes_in_pages_newest_first_and_every_line_proves_the_sum(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    """Two cents a call beyond the allowance."""
    world.subscribe(admin)
    answered(backend.adjust("gift", 200))
    backend.used(calls("all", 10_000), *(calls(f"e{number}") for number in range(60)))

    first = admin.wallet()
    second = answered(admin.get("/api/wallet", currency="USD", cursor=first["cursor"]))

    lines = [*first["ledger"], *second["ledger"]]
    assert (len(first["ledger"]), second["cursor"]) == (50, None)
    assert [line["id"] for line in lines] == [
        *(f"usage:e{number}" for number in reversed(range(60))),
        "adjustment:gift",
    ]
    for newer, older in pairwise(lines):
        assert newer["balanceAfterMicros"] == older["balanceAfterMicros"] + newer["amountMicros"]
    assert lines[0]["balanceAfterMicros"] == first["wallets"][0]["balanceMicros"] == 800_000
    refused(admin.get("/api/wallet", currency="USD", cursor="sub_1"), 400, "invalid_request")
