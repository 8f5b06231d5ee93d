"""What the functions logged, in CloudWatch Logs in memory."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.launcher.aws import AwsClient
from local.operations.failure import OperationFailed
from local.operations.log_lines import about_organization, at_least, mentioning
from local.operations.showing import follow, show, trace
from local.operations.target import Target
from tests.deployment.template import STACK_NAME

NOW = int(time.time()) - 600
"""CloudWatch takes nothing that is much older, or of the future."""
SHARED = f"/aws/lambda/{STACK_NAME}"
API = f"/aws/vendedlogs/{STACK_NAME}/api"


class Written:
    """A stack's log groups, and what was written into them."""

    def __init__(self, logs: AwsClient) -> None:
        self.logs = logs
        self.target = Target("a stack in memory", {"LogGroup": SHARED, "ApiLogGroup": API}, lambda service: logs)
        for group in (SHARED, API):
            logs.create_log_group(logGroupName=group)

    def write(self, group: str, stream: str, after: float, text: str) -> None:
        if not self.logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=stream)["logStreams"]:
            self.logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = {"timestamp": int((NOW + after) * 1_000), "message": text}
        self.logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])

    def line(self, function: str, after: float, message: str, **fields: Any) -> None:
        """On AWS, where all functions share a group and a stream's name tells whose it is."""
        stream = f"2026/09/21/{STACK_NAME}-{function}-Ab12Cd34Ef56[$LATEST]{function}"
        told = {"level": "INFO", "message": message, "service": "x"}
        self.write(SHARED, stream, after, json.dumps(told | fields))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield Written(boto3.client("logs", region_name="us-east-1"))


def messages(shown: str) -> list[str]:
    return [line.split()[3] for line in shown.splitlines()]


def shown(written: Written, *wanted: Any) -> list[str]:
    return messages(show(written.target, wanted, NOW - 3_600))


def test_lines_of_all_functions_stand_in_order_of_time_with_function_level_and_ids(written: Written) -> None:
    written.line("RunHooks", 2, "hook_called", organization_id="org_1")
    written.line("ApplyBillingEvent", 1, "applied", outcome="stale")
    told = show(written.target, [], NOW - 60).splitlines()
    assert [line.partition(" ")[2] for line in told] == [
        "INFO    ApplyBillingEvent  applied  outcome=stale",
        "INFO    RunHooks  hook_called  organization_id=org_1",
    ]
    assert told[0].startswith(datetime.fromtimestamp(NOW + 1, UTC).strftime("%H:%M:%S.000 "))


def test_what_is_older_than_since_is_left_out(written: Written) -> None:
    written.line("Plans", -120, "old")
    written.line("Plans", -10, "new")
    assert messages(show(written.target, [], NOW - 60)) == ["new"]


def test_lines_can_be_those_of_one_organization_which_its_customer_may_name(written: Written) -> None:
    written.line("Plans", 1, "own", organization_id="org_1")
    written.line("Plans", 2, "as_customer", customer_id="org_1")
    written.line("Plans", 3, "of_another", organization_id="org_11")
    assert shown(written, about_organization("org_1")) == ["own", "as_customer"]


def test_lines_can_be_those_of_a_level_and_above(written: Written) -> None:
    for after, level in enumerate(("DEBUG", "INFO", "WARNING", "ERROR")):
        written.line("Plans", after, level.lower(), level=level)
    assert shown(written, at_least("WARNING")) == ["warning", "error"]


def test_lines_can_be_those_that_name_an_id(written: Written) -> None:
    written.line("Plans", 1, "named", request_id="r1")
    written.line("Plans", 2, "other", request_id="r11")
    assert shown(written, mentioning("r1")) == ["named"]


def test_the_platforms_lines_and_metrics_are_left_out_and_a_crash_is_not(written: Written) -> None:
    stream = f"2026/09/21/{STACK_NAME}-Plans-Ab12Cd34Ef56[$LATEST]x"
    for after, text in enumerate(
        (
            "START RequestId: x",
            json.dumps({"type": "platform.report", "record": {}}),
            json.dumps({"_aws": {}, "internal_error": [1.0]}),
            "Runtime.ImportModuleError: no module",
        )
    ):
        written.write(SHARED, stream, after, text)
    assert show(written.target, [], NOW - 60).count("\n") == 0
    assert "Runtime.ImportModuleError: no module" in show(written.target, [], NOW - 60)


def test_a_traceback_stands_below_its_line(written: Written) -> None:
    written.line("Plans", 1, "unhandled_error", exception="Traceback\n  x\nKeyError: 1")
    assert show(written.target, [], NOW - 60).splitlines()[1:] == ["Traceback", "  x", "KeyError: 1"]


def test_a_line_stands_at_its_own_time_whenever_it_was_kept(written: Written) -> None:
    at = datetime.fromtimestamp(NOW, UTC)
    written.line("RunHooks", 9, "second", timestamp=f"{at:%Y-%m-%d %H:%M:%S},250+0000")
    written.line("RelayOutbox", 9, "first", timestamp=f"{at:%Y-%m-%d %H:%M:%S},125+0000")
    assert messages(show(written.target, [], NOW - 60)) == ["first", "second"]


def test_a_line_names_its_function_also_where_its_stream_does_not(written: Written) -> None:
    line = {"level": "INFO", "message": "applied", "function": f"{STACK_NAME}-ApplyBillingEvent-Ab12Cd34Ef56"}
    written.write(SHARED, "2026/09/21/[$LATEST]x", 1, json.dumps(line))
    assert "ApplyBillingEvent  applied" in show(written.target, [], NOW - 60)


def test_nothing_is_said_to_be_nothing(written: Written) -> None:
    assert show(written.target, [], NOW - 60) == "Nothing was logged."


def test_whoever_follows_sees_each_line_once_as_it_comes(written: Written, capsys: pytest.CaptureFixture[str]) -> None:
    written.line("Plans", 1, "first")
    looks = iter(("second", "third"))

    def pause(seconds: float) -> None:
        if (message := next(looks, None)) is None:
            raise KeyboardInterrupt
        written.line("Plans", 2, message)

    assert follow(written.target, [], NOW - 60, pause) == "Stopped."
    assert messages(capsys.readouterr().out) == ["first", "second", "third"]


def test_the_way_of_an_event_leads_through_every_function_and_nowhere_else(written: Written) -> None:
    written.line("RunHooks", 1.5, "hook_called", request_id="r1", event_id="ev_1", hook="on_past_due")
    written.line("ChargebeeWebhook", 0, "webhook_accepted", request_id="r1", event_id="ev_1")
    written.line("ApplyBillingEvent", 0.25, "applied", request_id="r1", event_id="ev_1", outcome="applied")
    written.line("RelayOutbox", 1, "relayed", request_id="r1", event_id="ev_1", key="org_1#1#000")
    written.line("ApplyBillingEvent", 0.5, "applied", request_id="r2", event_id="ev_11")
    way = trace(written.target, "ev_1", NOW - 60).splitlines()
    assert [line.split()[0:2] for line in way] == [["+", "0.000"], ["+", "0.250"], ["+", "1.000"], ["+", "1.500"]]
    assert [line.split()[6] for line in way] == ["webhook_accepted", "applied", "relayed", "hook_called"]


def test_the_way_of_a_request_begins_in_the_apis_log(written: Written) -> None:
    written.line("SubscriptionCancel", 1, "done", request_id="r1=", route="POST /api/subscription/cancel")
    written.write(API, "api", 0, json.dumps({"requestId": "r1=", "route": "POST /api/subscription/cancel"}))
    first, second = trace(written.target, "r1=", NOW - 60).splitlines()
    assert "requestId=r1=" in first
    assert "SubscriptionCancel  done" in second


def test_an_id_that_nothing_names_is_said_to_be_unknown(written: Written) -> None:
    written.line("Plans", 1, "something", request_id="r1")
    with pytest.raises(OperationFailed, match="names r2"):
        trace(written.target, "r2", NOW - 60)
    with pytest.raises(OperationFailed, match="Give the ID"):
        trace(written.target, "", NOW - 60)
