"""What becomes of a charge that Chargebee refuses before it looks at the card."""

from dataclasses import replace

import pytest

from billing.chargebee.payments import ONCE
from tests.deployment.payments import add_card
from tests.deployment.world import World
from tests.payments.functions.test_charge import CREATE, charge, charged, invoices


@pytest.mark.parametrize("told", ["absent", "present"])
def test_a_customer_that_another_request_holds_is_charged_in_moments(
    world: World, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.chargebee.payments.ONCE", replace(ONCE, sleep=lambda seconds: None))
    add_card(world)
    world.chargebee.assume(retry_after=told)
    world.chargebee.fail(CREATE, code="lock_timeout", count=2)
    assert charged(world)["state"] == "succeeded"
    assert len(invoices(world)) == 1


@pytest.mark.parametrize(
    ("code", "status", "answer"),
    [
        ("request_blocked", 502, "chargebee_request_blocked"),
        ("third_party_api_request_limit_exceeded", 503, "chargebee_third_party_limited"),
        ("api_request_limit_exceeded", 503, "chargebee_rate_limited"),
    ],
)
def test_a_charge_that_was_not_begun_can_be_made_again_at_once(
    world: World, code: str, status: int, answer: str
) -> None:
    add_card(world)
    world.chargebee.fail(CREATE, code=code)
    refused = charge(world)
    assert (refused.status, refused.code) == (status, answer)
    world.chargebee.recover()
    assert charged(world)["state"] == "succeeded"
    assert len(invoices(world)) == 1


@pytest.mark.parametrize("code", ["unable_to_process_request", "site_read_only_mode"])
def test_a_charge_whose_outcome_is_not_known_is_not_called_failed(world: World, code: str) -> None:
    """A key that was used before says that something was sent before."""
    add_card(world)
    world.chargebee.fail(CREATE, code=code)
    assert charged(world)["state"] == "unknown"
    assert world.chargebee.called().count(f"POST {CREATE}") == 1
