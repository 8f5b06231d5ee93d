"""How much of everything is taken at once, and that whoever deploys decides about it."""

from typing import Any

from tests.deployment.template import functions, mappings, resources, template

PAST_API = "CallWebhookPastApi"


def default(value: dict[str, str]) -> Any:
    return template()["Parameters"][value["Ref"]]["Default"]


def test_webhooks_are_let_in_far_faster_than_all_else() -> None:
    [api] = resources("AWS::Serverless::HttpApi").values()
    others = api["DefaultRouteSettings"]
    assert set(api["RouteSettings"]) == {"POST /api/webhooks/chargebee", "POST /api/webhooks/scalekit"}
    for limits in api["RouteSettings"].values():
        for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
            assert default(limits[name]) >= 10 * default(others[name])


def test_no_consumer_of_a_queue_takes_all_that_an_account_has() -> None:
    """A new account runs ten at once: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
    read = [(name, mapping) for name, mapping in mappings() if "ScalingConfig" in mapping]
    assert len(read) == len([queue for queue in resources("AWS::SQS::Queue").values() if "RedrivePolicy" in queue])
    for name, mapping in read:
        concurrency = mapping["ScalingConfig"]["MaximumConcurrency"]
        assert 2 <= (default(concurrency) if isinstance(concurrency, dict) else concurrency) <= 10, name


def test_nothing_is_reserved_unless_it_is_asked_for() -> None:
    reserving = {
        name: function["ReservedConcurrentExecutions"]["Fn::If"]
        for name, function in functions().items()
        if "ReservedConcurrentExecutions" in function
    }
    assert {name: condition for name, (condition, *_) in reserving.items()} == {
        "app/reconcile": "ReserveReconcile",
        "chargebee/webhook": "ReserveWebhooks",
    }
    assert all(otherwise == {"Ref": "AWS::NoValue"} for *_, otherwise in reserving.values())
    parameters = template()["Parameters"]
    assert (parameters["WebhookReserve"]["Default"], parameters["ReservedConcurrency"]["Default"]) == (0, "false")


def test_a_webhook_is_called_past_the_api_only_where_that_cannot_take_the_executions_of_others() -> None:
    """A function's own URL knows no rate: https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html"""
    past = {name: each for name, each in template()["Resources"].items() if each.get("Condition") == PAST_API}
    asked = {"Fn::Equals": [{"Ref": "WebhookFunctionUrl"}, "true"]}
    assert template()["Conditions"][PAST_API] == {"Fn::And": [{"Condition": "ReserveWebhooks"}, asked]}
    assert template()["Parameters"]["WebhookFunctionUrl"]["Default"] == "false"
    assert set(resources("AWS::Lambda::Url")) | set(resources("AWS::Lambda::Permission")) == set(past)
    called = [
        each["Properties"].get("TargetFunctionArn") or each["Properties"]["FunctionName"] for each in past.values()
    ]
    assert called == 3 * [{"Ref": "ChargebeeWebhook.Alias"}]
