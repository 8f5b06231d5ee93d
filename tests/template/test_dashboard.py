"""What the console shows of a stack: the dashboard, the saved queries, and traces where they are asked for."""

import json
import re
from typing import Any

import pytest

from local.operations.log_lines import LEVELS
from tests.deployment.template import ROOT, functions, resources, template

QUERIES = resources("AWS::Logs::QueryDefinition")


def dashboard() -> dict[str, Any]:
    [board] = resources("AWS::CloudWatch::Dashboard").values()
    assert board["DashboardName"] == {"Ref": "AWS::StackName"}
    body: dict[str, Any] = json.loads(board["DashboardBody"]["Fn::Sub"])
    return body


def test_the_dashboard_is_json_and_names_only_what_is_there() -> None:
    named = re.findall(r"\$\{(\w+)[.}]", json.dumps(dashboard()))
    assert set(named) <= set(template()["Resources"])
    assert len(dashboard()["widgets"]) == 8


def test_the_dashboard_shows_every_queue_with_its_dead_letters() -> None:
    shown = set(re.findall(r"\$\{(\w+)\.QueueName\}", json.dumps(dashboard())))
    assert shown == set(resources("AWS::SQS::Queue"))


def test_every_saved_query_is_named_after_the_stack_and_reads_one_of_its_log_groups() -> None:
    assert len(QUERIES) == 4
    for name, query in QUERIES.items():
        assert query["Name"]["Fn::Sub"].startswith("${AWS::StackName}/"), name
        [group] = query["LogGroupNames"]
        assert group["Ref"] in resources("AWS::Logs::LogGroup")


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_asks_for_fields_that_are_written(name: str) -> None:
    folders = (ROOT / "layers" / "billing", ROOT / "functions")
    sources = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    access_log = resources("AWS::Serverless::HttpApi")["Api"]["AccessLogSettings"]["Format"]["Fn::Sub"]
    fields = set(re.findall(r"\b([a-z]+(?:_[a-z]+)+)\b(?! *\()", QUERIES[name]["QueryString"])) - {"count_distinct"}
    assert {field for field in fields if field not in sources + access_log} == set()


def test_the_levels_that_are_asked_for_are_those_that_are_written() -> None:
    asked = {level for query in QUERIES.values() for level in re.findall(r"'([A-Z]{4,})'", query["QueryString"])}
    assert asked <= set(LEVELS)


def test_requests_are_traced_only_where_that_is_asked_for() -> None:
    assert template()["Parameters"]["Tracing"]["Default"] == "off"
    asked = {"Fn::Equals": [{"Ref": "Tracing"}, "on"]}
    assert template()["Conditions"]["Traced"] == {"Fn::Or": [asked, {"Condition": "Signalled"}]}
    assert template()["Globals"]["Function"]["Tracing"] == {"Fn::If": ["Traced", "Active", "PassThrough"]}


def test_application_signals_needs_the_layer_that_somebody_names_and_is_off_without_it() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Application-Signals-Enable-LambdaMain.html"""
    assert template()["Parameters"]["ApplicationSignalsLayer"]["Default"] == ""
    unnamed = {"Fn::Equals": [{"Ref": "ApplicationSignalsLayer"}, ""]}
    assert template()["Conditions"]["Signalled"] == {"Fn::Not": [unnamed]}
    nothing, shared = {"Ref": "AWS::NoValue"}, template()["Globals"]["Function"]
    assert shared["Layers"][0] == {"Fn::If": ["Signalled", {"Ref": "ApplicationSignalsLayer"}, nothing]}
    wrapper = shared["Environment"]["Variables"]["AWS_LAMBDA_EXEC_WRAPPER"]
    assert wrapper == {"Fn::If": ["Signalled", "/opt/otel-instrument", nothing]}


def test_every_function_has_room_for_the_layer_of_application_signals() -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html: five at most."""
    assert max(len(function["Layers"]) for function in functions().values()) <= 4
