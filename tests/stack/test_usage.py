"""What an organization uses: each event once for ever, and never more than its plan and its wallet give."""

from typing import Any

import pytest

from tests.stack.api import Member, answered, refused
from tests.stack.backend import Backend, calls
from tests.stack.world import Cloud, now

type Json = dict[str, Any]

DAY = 86_400

MISTAKES: tuple[Json, ...] = (
    {"occurredAt": float(now())},
    {"quantity": 0},
    {"quantity": True},
    {"quantity": "1"},
    {"id": "hold:h1"},
    {"organizationId": "org_2"},
    {"costs": [{"vendor": "v", "amount": 1, "amountMicros": 1, "currency": "USD"}]},
)
"""In the second event of two. `hold:` begins the ids of settlements."""


def test_a_batch_is_recorded_in_its_order_and_what_is_too_much_is_refused_with_the_balance(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    with world.listening() as bus:
        results = backend.used(calls("a", 60), calls("b", 60), calls("c", 40))

        [exhausted] = bus.news(admin.organization_id, "entitlement.exhausted")

    reset = admin.balance()["nextResetAt"]
    met = {"balance": 40, "limit": 100, "usage": 60, "held": 0, "unlimited": False, "nextResetAt": reset}
    assert results == [
        {"id": "a", "result": "recorded", "billed": {"fromAllowance": 60, "beyondAllowance": 0}},
        {"id": "b", "result": "refused", "code": "exhausted", "balance": met},
        {"id": "c", "result": "recorded", "billed": {"fromAllowance": 40, "beyondAllowance": 0}},
    ]
    assert exhausted["feature"] == "api-calls"
    assert exhausted["entitlement"] == {"balance": met | {"balance": 0, "usage": 100}}
    assert admin.left() == (0, 100)


def test_an_event_counts_once_and_its_id_stands_for_nothing_else(admin: Member, backend: Backend) -> None:
    event, second = calls("e1", 7, dimensions={"model": "small"}), calls("e2", 3)
    [first] = backend.used(event)

    assert backend.used(event, second) == [
        first | {"result": "replayed"},
        {"id": "e2", "result": "recorded", "billed": {"fromAllowance": 3, "beyondAllowance": 0}},
    ]
    others: tuple[Json, ...] = ({"quantity": 8}, {"occurredAt": event["occurredAt"] - 1}, {"dimensions": {}})
    for other in others:
        [conflicting, again] = backend.used(event | other, second)
        assert (conflicting["code"], again["result"]) == ("id_conflict", "replayed")
    assert admin.left() == (90, 100)


def test_a_hundred_events_are_one_batch_and_the_same_batch_again_is_nothing(admin: Member, backend: Backend) -> None:
    batch = [calls(f"e{number}") for number in range(100)]

    assert {each["result"] for each in backend.used(*batch)} == {"recorded"}
    assert [(each["id"], each["result"]) for each in backend.used(*batch)] == [
        (each["id"], "replayed") for each in batch
    ]
    assert [each["result"] for each in backend.used(batch[0], calls("e100"))] == ["replayed", "refused"]
    assert admin.left() == (0, 100)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[next(iter(each)) for each in MISTAKES])
def test_one_wrong_event_is_refused_by_itself(admin: Member, backend: Backend, mistake: Json) -> None:
    results = backend.used(calls("good"), calls("bad") | mistake, calls("better"))

    assert [each.get("code", each["result"]) for each in results] == ["recorded", "invalid_request", "recorded"]
    assert admin.left() == (98, 100)


@pytest.mark.parametrize(("days", "code"), [(-36, "too_old"), (1, "in_the_future")])
def test_an_event_of_another_time_is_refused_by_itself(admin: Member, backend: Backend, days: int, code: str) -> None:
    results = backend.used(calls("good"), calls("bad", occurredAt=now() + days * DAY))

    assert [each.get("code", each["result"]) for each in results] == ["recorded", code]
    assert admin.left() == (99, 100)


def test_an_event_without_an_id_to_answer_it_by_makes_no_batch(world: Cloud, stranger: Backend) -> None:
    refused(stranger.use(calls("good"), calls("")), 400, "invalid_request")

    world.untouched(stranger.organization_id)


def test_usage_of_an_organization_that_nobody_told_of_counts_once_it_is_created(
    world: Cloud, admin: Member, stranger: Backend
) -> None:
    event = calls("e1", 7)
    refused(stranger.use(event), 404, "unknown_organization")
    refused(stranger.hold("h1", 1), 404, "unknown_organization")
    refused(stranger.adjust("gift", 100), 404, "unknown_organization")
    world.untouched(stranger.organization_id)

    answered(stranger.save(displayName="Acme"))

    assert [each["result"] for each in stranger.used(event)] == ["recorded"]
    assert admin.left() == (93, 100)


def test_a_feature_that_no_plan_has_is_never_free(admin: Member, backend: Backend) -> None:
    [unknown] = backend.used(calls("bad", feature="nope"))
    assert (unknown["result"], unknown["code"]) == ("refused", "unknown_feature")
    refused(backend.estimate(1, feature="nope"), 422, "unknown_feature")
    refused(admin.get("/api/entitlements/nope"), 422, "unknown_feature")
    refused(backend.get("/usage/bad"), 404, "usage_not_found")


@pytest.mark.parametrize("number", [0, 101])
def test_a_batch_has_one_to_a_hundred_events(backend: Backend, number: int) -> None:
    refused(backend.use(*(calls(f"e{each}") for each in range(number))), 400, "invalid_request")


def test_what_happened_a_month_ago_counts_in_its_month_and_what_lies_a_moment_ahead_now(
    admin: Member, backend: Backend
) -> None:
    past, ahead = now() - 35 * DAY + 60, now() + 240

    results = backend.used(calls("old", 2, occurredAt=past), calls("ahead", 3, occurredAt=ahead))

    assert [each["result"] for each in results] == ["recorded", "recorded"]
    assert admin.left() == (97, 100)


def test_a_use_that_is_voided_gives_its_units_and_its_money_back_once(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    world.subscribe(admin)
    answered(backend.adjust("gift", 10))
    backend.used(calls("loop", 10_005))
    assert admin.wallet()["wallets"][0]["balance"] == 0

    for _ in range(2):
        answer = answered(backend.post("/usage/loop/void", {"key": "ticket", "reason": "A retry loop."}))
        assert (answer["quantity"], answer["counted"]) == (10_005, 0)

    assert admin.left() == (10_000, 10_000)
    wallet = admin.wallet()
    assert (wallet["wallets"][0]["balance"], wallet["ledger"][0]["id"]) == (10, "correction:ticket")

    some = {"key": "k2", "quantity": 1, "reason": "One call was meant."}
    assert answered(backend.post("/usage/loop/correct", some))["counted"] == 1
    assert admin.left() == (9_999, 10_000)
    refused(backend.post("/usage/loop/correct", {"key": "k3", "quantity": 10_006, "reason": "?"}), 402, "exhausted")


def test_a_refused_id_is_used_after_a_top_up(world: Cloud, admin: Member, backend: Backend) -> None:
    late = calls("late", 5)
    with world.listening() as bus:
        world.subscribe(admin)
        backend.used(calls("all", 10_000))
        assert [each["code"] for each in backend.used(late)] == ["exhausted"]
        assert answered(backend.estimate(5))["allowed"] is False

        answered(backend.adjust("gift", 10))

        billed = {"fromAllowance": 0, "beyondAllowance": 5} | paid(10)
        assert answered(backend.estimate(5))["estimate"] == billed
        assert backend.used(late) == [{"id": "late", "result": "recorded", "billed": billed}]
        told = ("entitlement.exhausted", "payment_method.attached", "wallet.credited", "wallet.low")
        news = bus.news(admin.organization_id, *told)

    credited, low = news[2:]
    wallet = admin.wallet()
    assert credited["wallet"] == {"currency": "USD", "balance": 10, "balanceMicros": 100_000, "heldMicros": 0}
    assert credited["ledgerEntry"] == wallet["ledger"][1]
    empty = {"currency": "USD", "balance": 0, "balanceMicros": 0, "heldMicros": 0}
    assert (low["wallet"], low["autoTopUp"]) == (empty, None)
    assert [{name: each[name] for name in empty} for each in wallet["wallets"]] == [empty]
    assert [(line["id"], line["amount"]) for line in wallet["ledger"]] == [("usage:late", -10), ("adjustment:gift", 10)]


def test_an_estimate_says_what_would_happen_and_records_nothing(world: Cloud, admin: Member, stranger: Backend) -> None:
    within = answered(stranger.estimate(100))
    assert (within["allowed"], within["estimate"]) == (True, {"fromAllowance": 100, "beyondAllowance": 0})
    beyond = answered(stranger.estimate(101))
    assert (beyond["allowed"], beyond["estimate"]) == (False, None)
    assert beyond["balance"] == within["balance"] == admin.balance()
    assert admin.left() == (100, 100)
    world.untouched(admin.organization_id)


def paid(cents: int) -> Json:
    """By the wallet, in dollars."""
    return {"amount": cents, "amountMicros": cents * 10_000, "currency": "USD", "paidBy": "wallet"}
