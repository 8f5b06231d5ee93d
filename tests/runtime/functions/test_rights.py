"""A function may do in AWS what its policy says; every call of every test here is held against it."""

import pytest

from billing.app.routes import ROUTES
from tests.deployment import rights
from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.rights import Use, allowed, listed, logical_id
from tests.deployment.subscriptions import apply
from tests.deployment.template import functions, role, statements
from tests.deployment.unused_rights import UNSEEN, unused
from tests.deployment.world import World
from tests.subscriptions.examples import TERM_END, customer_json, event_json, subscription_json

GATE = "subscriptions/access"


@pytest.mark.parametrize("left_out", range(len(statements(GATE))))
def test_without_any_one_of_its_rights_the_gate_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, left_out: int
) -> None:
    content = {"subscription": subscription_json(), "customer": customer_json()}
    apply(world, event_json("subscription_created", "ev_1") | {"content": content})
    world.freeze(TERM_END + 3_600)
    kept = [each for place, each in enumerate(statements(GATE)) if place != left_out]
    monkeypatch.setattr(rights, "statements", lambda function: kept)
    with pytest.raises(AssertionError, match="IAM would refuse it"):
        world.call(GATE, http_event("GET /api/access", claims=ADMIN, query="itemPriceId=growth"))


@pytest.mark.parametrize("action", ["dynamodb:PutItem", "dynamodb:BatchGetItem"])
def test_the_teams_hooks_reach_no_row_but_the_marks_that_they_ran(action: str) -> None:
    assert allowed("announcements/run_hook", Use(action, "Table", "EVENT#hook"))
    for partition in ("ORG", "OUTBOX", "BUDGET", "EVENT#chargebee", "EVENT#scalekit", "EVENT", "PLAN"):
        assert not allowed("announcements/run_hook", Use(action, "Table", partition))


def test_what_only_counts_calls_may_change_no_billing() -> None:
    checkouts = {"subscriptions/create", "organizations/billing"}
    for route in ROUTES:
        if route.function.startswith(("subscriptions/", "payments/")) and route.function not in checkouts:
            assert not allowed(route.function, Use("dynamodb:UpdateItem", "Table", "ORG")), route


def test_only_what_records_uses_or_claims_a_checkout_changes_a_row_in_part() -> None:
    """Everything else writes rows whole, under the version that it read."""
    some_row = [each for each in functions() if allowed(each, Use("dynamodb:UpdateItem", "Table", "ORG"))]
    assert set(some_row) <= {
        "app/reconcile",
        "metering/adjust_meter",
        "metering/correct_use",
        "metering/record_usage",
        "metering/settle_hold",
        "metering/void_use",
        "organizations/billing",
        "subscriptions/create",
    }


@pytest.mark.parametrize("partition", ["PLAN", "EVENT#chargebee", "CUSTOMER", "SUBSCRIPTION", "CHARGE", "BUDGET"])
def test_metering_writes_nothing_but_what_it_keeps(partition: str) -> None:
    for function in (each for each in functions() if each.startswith("metering/")):
        counted = partition == "BUDGET" and function in ("metering/entitlement", "metering/entitlements")
        for action in ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"):
            assert counted or not allowed(function, Use(action, "Table", partition)), function


def test_a_right_that_no_call_needed_is_told_and_one_that_a_call_needed_is_not() -> None:
    told = unused({("plans/list", Use("dynamodb:Query", "Table", "PLAN"))})
    assert "ReadRole dynamodb:Query Table" not in told
    assert "GateRole sqs:SendMessage ProvisioningQueue" in told
    elsewhere = Use("dynamodb:UpdateItem", "Table", "ORG")
    assert "GateRole dynamodb:UpdateItem Table" in unused({("subscriptions/list", elsewhere)})


def test_only_rights_that_there_are_are_expected_not_to_be_seen() -> None:
    given = {
        (role(properties), action, logical_id(resource))
        for function, properties in functions().items()
        for statement in statements(function)
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    }
    assert UNSEEN.keys() <= given
