"""What an alarm watches is written by the failure that it is about, with the stack's name for its dimension."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from billing.app.outcome_log import log_applied
from billing.core.chargebee_errors import ChargebeeRejectedKey
from billing.runtime.queues import consumer
from billing.subscriptions.domain.decision import Alert
from billing.subscriptions.domain.transaction import Outcome
from billing.subscriptions.services.apply_event import AppliedSnapshot
from tests.app.functions.scalekit import Scalekit
from tests.deployment.gateway import ADMIN, MEMBER, failed, http_event, sqs_event
from tests.deployment.lambda_runtime import Answer, forget_warm_state
from tests.deployment.subscriptions import create, deliver_everything, subscribed
from tests.deployment.template import STACK_NAME
from tests.deployment.world import World
from tests.subscriptions.examples import organization_event_json

PORTAL = "POST /api/subscription/portal"
WEBHOOK = "POST /api/webhooks/chargebee"
RECONCILE = {"task": "reconcile", "window": 432_000}
REVOKED = {"api_error_code": "api_authentication_failed", "message": "Sorry, authentication failed."}


class Metrics:
    """What was written since the last look, by name."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd
        capfd.readouterr()

    def __call__(self) -> dict[str, list[float]]:
        lines = [json.loads(line) for line in self._capfd.readouterr().out.splitlines() if line.startswith("{")]
        found: dict[str, list[float]] = {}
        for line in lines:
            for declared in line.get("_aws", {}).get("CloudWatchMetrics", ()):
                assert (declared["Namespace"], line["service"]) == ("Billing", STACK_NAME)
                for metric in declared["Metrics"]:
                    found[metric["Name"]] = found.get(metric["Name"], []) + line[metric["Name"]]
        return found


@pytest.fixture
def metrics(world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Metrics:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", STACK_NAME)
    return Metrics(capfd)


def revoked(world: World) -> None:
    world.chargebee.fail("/", status=401, body=REVOKED)


def portal(world: World, claims: Mapping[str, Any] = ADMIN) -> Answer:
    return world.call("subscriptions/portal", http_event(PORTAL, claims=claims, body={}))


def test_a_defect_of_ours_is_counted_and_a_refusal_is_not(world: World, metrics: Metrics) -> None:
    assert portal(world, MEMBER).status == 403
    assert "internal_error" not in metrics()
    world.values["Table"] = "no-such-table"
    forget_warm_state()
    assert portal(world).code == "internal_error"
    assert metrics()["internal_error"] == [1.0]


def test_a_key_that_chargebee_refuses_is_counted_where_a_route_met_it(world: World, metrics: Metrics) -> None:
    subscribed(world)
    metrics()
    revoked(world)
    assert portal(world).code == "chargebee_authentication_failed"
    assert metrics()["chargebee_refused_our_key"] == [1.0]


def test_a_key_that_chargebee_refuses_is_counted_where_a_queue_met_it(world: World, metrics: Metrics) -> None:
    revoked(world)
    assert failed(world.invoke("organizations/provision", sqs_event(organization_event_json()))) == ["message-1"]
    assert metrics()["chargebee_refused_our_key"] == [1.0]


def test_a_key_that_chargebee_refuses_is_counted_where_the_schedule_met_it(
    world: World, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("billing.app.wiring.scalekit", Scalekit)
    revoked(world)
    with pytest.raises(ChargebeeRejectedKey):
        world.invoke("app/reconcile", RECONCILE)
    assert metrics()["chargebee_refused_our_key"]


def test_what_the_site_lacks_is_counted_and_named_and_what_a_buyer_did_wrong_is_not(
    world: World, metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    gone = {"api_error_code": "resource_not_found", "param": "subscription_items[item_price_id][0]", "message": "No."}
    world.chargebee.fail("/hosted_pages", status=404, body=gone)
    assert create(world).status == 409
    assert metrics()["chargebee_not_set_up"] == [1.0]
    [line] = [each for each in caplog.records if each.message == "chargebee_not_set_up"]
    assert "subscription_items[item_price_id][0]" in line.__dict__["reason"]
    world.chargebee.recover()
    declined = {"api_error_code": "param_wrong_value", "param": "billing_address[country]", "message": "No."}
    world.chargebee.fail("/hosted_pages", status=400, body=declined)
    assert create(world).status == 409
    assert "chargebee_not_set_up" not in metrics()


def test_a_webhook_whose_secret_is_not_set_is_counted(world: World, metrics: Metrics) -> None:
    world.keep_secret("ChargebeeWebhookSecret", current_username="", current_password="")
    assert world.call("chargebee/webhook", http_event(WEBHOOK, body={})).code == "not_configured"
    assert metrics()["webhook_refused_500"] == [1.0]


def test_what_waits_for_chargebees_limit_is_counted(world: World, metrics: Metrics) -> None:
    world.chargebee.fail("/", status=429, retry_after=30)
    assert failed(world.invoke("organizations/provision", sqs_event(organization_event_json()))) == []
    assert metrics()["rate_limited"] == [1.0]


def test_what_slow_messages_leave_no_time_for_is_counted(metrics: Metrics) -> None:
    class Context:
        left = 60_000

        def get_remaining_time_in_millis(self) -> int:
            return self.left

    def slow(body: Mapping[str, Any]) -> None:
        Context.left = 29_000

    assert failed(consumer(slow, lambda body, seconds: None)(sqs_event({"id": 1}, {"id": 2}), Context())) == []
    assert metrics()["not_begun"] == [1.0]


def test_organizations_that_no_webhook_brought_are_counted(
    world: World, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = Scalekit()
    lists.known = [organization_event_json(id=f"org_{number}")["data"] for number in (1, 2)]
    monkeypatch.setattr("billing.app.wiring.scalekit", lambda: lists)
    world.values["ProvisionExisting"] = "true"
    world.invoke("app/reconcile", RECONCILE)
    assert metrics()["missing_organizations"] == [2.0]


@pytest.mark.parametrize(("answer", "counted"), [("charged_first", [1.0]), ("refused_first", None)])
def test_a_card_that_a_second_page_charged_in_vain_is_counted_once(
    world: World, metrics: Metrics, answer: str, counted: list[float] | None
) -> None:
    world.chargebee.assume(duplicate_at_page=answer)
    first, second = (create(world, {"itemPriceId": "starter", "seats": seats}).body["id"] for seats in (2, 3))
    world.chargebee.pay(first)
    deliver_everything(world)
    assert "excess_payment" not in metrics()
    world.chargebee.http.post(f"/_sim/hosted_pages/{second}/pay", json={"card": "ok"})
    deliver_everything(world)
    deliver_everything(world)
    assert metrics().get("excess_payment") == counted


@pytest.mark.parametrize("alert", Alert)
def test_what_an_operator_should_hear_of_a_snapshot_is_counted(metrics: Metrics, alert: Alert) -> None:
    log_applied(AppliedSnapshot(Outcome.APPLIED, (alert,), None), id="ev_1")
    assert metrics() == {str(alert): [1.0]}
