"""The same feature at another price: what a use is like decides what the wallet pays for it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack.api import Member, answered, refused
from tests.stack.backend import Backend, calls
from tests.stack.plans import SCALE, sold
from tests.stack.world import Cloud

type Json = dict[str, Any]

RENDERS: Json = {
    "limit": 2,
    "reset": "term",
    "overage": "wallet",
    "prices": [{"micros": 50_000, "currency": "USD", "when": {"size": "hd"}}],
    "price": {"micros": 12_500, "currency": "USD"},
}
PLAN = SCALE | {"features": {"renders": RENDERS}}


@pytest.fixture(scope="module", autouse=True)
def by_size(world: Cloud) -> Iterator[None]:
    """A plan with renders: two a term, beyond them five cents for a large one and one and a quarter for any other."""
    with sold(world, PLAN, "Entitlement", "UsageEstimate", "UsageRecord", "HoldCreate", "HoldSettle"):
        yield


@pytest.fixture
def studio(world: Cloud, admin: Member) -> Member:
    """An admin of an organization that has the plan."""
    world.subscribe(admin, itemPriceId="scale", seats=1)
    return admin


def render(event_id: str, quantity: int, **dimensions: str) -> Json:
    return calls(event_id, quantity, feature="renders", dimensions=dimensions)


def paid(micros: int) -> Json:
    return {"amount": micros // 10_000, "amountMicros": micros, "currency": "USD", "paidBy": "wallet"}


def test_each_size_has_its_price_and_whatever_is_not_named_the_common_one(
    world: Cloud, studio: Member, backend: Backend
) -> None:
    answered(backend.adjust("gift", 100))
    term_end = studio.subscription()["periodEnd"]
    assert studio.balance("renders")["nextResetAt"] == term_end
    estimated = answered(backend.estimate(3, feature="renders", dimensions={"size": "hd", "model": "x"}))
    assert estimated["estimate"] == {"fromAllowance": 2, "beyondAllowance": 1} | paid(50_000)

    results = backend.used(render("e1", 3, size="hd", model="x"), render("e2", 1, size="sd"), render("e3", 1))

    assert [each["billed"] for each in results] == [
        {"fromAllowance": 2, "beyondAllowance": 1} | paid(50_000),
        {"fromAllowance": 0, "beyondAllowance": 1} | paid(12_500),
        {"fromAllowance": 0, "beyondAllowance": 1} | paid(12_500),
    ]
    assert answered(backend.get("/usage/e1"))["dimensions"] == {"size": "hd", "model": "x"}
    [wallet] = studio.wallet()["wallets"]
    assert (wallet["balance"], wallet["balanceMicros"]) == (92, 925_000)


def test_a_hold_is_settled_at_the_price_of_what_was_reserved(world: Cloud, studio: Member, backend: Backend) -> None:
    answered(backend.adjust("gift", 100))
    backend.used(render("allowance", 2))

    held = answered(backend.hold("h1", 10, feature="renders", dimensions={"size": "hd"}))

    assert held["dimensions"] == {"size": "hd"}
    assert held["reserved"] == {"fromAllowance": 0, "beyondAllowance": 10} | paid(500_000)
    refused(backend.hold("h1", 10, feature="renders", dimensions={"size": "sd"}), 409, "id_conflict")
    refused(backend.hold("h2", 11, feature="renders", dimensions={"size": "hd"}), 402, "exhausted")

    settled = answered(backend.settle("h1", 12))

    assert (settled["charged"], settled["shortfall"]) == (12, 0)
    assert [line["amountMicros"] for line in studio.wallet()["ledger"]] == [-600_000, 1_000_000]
    use = answered(backend.get("/usage/hold:h1"))
    assert (use["dimensions"], use["billed"]) == (
        {"size": "hd"},
        {"fromAllowance": 0, "beyondAllowance": 12} | paid(600_000),
    )
