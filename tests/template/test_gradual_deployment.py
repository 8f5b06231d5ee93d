"""A new version is tried on some of the calls first, where the stage says so, and nothing calls past the alias."""

import json
import re
from typing import Any

import pytest

from local.operations.stages import Stage
from local.operations.stamping import stamped
from tests.deployment.template import ROOT, functions, resources, template
from tests.template.translated import translated

ALL_AT_ONCE = {"GradualDeployment": "false"}
GRADUALLY = {"GradualDeployment": "true"}
MOST_RESOURCES = 500
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""


AT_ONCE = {name for name, each in resources("AWS::Serverless::Function").items() if each.get("AutoPublishAlias") == ""}
"""What an operator or a support desk calls now and then: a canary would see no call of it, so it has no alias."""


def of_type(document: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in document["Resources"].items() if body["Type"] == kind}


@pytest.fixture(scope="module")
def gradual() -> dict[str, Any]:
    return translated(GRADUALLY)


def test_every_function_that_is_called_all_day_has_an_alias(gradual: dict[str, Any]) -> None:
    aliases = of_type(gradual, "AWS::Lambda::Alias").values()
    named = [alias["Properties"]["FunctionName"]["Ref"] for alias in aliases]
    assert sorted(named) == sorted(of_type(gradual, "AWS::Lambda::Function").keys() - AT_ONCE)


def test_routes_queues_streams_and_schedules_call_the_alias_of_what_has_one(gradual: dict[str, Any]) -> None:
    mappings = of_type(gradual, "AWS::Lambda::EventSourceMapping").values()
    schedules = of_type(gradual, "AWS::Scheduler::Schedule").values()
    called = {
        *(mapping["Properties"]["FunctionName"]["Ref"] for mapping in mappings),
        *(schedule["Properties"]["Target"]["Arn"]["Ref"] for schedule in schedules),
        *re.findall(r"functions/\$\{([^}]+)\}/invocations", json.dumps(gradual["Resources"]["Api"])),
        *re.findall(r'"Function": {"Ref": "([^"]+)"}', json.dumps(gradual["Resources"]["CookieApi"])),
    }
    assert called == of_type(gradual, "AWS::Lambda::Alias").keys() | {f"{name}.Arn" for name in AT_ONCE}


def test_a_version_is_taken_back_by_alarms_that_no_backlog_keeps_sounding(gradual: dict[str, Any]) -> None:
    """An alarm that sounds before a deployment fails it. One on dead letters would so refuse the version that is to
    mend their cause."""
    groups = of_type(gradual, "AWS::CodeDeploy::DeploymentGroup").values()
    assert len(groups) == len(of_type(gradual, "AWS::Lambda::Alias"))
    for group in groups:
        alarms = [alarm["Name"]["Ref"] for alarm in group["Properties"]["AlarmConfiguration"]["Alarms"]]
        assert alarms
        assert {gradual["Resources"][name]["Properties"]["Namespace"] for name in alarms} <= {"Billing", "AWS/Lambda"}
        assert group["Properties"]["AutoRollbackConfiguration"]["Enabled"] is True


def test_what_users_and_vendors_call_all_day_is_tried_on_some_of_them_first() -> None:
    assert len(AT_ONCE) < len(functions()) / 3
    for name in ("ChargebeeWebhook", "SubscriptionCreate", "Access", "UsageRecord"):
        assert name not in AT_ONCE


def test_a_changed_layer_is_a_new_version_of_every_function_and_the_same_build_is_none() -> None:
    """The code is in the layers: an alias that stood still would go on with the former ones."""
    assert all(layer["PublishLambdaVersion"] for layer in resources("AWS::Serverless::LayerVersion").values())
    first, again = (of_type(translated(ALL_AT_ONCE), "AWS::Lambda::Version").keys() for _ in range(2))
    assert first == again
    changed = of_type(translated(ALL_AT_ONCE, BillingLayer="new"), "AWS::Lambda::Version").keys()
    assert not first & changed
    assert len(first) == len(changed)


def test_another_value_of_a_parameter_is_a_new_version_of_every_function_and_the_same_is_none() -> None:
    """SAM sees the `!Ref` and not the value: what calls an alias would go on with the former one."""
    source = (ROOT / "template.yaml").read_text()

    def versions(parameters: dict[str, str], template: str = source) -> set[str]:
        marked = stamped(template, Stage("dev", "billing", "us-east-1", parameters))
        return set(of_type(translated(parameters, marked), "AWS::Lambda::Version"))

    usual = versions({"PastDueGraceDays": "7"})
    assert versions({"PastDueGraceDays": "7"}) == usual
    assert not versions({"PastDueGraceDays": "14"}) & usual
    assert not versions({"PastDueGraceDays": "7"}, source.replace("Default: billing\n", "Default: other\n")) & usual


def test_where_no_stage_asks_for_it_nothing_waits_for_codedeploy() -> None:
    document = translated({})
    assert template()["Parameters"]["GradualDeployment"]["Default"] == "false"
    assert not of_type(document, "AWS::CodeDeploy::DeploymentGroup")
    assert not any("UpdatePolicy" in alias for alias in of_type(document, "AWS::Lambda::Alias").values())


def test_the_stack_keeps_within_what_cloudformation_takes(gradual: dict[str, Any]) -> None:
    assert len(gradual["Resources"]) <= MOST_RESOURCES * 0.85
    assert len(json.dumps(gradual)) <= 1_000_000 * 0.5
