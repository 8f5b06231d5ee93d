"""What uses cost and earned: known with the use or later, never across currencies."""

from typing import Any

from tests.stack.api import Member, answered, refused
from tests.stack.backend import Backend, calls
from tests.stack.world import Cloud

type Json = dict[str, Any]


def test_a_use_says_what_it_was_billed_and_what_it_cost(backend: Backend) -> None:
    event = calls("e1", 2, costs=[{"id": "k1", "vendor": "openai", "amountMicros": 1_500, "currency": "USD"}])
    backend.used(event, calls("e2"))
    early = {"id": "k1", "vendor": "openai", "amount": 0, "amountMicros": 1_500, "currency": "USD"}
    late = {"id": "k2", "vendor": "aws", "amount": 3, "amountMicros": 30_000, "currency": "USD"}
    sent = [{"id": "k2", "vendor": "aws", "amount": 3, "currency": "USD"}]

    for _ in range(2):
        answered(backend.post("/usage/e1/costs", {"costs": sent}))

    found = answered(backend.get("/usage/e1"))
    assert found == {
        "id": "e1",
        "feature": "api-calls",
        "quantity": 2,
        "counted": 2,
        "occurredAt": event["occurredAt"],
        "recordedAt": found["recordedAt"],
        "dimensions": {},
        "plan": "free",
        "subscriptionId": None,
        "billed": {"fromAllowance": 2, "beyondAllowance": 0},
        "costs": [early, late],
    }
    assert backend.used(event)[0]["result"] == "replayed"
    other = {"costs": [sent[0] | {"amount": 4}]}
    refused(backend.post("/usage/e1/costs", other), 409, "id_conflict")
    refused(backend.post("/usage/nobody/costs", {"costs": sent}), 404, "usage_not_found")
    refused(
        backend.post("/usage/e2/costs", {"costs": [{"vendor": "aws", "amount": 3, "currency": "USD"}]}),
        400,
        "invalid_request",
    )
    assert margin(backend) == {
        "feature": "api-calls",
        "quantity": 3,
        "events": 2,
        "costCoverage": 0.5,
        "currencies": [
            {
                "currency": "USD",
                "revenueMicros": 0,
                "costMicros": 31_500,
                "marginMicros": -31_500,
                "margin": -4,
            }
        ],
    }


def test_the_margin_is_what_was_earned_less_what_it_cost(world: Cloud, admin: Member, backend: Backend) -> None:
    world.subscribe(admin)
    answered(backend.adjust("gift", 100))
    cost = {"id": "k", "vendor": "openai", "amountMicros": 5_000, "currency": "USD"}
    euros = {"id": "k", "vendor": "ovh", "amount": 2, "currency": "EUR"}

    backend.used(calls("all", 10_000), calls("paid", 3, costs=[cost]), calls("more", 1, costs=[euros]))

    assert margin(backend)["currencies"] == [
        {"currency": "EUR", "revenueMicros": 0, "costMicros": 20_000, "marginMicros": -20_000, "margin": -2},
        {"currency": "USD", "revenueMicros": 80_000, "costMicros": 5_000, "marginMicros": 75_000, "margin": 7},
    ]
    refused(backend.get("/margin"), 400, "invalid_request")
    refused(backend.get("/margin", **{"from": "2026-02-30", "to": "2026-03-01"}), 400, "invalid_request")
    refused(backend.get("/margin", **{"from": "2026-03-02", "to": "2026-03-01"}), 400, "invalid_request")


def margin(backend: Backend) -> Json:
    """Of the only feature, over all that was ever used."""
    report = answered(backend.get("/margin", **{"from": "2020-01-01", "to": "2099-12-31"}))
    [feature] = report["features"]
    found: Json = feature
    return found
