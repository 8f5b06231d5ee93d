"""The stack that listens to the bus keeps the newest word, and its template is one."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.launcher.translation import translate
from tests.local_stack import ROOT
from tests.reference.events import GOLDEN

HERE = ROOT / "examples" / "bus-consumer"
EVENT: dict[str, Any] = json.loads((HERE / "events" / "subscription_activated.json").read_text())

type Json = dict[str, Any]


def loaded(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "TABLE_NAME": "heard",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        [table] = translated()["Table"].values()
        boto3.client("dynamodb").create_table(
            TableName="heard",
            **{name: table[name] for name in ("AttributeDefinitions", "KeySchema", "BillingMode")},
        )
        yield loaded("bus_consumer", HERE / "src" / "app.py")


def translated() -> dict[str, dict[str, Json]]:
    """The resources of the template as CloudFormation gets them: properties by name, by the last word of the type."""
    found: dict[str, dict[str, Json]] = {}
    for name, body in translate(HERE / "template.yaml", ROOT / ".local" / "translations").template["Resources"].items():
        found.setdefault(body["Type"].rpartition("::")[2], {})[name] = body.get("Properties", {})
    return found


def told(version: int, *, allowed: bool, at: int = 100, number: int = 0) -> Json:
    event = deepcopy(EVENT)
    event["detail"] |= {"at": at, "key": f"org_1#{version:012d}#{number:03d}"}
    event["detail"]["subscription"]["access"] = {"allowed": allowed, "reason": "a reason"}
    return event


def row(consumer: ModuleType, subscription_id: str = "sub_1") -> Json:
    key = {"organizationId": "org_1", "subscriptionId": subscription_id}
    item: Json = consumer.table("heard").get_item(Key=key)["Item"]
    return item


def test_the_example_event_is_an_announcement_as_it_is_published_or_make_reference_was_forgotten() -> None:
    assert EVENT["detail"] == json.loads((GOLDEN / "subscription.activated.json").read_text())
    assert EVENT["detail-type"] == EVENT["detail"]["transition"]


def test_an_announcement_is_kept(consumer: ModuleType) -> None:
    for _ in range(2):
        consumer.handler(EVENT, None)
    assert row(consumer)["allowed"] is True
    assert row(consumer)["reason"] == "active"


@pytest.mark.parametrize("late", [told(9, allowed=True), told(8, allowed=True, number=2)])
def test_one_that_comes_late_changes_nothing(consumer: ModuleType, late: Json) -> None:
    consumer.handler(told(9, allowed=False, number=1), None)
    consumer.handler(late, None)
    assert row(consumer)["allowed"] is False
    consumer.handler(told(10, allowed=True), None)
    assert row(consumer)["allowed"] is True


def test_the_newest_word_counts_whatever_the_clocks_of_two_say(consumer: ModuleType) -> None:
    """What was read is dated by this system, what a webhook told by Chargebee."""
    consumer.handler(told(8, allowed=True, at=102), None)
    consumer.handler(told(9, allowed=False, at=101), None)
    assert row(consumer)["allowed"] is False


def test_the_end_of_one_subscription_leaves_what_another_gives(consumer: ModuleType) -> None:
    consumer.handler(told(8, allowed=True), None)
    former = told(9, allowed=False)
    former["detail"]["subscription"]["id"] = "sub_0"
    consumer.handler(former, None)
    assert [row(consumer, each)["allowed"] for each in ("sub_0", "sub_1")] == [False, True]


def test_the_listener_s_table_is_that_of_the_template() -> None:
    [table] = translated()["Table"].values()
    key = loaded("bus_listener", HERE / "listen.py").KEY
    assert {each["AttributeName"]: each["KeyType"] for each in table["KeySchema"]} == key


def test_the_rule_lets_subscriptions_through_and_what_fails_is_kept() -> None:
    [rule] = translated()["Rule"].values()
    assert rule["EventPattern"] == loaded("bus_listener", HERE / "listen.py").PATTERN
    assert rule["EventBusName"] == {"Ref": "BusName"}
    [target] = rule["Targets"]
    kept = {"Fn::GetAtt": ["NotDelivered", "Arn"]}
    assert target["DeadLetterConfig"] == {"Arn": kept}
    [invoking] = translated()["EventInvokeConfig"].values()
    assert invoking["DestinationConfig"]["OnFailure"]["Destination"] == kept
    [policy] = translated()["QueuePolicy"].values()
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::GetAtt"][0] in translated()["Rule"]


def test_the_function_may_change_its_rows_and_tell_of_failures_and_nothing_else() -> None:
    [role] = translated()["Role"].values()
    allowed = {
        action
        for each in role["Policies"]
        for one in each["PolicyDocument"]["Statement"]
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert allowed == {"dynamodb:UpdateItem", "sqs:SendMessage"}
