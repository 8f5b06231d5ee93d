"""Reserve before expensive work, settle with what it took; what nobody settles comes back by itself."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.stack.api import Member, answered, refused
from tests.stack.backend import Backend, calls
from tests.stack.waiting import until
from tests.stack.world import Cloud, now

type Json = dict[str, Any]

BUSY = frozenset({429, 502, 503, 504})


def taken(admin: Member) -> tuple[int, int, int]:
    """Units left, used and held."""
    found = admin.balance()
    return found["balance"], found["usage"], found["held"]


def money(found: Json) -> tuple[str, int, int, int]:
    """The only wallet's currency, balance in minor units and in micros, and the micros that are held."""
    [wallet] = found["wallets"]
    return wallet["currency"], wallet["balance"], wallet["balanceMicros"], wallet["heldMicros"]


def test_what_is_held_is_nobody_elses_and_what_is_not_needed_comes_back(admin: Member, backend: Backend) -> None:
    held = answered(backend.hold("h1", 70))

    assert held == {
        "id": "h1",
        "feature": "api-calls",
        "quantity": 70,
        "dimensions": {},
        "state": "held",
        "expiresAt": held["expiresAt"],
        "reserved": {"fromAllowance": 70, "beyondAllowance": 0},
        "charged": None,
        "shortfall": 0,
    }
    assert 3_500 < held["expiresAt"] - now() <= 3_600
    assert taken(admin) == (30, 0, 70)
    assert [each["code"] for each in backend.used(calls("e1", 31))] == ["exhausted"]
    refused(backend.hold("h2", 31), 402, "exhausted")

    settled = answered(backend.settle("h1", 20))

    assert settled == held | {"state": "settled", "charged": 20}
    assert taken(admin) == (80, 20, 0)
    use = answered(backend.get("/usage/hold:h1"))
    assert (use["quantity"], use["billed"]) == (20, {"fromAllowance": 20, "beyondAllowance": 0})


def test_what_took_more_is_charged_as_far_as_there_is_any(admin: Member, backend: Backend) -> None:
    answered(backend.hold("h1", 10))
    assert [answered(backend.settle("h1", 25))[name] for name in ("charged", "shortfall")] == [25, 0]
    assert taken(admin) == (75, 25, 0)

    answered(backend.hold("h2", 10))
    assert [answered(backend.settle("h2", 90))[name] for name in ("charged", "shortfall")] == [75, 15]
    assert taken(admin) == (0, 100, 0)


def test_a_hold_ends_once(admin: Member, backend: Backend) -> None:
    assert answered(backend.hold("h1", 10)) == answered(backend.hold("h1", 10))
    refused(backend.hold("h1", 11), 409, "id_conflict")
    assert answered(backend.settle("h1", 4)) == answered(backend.settle("h1", 4))
    refused(backend.settle("h1", 5), 409, "invalid_state")
    refused(backend.release("h1"), 409, "invalid_state")

    answered(backend.hold("h2", 10))
    assert answered(backend.release("h2")) == answered(backend.release("h2"))
    refused(backend.settle("h2", 1), 409, "invalid_state")

    answered(backend.hold("h3", 10))
    assert answered(backend.settle("h3", 0))["charged"] == 0
    assert taken(admin) == (96, 4, 0)
    for answer in (backend.settle("nobody", 1), backend.release("nobody")):
        refused(answer, 404, "hold_not_found")
    refused(backend.hold("h4", 1, feature="nope"), 422, "unknown_feature")
    refused(backend.hold("h4", 1, feature="sso"), 402, "plan_required")
    refused(backend.hold("h4", 1, seconds=7 * 86_400 + 1), 400, "invalid_request")


def test_of_settlements_and_releases_that_race_one_kind_wins(admin: Member, backend: Backend) -> None:
    def finish(place: int, hold_id: str) -> str:
        def ask() -> httpx.Response:
            return backend.settle(hold_id, 6) if place % 2 else backend.release(hold_id)

        answer = until(ask, lambda each: each.status_code not in BUSY)
        body = answer.json()
        return str(body["state"] if answer.status_code == 200 else body["code"])

    settled = 0
    for number in range(2):
        hold_id = f"h{number}"
        answered(backend.hold(hold_id, 10))
        with ThreadPoolExecutor(6) as pool:
            found = Counter(pool.map(finish, range(6), [hold_id] * 6))
        assert found in ({"settled": 3, "invalid_state": 3}, {"released": 3, "invalid_state": 3})
        settled += 6 * (found["settled"] > 0)

    assert taken(admin) == (100 - settled, settled, 0)


def test_a_short_hold_comes_back_by_itself(world: Cloud, admin: Member, backend: Backend) -> None:
    answered(backend.hold("kept", 5))
    answered(backend.hold("forgotten", 90, seconds=1))
    assert taken(admin) == (5, 0, 95)

    until(lambda: taken(admin), lambda found: found == (95, 0, 5))

    refused(backend.settle("forgotten", 1), 409, "invalid_state")
    assert answered(backend.release("forgotten"))["state"] == "released"
    assert answered(backend.settle("kept", 5))["charged"] == 5


def test_a_hold_that_was_settled_in_time_is_left_alone_by_its_timer(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    answered(backend.hold("h1", 10, seconds=1))
    answered(backend.settle("h1", 10))
    answered(backend.hold("h2", 20, seconds=1))

    until(lambda: taken(admin), lambda found: found == (90, 10, 0))

    assert answered(backend.settle("h1", 10))["state"] == "settled"


def test_beyond_the_allowance_the_wallets_money_is_held_too(world: Cloud, admin: Member, backend: Backend) -> None:
    world.subscribe(admin)
    answered(backend.adjust("gift", 100))
    backend.used(calls("all", 9_990))

    held = answered(backend.hold("h1", 40))

    assert held["reserved"] == {
        "fromAllowance": 10,
        "beyondAllowance": 30,
        "amount": 60,
        "amountMicros": 600_000,
        "currency": "USD",
        "paidBy": "wallet",
    }
    assert money(admin.wallet()) == ("USD", 40, 400_000, 600_000)
    refused(backend.adjust("debit", -41), 402, "exhausted")
    refused(backend.hold("h2", 21), 402, "exhausted")

    assert answered(backend.settle("h1", 15))["charged"] == 15

    wallet = admin.wallet()
    assert money(wallet) == ("USD", 90, 900_000, 0)
    assert [(line["id"], line["amount"]) for line in wallet["ledger"]] == [
        ("usage:hold:h1", -10),
        ("adjustment:gift", 100),
    ]
