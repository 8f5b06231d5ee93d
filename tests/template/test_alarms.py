"""No outage without an alarm, and no alarm without something to do."""

import re
from typing import Any

import pytest

from billing.subscriptions.domain.transaction import MAX_DELAY
from tests.deployment.template import ROOT, functions, resources, statements, template

ALARMS = resources("AWS::CloudWatch::Alarm")
COMPOSITES = resources("AWS::CloudWatch::CompositeAlarm")
RUNBOOK = ROOT / "docs" / "how-to" / "operate" / "alarms.md"
LONGEST_DESCRIPTION = 1_024
API, COOKIE_API = (f"[{{'Name': 'ApiId', 'Value': {{'Ref': '{api}'}}}}]" for api in ("Api", "CookieApi"))
COMMAND = re.compile(r"`make [^`]+`")
OF_STREAMS = {"GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"}
SILENCE_IS_AN_OUTAGE = {"RelayStoppedAlarm", "UsageDueAgeAlarm", "ReconcileAgeAlarm", "ResumeTopUpsAlarm"}


def custom_metrics() -> set[str]:
    """Of our own namespace: in an alarm of one metric, or in a query over its parts."""
    single = {alarm["MetricName"] for alarm in ALARMS.values() if alarm.get("Namespace") == "Billing"}
    queries = [str(each.get("Expression")) for alarm in ALARMS.values() for each in alarm.get("Metrics", ())]
    return single | {found[1] for query in queries if (found := re.search(r"SELECT MAX\((\w+)\) FROM SCHEMA", query))}


def measured(namespace: str) -> set[tuple[str, str]]:
    """Each metric of AWS's with what it is measured of."""
    found = set()
    for alarm in ALARMS.values():
        metrics = [each["MetricStat"]["Metric"] for each in alarm.get("Metrics", ()) if "MetricStat" in each]
        for metric in [alarm, *metrics]:
            if metric.get("Namespace") == namespace:
                found.add((metric["MetricName"], str(metric.get("Dimensions", ""))))
    return found


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def sections() -> list[str]:
    return re.findall(r"^### (\w+)$", RUNBOOK.read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_is_heard_when_it_goes_on_and_when_it_is_over(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == ALARMS[name]["OKActions"] == [{"Ref": "Alarms"}]
    silence = "breaching" if name in SILENCE_IS_AN_OUTAGE else "notBreaching"
    assert ALARMS[name]["TreatMissingData"] == silence


def test_every_alarm_either_pages_or_informs() -> None:
    paging, informing = (
        re.findall(r'ALARM\("\$\{(\w+)\}"\)', str(COMPOSITES[name]["AlarmRule"]))
        for name in ("PageAlarm", "InformAlarm")
    )
    assert sorted(paging + informing) == sorted(ALARMS)
    text = RUNBOOK.read_text()
    now, within_a_day = text[text.index("## Now") :].split("## Within a day")
    assert sorted(re.findall(r"^### (\w+)$", now, re.MULTILINE)) == sorted(["PageAlarm", *paging])
    assert sorted(re.findall(r"^### (\w+)$", within_a_day, re.MULTILINE)) == sorted(["InformAlarm", *informing])


def test_what_pages_tells_a_topic_of_its_own() -> None:
    topics = {"PageAlarm": "Pages", "InformAlarm": "Alarms"}
    assert set(COMPOSITES) == set(topics)
    for name, topic in topics.items():
        assert COMPOSITES[name]["AlarmActions"] == COMPOSITES[name]["OKActions"] == [{"Ref": topic}]


@pytest.mark.parametrize("name", [*ALARMS, *COMPOSITES])
def test_an_alarm_says_what_happened_what_to_do_first_and_where_more_is_written(name: str) -> None:
    description = (ALARMS | COMPOSITES)[name]["AlarmDescription"]
    assert len(description) <= LONGEST_DESCRIPTION
    *told, where = re.split(r"(?<=[.?]) (?=See docs)", description)
    assert where == f"See docs/how-to/operate/alarms.md#{name.lower()}."
    assert len(re.findall(r"[.?:]( |$)", told[0])) >= 2, "what happened, and the first thing to do"


def test_every_alarm_has_its_section_and_every_section_its_alarm() -> None:
    assert sorted(sections()) == sorted([*ALARMS, *COMPOSITES])


@pytest.mark.parametrize("name", [*ALARMS, *COMPOSITES])
def test_an_alarm_and_its_section_begin_with_the_same_commands(name: str) -> None:
    described = (ALARMS | COMPOSITES)[name]["AlarmDescription"]
    section = " ".join(RUNBOOK.read_text().split(f"### {name}\n")[1].split("\n#")[0].split())
    assert [each for each in COMMAND.findall(described) if each not in section] == []


@pytest.mark.parametrize("name", [*ALARMS])
def test_a_section_says_the_first_thing_to_do(name: str) -> None:
    section = RUNBOOK.read_text().split(f"### {name}\n")[1].split("\n#")[0]
    assert "**First:**" in section


def test_what_a_section_tells_an_operator_to_run_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", RUNBOOK.read_text(), re.MULTILINE)) <= targets


def test_the_metrics_that_alarms_watch_are_written_somewhere() -> None:
    folders = (ROOT / "layers" / "billing", ROOT / "functions")
    sources = "".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))
    filters = {
        each["MetricName"]
        for metric_filter in resources("AWS::Logs::MetricFilter").values()
        for each in metric_filter["MetricTransformations"]
    }
    watched = custom_metrics() - filters
    assert watched == {name for name in watched if f'"{name}"' in sources or name.startswith("webhook_refused_")}


def test_what_the_gateway_does_not_let_pass_is_counted_from_its_log() -> None:
    [counted] = resources("AWS::Logs::MetricFilter").values()
    assert counted["LogGroupName"] == {"Ref": "ApiLog"}
    assert counted["FilterPattern"] == '{ $.status = "429" }'
    [transformation] = counted["MetricTransformations"]
    assert transformation["Dimensions"] == [{"Key": "service", "Value": "$.service"}]
    told: Any = resources("AWS::Serverless::HttpApi")["Api"]["AccessLogSettings"]["Format"]["Fn::Sub"]
    assert '"service":"${AWS::StackName}"' in told
    assert '"status":"$context.status"' in told


@pytest.mark.parametrize("queue", ["ProvisioningQueue", "ImportsQueue", "EventsQueue", "HoldsQueue", "HooksQueue"])
def test_no_queue_is_late_in_silence(queue: str) -> None:
    ages = [dimensions for name, dimensions in measured("AWS/SQS") if name == "ApproximateAgeOfOldestMessage"]
    assert any(f"{queue}.QueueName" in dimensions for dimensions in ages)


@pytest.mark.parametrize(
    "alarm", [name for name, each in ALARMS.items() if str(each.get("MetricName")).endswith("Message")]
)
def test_a_message_that_is_received_once_more_rings_nothing(alarm: str) -> None:
    """Its age goes on while it is hidden: a conflict or a crash that the next attempt mends wakes nobody up."""
    told = ALARMS[alarm]
    [dimension] = told["Dimensions"]
    queue = resources("AWS::SQS::Queue")[dimension["Value"]["Fn::GetAtt"].removesuffix(".QueueName")]
    patience = told["Threshold"] + (told["EvaluationPeriods"] - 1) * told["Period"]
    assert patience > queue["VisibilityTimeout"] * 7 / 6, "which is six times its consumer's time"


def test_a_timer_that_waits_its_time_rings_nothing_even_if_its_wait_is_counted() -> None:
    alarm = ALARMS["HoldsAgeAlarm"]
    assert alarm["Threshold"] >= MAX_DELAY + 600


def test_every_queue_with_a_consumer_is_among_those() -> None:
    consumed = {name for name, queue in resources("AWS::SQS::Queue").items() if "RedrivePolicy" in queue}
    assert consumed == {"ProvisioningQueue", "ImportsQueue", "EventsQueue", "HoldsQueue", "HooksQueue"}


def test_users_who_get_nothing_but_errors_raise_an_alarm() -> None:
    assert {("5xx", API), ("4xx", API), ("Count", API)} <= measured("AWS/ApiGateway")
    assert {("Throttles", ""), ("Errors", "")} <= measured("AWS/Lambda")
    assert {"SystemErrors", "ReadThrottleEvents", "WriteThrottleEvents"} <= {
        name for name, _ in measured("AWS/DynamoDB")
    }
    assert {"internal_error", "chargebee_refused_our_key"} <= custom_metrics()


def test_what_is_throttled_at_an_index_is_heard_of_too() -> None:
    """https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html: a table's name alone
    gives what was throttled at the table, and nothing of its indexes."""
    indexes = [each["IndexName"] for each in resources("AWS::DynamoDB::Table")["Table"]["GlobalSecondaryIndexes"]]
    table = {"Name": "TableName", "Value": {"Ref": "Table"}}
    of_indexes = [[table, {"Name": "GlobalSecondaryIndexName", "Value": each}] for each in indexes]
    for metric in ("ReadThrottleEvents", "WriteThrottleEvents"):
        assert {(metric, str(each)) for each in ([table], *of_indexes)} <= measured("AWS/DynamoDB")


def test_an_error_of_the_table_is_heard_of_whatever_was_asked() -> None:
    """A transaction is asked for with the rights to what is in it."""
    asked = {action for name in functions() for each in statements(name) for action in listed(each["Action"])}
    operations = {action.removeprefix("dynamodb:") for action in asked if action.startswith("dynamodb:")} - OF_STREAMS
    watched = {dimensions for metric, dimensions in measured("AWS/DynamoDB") if metric == "SystemErrors"}
    assert all(any(f"'{each}'" in told for told in watched) for each in (*operations, "TransactWriteItems"))


def test_a_schedule_that_runs_nothing_raises_an_alarm() -> None:
    """What does not run has no errors. Two of the three tell an age in every run."""
    told = {name: str(ALARMS[name].get("MetricName") or ALARMS[name]["Metrics"]) for name in SILENCE_IS_AN_OUTAGE}
    assert told["UsageDueAgeAlarm"] == "usage_due_age_seconds"
    assert "reconcile_age_seconds" in told["ReconcileAgeAlarm"]
    own = str([{"Name": "FunctionName", "Value": {"Ref": "ResumeTopUps"}}])
    assert {("Invocations", own), ("Errors", own)} <= measured("AWS/Lambda")
    assert ALARMS["ResumeTopUpsAlarm"]["ComparisonOperator"] == "LessThanThreshold"


def test_what_only_a_schedule_counts_is_counted_in_each_period_of_its_alarm() -> None:
    """A run comes some seconds sooner or later than a quarter of an hour after the one before."""
    alarm = ALARMS["OrganizationsWithoutCustomerAlarm"]
    [often, *_] = resources("AWS::Serverless::Function")["Reconcile"]["Events"].values()
    assert often["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
    assert alarm["EvaluationPeriods"] == 2
    assert alarm["Period"] >= 2 * 15 * 60


def test_a_reserved_execution_that_is_taken_pages_nobody() -> None:
    """Two schedules and an operator call Reconcile. Lambda calls again what was throttled, and counts every time:
    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html"""
    first, *measured_ = ALARMS["ThrottlesAlarm"]["Metrics"]
    assert first["Expression"] == "everybody - FILL(reconcile, 0)"
    metrics = {each["Id"]: each["MetricStat"]["Metric"] for each in measured_}
    own = {"Name": "FunctionName", "Value": {"Ref": "Reconcile"}}
    throttles = {"Namespace": "AWS/Lambda", "MetricName": "Throttles"}
    assert metrics == {"everybody": throttles, "reconcile": {**throttles, "Dimensions": [own]}}


def test_the_api_for_cookies_has_alarms_of_its_own_where_it_exists_and_only_there() -> None:
    own = {"PageAlarm": ["CookieApiErrorsAlarm"], "InformAlarm": ["CookieApiRefusedAlarm", "CookieApiLatencyAlarm"]}
    assert {("5xx", COOKIE_API), ("4xx", COOKIE_API), ("Count", COOKIE_API)} <= measured("AWS/ApiGateway")
    assert ("Duration", "[{'Name': 'FunctionName', 'Value': {'Ref': 'CookieAuthorizer'}}]") in measured("AWS/Lambda")
    conditional = {name for name in ALARMS if template()["Resources"][name].get("Condition") == "CookieSessions"}
    assert conditional == {*own["PageAlarm"], *own["InformAlarm"]}
    for composite, names in own.items():
        rule, variables = COMPOSITES[composite]["AlarmRule"]["Fn::Sub"]
        told = "".join(f' OR ALARM("${{{name}}}")' for name in names)
        assert variables == {"OfCookies": {"Fn::If": ["CookieSessions", {"Fn::Sub": told}, ""]}}
        assert rule.endswith("${OfCookies}")
        assert "Cookie" not in rule.removesuffix("${OfCookies}")


def test_the_slowest_of_each_class_of_routes_is_watched() -> None:
    watched = {dimensions for name, dimensions in measured("AWS/Lambda") if name == "Duration"}
    routed = [
        name
        for name, function in resources("AWS::Serverless::Function").items()
        if any(event["Type"] == "HttpApi" for event in function.get("Events", {}).values())
    ]
    assert len(watched) == 25
    assert all(any(f"'{name}'" in dimensions for name in (*routed, "CookieAuthorizer")) for dimensions in watched)


def test_an_alarm_over_several_metrics_takes_no_more_than_cloudwatch_does() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html: ten"""
    for name, alarm in ALARMS.items():
        assert len(alarm.get("Metrics", ())) <= 10, name
        returned = [each for each in alarm.get("Metrics", ()) if each.get("ReturnData") is not False]
        assert len(returned) <= 1, name


def test_every_function_logs_into_one_group_for_as_long_as_the_deployment_says() -> None:
    assert template()["Globals"]["Function"]["LoggingConfig"] == {
        "LogGroup": {"Ref": "FunctionLogs"},
        "LogFormat": "JSON",
        "ApplicationLogLevel": "DEBUG",
        "SystemLogLevel": "WARN",
    }
    assert not any("LoggingConfig" in function for function in resources("AWS::Serverless::Function").values())
    for name, group in resources("AWS::Logs::LogGroup").items():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
    assert functions()
