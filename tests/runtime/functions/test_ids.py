"""Ids that no path could name afterwards are refused where they come in."""

from typing import Any

import pytest

from tests.deployment.metering import adjust, calls, hold, machine_call, release, settle, use
from tests.deployment.payments import CASHIER
from tests.deployment.world import HARMLESS, World

UNNAMEABLE = [".", "..", "a/b", "%2e", "a\\b", "\ud800"]


@pytest.mark.parametrize("name", UNNAMEABLE)
@pytest.mark.parametrize("kind", ["event", "hold", "adjustment", "charge"])
def test_an_id_that_no_path_could_name_is_refused_with_its_rule(world: World, kind: str, name: str) -> None:
    charge = {"key": name, "itemPriceId": "setup"}
    answer = {
        "event": lambda: use(world, calls(name)),
        "hold": lambda: hold(world, name, 1),
        "adjustment": lambda: adjust(world, name, 1),
        "charge": lambda: machine_call(world, "payments/charge", "POST /charges", charge, claims=CASHIER),
    }[kind]()
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "not dots alone" in answer.body["error"] or "not JSON" in answer.body["error"]
    assert world.untouched()


@pytest.mark.parametrize("name", UNNAMEABLE)
@pytest.mark.parametrize("kind", ["feature", "cost"])
def test_an_event_with_such_a_name_in_it_is_refused_by_itself(world: World, kind: str, name: str) -> None:
    cost = {"id": name, "vendor": "model", "currency": "USD", "amount": 1}
    event = {"feature": calls("e1", feature=name), "cost": calls("e1", costs=[cost])}[kind]
    answer = use(world, event)
    if answer.status == 400:
        assert "not JSON" in answer.body["error"]
    else:
        [refused] = answer.body["events"]
        assert (refused["result"], refused["code"]) == ("refused", "invalid_request")
        assert "not dots alone" in refused["error"]
    assert set(world.account.calls) <= HARMLESS


@pytest.mark.parametrize("name", [".", "..", "a/b", "%2e", "a b"])
def test_the_same_ids_in_a_path_are_refused_too(world: World, name: str) -> None:
    late: dict[str, Any] = {"costs": [{"id": "c1", "vendor": "model", "currency": "USD", "amount": 1}]}
    path = {"eventId": name}
    for answer in (
        settle(world, name, 1),
        release(world, name),
        machine_call(world, "metering/use", "GET /usage/{eventId}", path=path),
        machine_call(world, "metering/add_costs", "POST /usage/{eventId}/costs", late, path=path),
    ):
        assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()


@pytest.mark.parametrize("name", UNNAMEABLE)
def test_no_organization_is_called_what_no_path_could_name(world: World, name: str) -> None:
    answer = machine_call(world, "organizations/save", "PUT ", {"displayName": "Acme"}, path={"id": name})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert world.untouched()
