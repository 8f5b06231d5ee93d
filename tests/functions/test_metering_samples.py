"""The samples of metering, through the handlers that they are named after, at the time that they tell."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.functions.lambda_runtime import Answer
from tests.functions.template import ROOT
from tests.functions.world import World


@dataclass(frozen=True)
class Outcome:
    """The status, some fields of the body, and the samples that have to come before."""

    status: int
    fields: dict[str, Any]
    after: tuple[str, ...] = ()


def answers(status: int, *after: str, **fields: Any) -> Outcome:
    return Outcome(status, fields, after)


REFUSED = answers(400, code="invalid_request")
USE, HOLD, GIFT = "usage_record.one", "hold_create.for_an_hour", "wallet_adjustment.gift"

SAMPLES: dict[str, Outcome] = {
    "entitlements.default_plan": answers(200, plan="free"),
    "entitlements.without_an_organization": answers(403, code="organization_required"),
    "entitlement.some_left": answers(200, allowed=True),
    "entitlement.more_required_than_left": answers(200, allowed=False),
    "entitlement.not_in_plan": answers(200, allowed=False, reason="not_in_plan"),
    "entitlement.unknown_feature": answers(422, code="unknown_feature"),
    "wallet.empty": answers(200, wallets=[]),
    "wallet.ledger": answers(200, GIFT, cursor=None),
    "wallet.another_organization": answers(403, code="forbidden"),
    "usage_record.one": answers(200),
    "usage_record.batch_with_costs": answers(200),
    "usage_record.same_id_for_another_use": answers(409, USE, code="id_conflict"),
    "usage_record.more_than_left": answers(200),
    "usage_record.unknown_feature": answers(422, code="unknown_feature"),
    "usage_record.from_the_future": REFUSED,
    "usage_record.too_old": REFUSED,
    "usage_record.browser_session": answers(403, code="forbidden"),
    "usage_estimate.more_than_left": answers(200, allowed=False, estimate=None),
    "usage_event.recorded": answers(200, USE, id="req_1", quantity=40),
    "usage_event.never_recorded": answers(404, code="usage_not_found"),
    "usage_costs.late": answers(200, USE, id="req_1"),
    "usage_costs.without_an_id": REFUSED,
    "hold_create.for_an_hour": answers(200, state="held", expiresAt=1_790_003_600),
    "hold_create.more_than_left": answers(402, code="exhausted"),
    "hold_settle.less_than_held": answers(200, HOLD, state="settled", charged=45, shortfall=0),
    "hold_settle.more_than_there_is": answers(200, HOLD, state="settled", charged=100, shortfall=30),
    "hold_settle.never_held": answers(404, code="hold_not_found"),
    "hold_release.unused": answers(200, HOLD, state="released"),
    "hold_release.never_held": answers(404, code="hold_not_found"),
    "margin.one_day": answers(200, "usage_record.batch_with_costs", **{"from": "2026-09-21", "to": "2026-09-21"}),
    "margin.without_days": REFUSED,
    "wallet_adjustment.gift": answers(200, amount=500),
    "wallet_adjustment.more_than_there_is": answers(402, GIFT, code="exhausted"),
    "wallet_adjustment.without_the_scope": answers(403, code="forbidden"),
}


def invoke(world: World, name: str) -> Answer:
    event = json.loads((ROOT / "events" / f"{name}.json").read_text())
    world.freeze(event["requestContext"]["timeEpoch"] // 1_000)
    return world.call(name.partition(".")[0], event)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_of_metering_does_what_its_name_says(world: World, name: str) -> None:
    expected = SAMPLES[name]
    for before in expected.after:
        assert invoke(world, before).status == 200
    answer = invoke(world, name)
    assert answer.status == expected.status, answer.text
    assert {field: answer.body[field] for field in expected.fields} == expected.fields


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("usage_record.one", ["recorded"]),
        ("usage_record.batch_with_costs", ["recorded", "recorded"]),
        ("usage_record.more_than_left", ["refused"]),
    ],
)
def test_a_sample_of_uses_is_told_what_became_of_each_and_the_same_again(
    world: World, name: str, results: list[str]
) -> None:
    again = ["replayed" if each == "recorded" else each for each in results]
    for expected in (results, again):
        assert [each["result"] for each in invoke(world, name).body["events"]] == expected
