"""The samples of metering, through the handlers that they are named after, at the time that they tell."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.deployment.lambda_runtime import Answer
from tests.deployment.template import ROOT
from tests.deployment.world import World


@dataclass(frozen=True)
class Outcome:
    """The status, some fields of the body, and the samples that have to come before."""

    status: int
    fields: dict[str, Any]
    after: tuple[str, ...] = ()


def answers(status: int, *after: str, **fields: Any) -> Outcome:
    return Outcome(status, fields, after)


REFUSED = answers(400, code="invalid_request")
USE, HOLD, GIFT = "metering/record_usage.one", "metering/hold.for_an_hour", "metering/adjust_wallet.gift"

SAMPLES: dict[str, Outcome] = {
    "metering/entitlements.default_plan": answers(200, plan="free"),
    "metering/entitlements.without_an_organization": answers(403, code="organization_required"),
    "metering/entitlement.some_left": answers(200, allowed=True),
    "metering/entitlement.more_required_than_left": answers(200, allowed=False),
    "metering/entitlement.not_in_plan": answers(200, allowed=False, reason="not_in_plan"),
    "metering/entitlement.unknown_feature": answers(422, code="unknown_feature"),
    "metering/wallet.empty": answers(200, wallets=[]),
    "metering/wallet.ledger": answers(200, GIFT, cursor=None),
    "metering/wallet.another_organization": answers(403, code="forbidden"),
    "metering/record_usage.one": answers(200),
    "metering/record_usage.batch_with_costs": answers(200),
    "metering/record_usage.same_id_for_another_use": answers(409, USE, code="id_conflict"),
    "metering/record_usage.more_than_left": answers(200),
    "metering/record_usage.unknown_feature": answers(422, code="unknown_feature"),
    "metering/record_usage.from_the_future": REFUSED,
    "metering/record_usage.too_old": REFUSED,
    "metering/record_usage.browser_session": answers(403, code="forbidden"),
    "metering/estimate.more_than_left": answers(200, allowed=False, estimate=None),
    "metering/use.recorded": answers(200, USE, id="req_1", quantity=40),
    "metering/use.never_recorded": answers(404, code="usage_not_found"),
    "metering/add_costs.late": answers(200, USE, id="req_1"),
    "metering/add_costs.without_an_id": REFUSED,
    "metering/hold.for_an_hour": answers(200, state="held", expiresAt=1_790_003_600),
    "metering/hold.more_than_left": answers(402, code="exhausted"),
    "metering/settle_hold.less_than_held": answers(200, HOLD, state="settled", charged=45, shortfall=0),
    "metering/settle_hold.more_than_there_is": answers(200, HOLD, state="settled", charged=100, shortfall=30),
    "metering/settle_hold.never_held": answers(404, code="hold_not_found"),
    "metering/release_hold.unused": answers(200, HOLD, state="released"),
    "metering/release_hold.never_held": answers(404, code="hold_not_found"),
    "metering/margin.one_day": answers(
        200, "metering/record_usage.batch_with_costs", **{"from": "2026-09-21", "to": "2026-09-21"}
    ),
    "metering/margin.without_days": REFUSED,
    "metering/adjust_wallet.gift": answers(200, amount=500),
    "metering/adjust_wallet.more_than_there_is": answers(402, GIFT, code="exhausted"),
    "metering/adjust_wallet.without_the_scope": answers(403, code="forbidden"),
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
        ("metering/record_usage.one", ["recorded"]),
        ("metering/record_usage.batch_with_costs", ["recorded", "recorded"]),
        ("metering/record_usage.more_than_left", ["refused"]),
    ],
)
def test_a_sample_of_uses_is_told_what_became_of_each_and_the_same_again(
    world: World, name: str, results: list[str]
) -> None:
    again = ["replayed" if each == "recorded" else each for each in results]
    for expected in (results, again):
        assert [each["result"] for each in invoke(world, name).body["events"]] == expected
