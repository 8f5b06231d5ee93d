"""What the samples of metering do, at the time that they tell."""

from tests.deployment.lambda_runtime import http_answer
from tests.deployment.world import World
from tests.samples.expectation import Expectation, Invocation, answers, does_nothing, sent


def records(*results: str) -> Expectation:
    """What becomes of each use; told again, none is recorded a second time."""
    again = ["replayed" if each == "recorded" else each for each in results]

    def check(_: World, invoke: Invocation) -> None:
        for expected in (list(results), again):
            answer = http_answer(invoke())
            assert answer.status == 200, answer.text
            assert [each["result"] for each in answer.body["events"]] == expected

    return Expectation(check)


TOLD = 1_790_000_000
"""The time in the samples' `requestContext` (UTC seconds)."""

USE, HOLD, GIFT = (sent(f"metering/{name}") for name in ("record_usage.one", "hold.for_an_hour", "adjust_wallet.gift"))
ALERTS = sent("metering/save_alerts.four")
GRANT = sent("metering/save_grant.more_units")
INVALID = answers(400, code="invalid_request")
FORBIDDEN = answers(403, code="forbidden")
EXHAUSTED = answers(402, code="exhausted")
NO_SUCH_HOLD = answers(404, code="hold_not_found")
NO_SUCH_GRANT = answers(404, code="grant_not_found")

SAMPLES: dict[str, Expectation] = {
    name: expectation.at(TOLD)
    for name, expectation in {
        "metering/entitlements.default_plan": answers(200, plan="free"),
        "metering/entitlements.without_an_organization": answers(403, code="organization_required"),
        "metering/entitlement.some_left": answers(200, allowed=True),
        "metering/entitlement.more_required_than_left": answers(200, allowed=False),
        "metering/entitlement.not_in_plan": answers(200, allowed=False, reason="not_in_plan"),
        "metering/entitlement.unknown_feature": answers(422, code="unknown_feature"),
        "metering/wallet.empty": answers(200, wallets=[]),
        "metering/wallet.ledger": answers(200, cursor=None).after(GIFT),
        "metering/wallet.another_organization": FORBIDDEN,
        "metering/record_usage.one": records("recorded"),
        "metering/record_usage.batch_with_costs": records("recorded", "recorded"),
        "metering/record_usage.same_id_for_another_use": records("refused").after(USE),
        "metering/record_usage.more_than_left": records("refused"),
        "metering/record_usage.unknown_feature": records("refused"),
        "metering/record_usage.from_the_future": records("refused"),
        "metering/record_usage.too_old": records("refused"),
        "metering/record_usage.one_of_nothing": records("recorded", "refused", "recorded"),
        "metering/record_usage.without_an_id": INVALID,
        "metering/record_usage.browser_session": FORBIDDEN,
        "metering/estimate.more_than_left": answers(200, allowed=False, estimate=None),
        "metering/use.recorded": answers(200, id="req_1", quantity=40).after(USE),
        "metering/use.never_recorded": answers(404, code="usage_not_found"),
        "metering/add_costs.late": answers(200, id="req_1").after(USE),
        "metering/add_costs.without_an_id": INVALID,
        "metering/void_use.mistake": answers(200, id="req_1", quantity=40, counted=0).after(USE),
        "metering/correct_use.fewer": answers(200, id="req_1", quantity=40, counted=4).after(USE),
        "metering/correct_use.more": answers(200, id="req_1", quantity=40, counted=41).after(USE),
        "metering/adjust_meter.fewer": answers(200, key="ticket_83", quantity=-15, by="ada", at=TOLD).after(USE),
        "metering/adjust_meter.more": answers(200, quantity=5, occurredAt=TOLD),
        "metering/adjust_meter.below_zero": answers(409, code="below_zero").after(USE),
        "metering/adjust_meter.without_who": INVALID,
        "metering/adjust_meter.without_the_scope": FORBIDDEN,
        "metering/hold.for_an_hour": answers(200, state="held", expiresAt=1_790_003_600),
        "metering/hold.more_than_left": EXHAUSTED,
        "metering/settle_hold.less_than_held": answers(200, state="settled", charged=45, shortfall=0).after(HOLD),
        "metering/settle_hold.more_than_there_is": answers(200, state="settled", charged=100, shortfall=30).after(HOLD),
        "metering/settle_hold.never_held": NO_SUCH_HOLD,
        "metering/release_hold.unused": answers(200, state="released").after(HOLD),
        "metering/release_hold.never_held": NO_SUCH_HOLD,
        "metering/margin.one_day": answers(200, **{"from": "2026-09-21", "to": "2026-09-21"}).after(
            sent("metering/record_usage.batch_with_costs")
        ),
        "metering/usage_history.two_days": answers(200, features=[]),
        "metering/usage_history.without_days": INVALID,
        "metering/margin.without_days": INVALID,
        "metering/adjust_wallet.gift": answers(200, amount=500),
        "metering/adjust_wallet.that_expires": answers(200, amount=2000),
        "metering/adjust_wallet.more_than_there_is": EXHAUSTED.after(GIFT),
        "metering/adjust_wallet.without_the_scope": FORBIDDEN,
        "metering/expire_hold.never_made": does_nothing(),
        "metering/spending_cap.fifty_a_month": answers(200, amount=5000, spentThisMonth=0),
        "metering/spending_cap.none": answers(200, amount=None),
        "metering/spending_cap.below_nothing": INVALID,
        "metering/alerts.set": answers(200, thresholds={"api-calls": [50, 80, 90, 100]}).after(ALERTS),
        "metering/alerts.none": answers(200, thresholds={}),
        "metering/save_alerts.four": answers(200, thresholds={"api-calls": [50, 80, 90, 100]}),
        "metering/save_alerts.beyond_the_limit": INVALID,
        "metering/save_alerts.unknown_feature": answers(422, code="unknown_feature"),
        "metering/save_grant.more_units": answers(200, units=500, version=1, at=TOLD),
        "metering/save_grant.raised_limit": answers(200, limit=5000, startsAt=TOLD, endsAt=None),
        "metering/save_grant.feature": answers(200, feature="sso", units=None, limit=None),
        "metering/save_grant.units_of_a_switch": INVALID,
        "metering/save_grant.unknown_feature": answers(422, code="unknown_feature"),
        "metering/save_grant.without_a_reason": INVALID,
        "metering/save_grant.without_the_scope": FORBIDDEN,
        "metering/read_grant.versions": answers(200).after(GRANT),
        "metering/read_grant.never_given": NO_SUCH_GRANT,
        "metering/list_grants.one": answers(200).after(GRANT),
        "metering/list_grants.none": answers(200, grants=[]),
        "metering/own_grants.one": answers(200).after(GRANT),
        "metering/own_grants.none": answers(200, grants=[]),
        "metering/own_grants.another_organization": FORBIDDEN,
        "metering/delete_grant.with_who_and_why": answers(200, deleted=True, version=2).after(GRANT),
        "metering/delete_grant.without_who_and_why": INVALID,
        "metering/delete_grant.never_given": NO_SUCH_GRANT,
    }.items()
}
