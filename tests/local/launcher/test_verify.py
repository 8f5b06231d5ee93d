"""The launcher's check of a deployment: green on a live one, and red for each thing that is not."""

from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.launcher import verify
from local.launcher.deployment import Deployment
from local.launcher.http_api import ROUTE
from local.launcher.problem import StackProblem
from local.launcher.pump import Pump
from tests.local.launcher.conftest import SmallApp


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "PROBE_SECONDS", 2)


def check(app: SmallApp, deployment: Deployment | None = None, pumps: list[Pump] | None = None) -> None:
    verify.verify(app.aws, deployment or app.deployment, app.origin, app.pumps if pumps is None else pumps)


def with_route(app: SmallApp, key: str, **properties: Any) -> Deployment:
    route = {"Type": ROUTE, "Properties": {"RouteKey": key, **properties}}
    return replace(app.deployment, resources={**app.deployment.resources, "Extra": route})


def test_a_live_deployment_passes(small_app: SmallApp) -> None:
    check(small_app)


def test_a_declared_route_that_does_not_exist_is_named(small_app: SmallApp) -> None:
    with pytest.raises(StackProblem, match="GET /api/nothing answers 404"):
        check(small_app, with_route(small_app, "GET /api/nothing"))


def test_a_route_that_should_be_guarded_and_is_open_is_named(small_app: SmallApp) -> None:
    with pytest.raises(StackProblem, match="POST /api/open/probe answers 200"):
        check(small_app, with_route(small_app, "POST /api/open/{id}", AuthorizerId={"Ref": "Vendor"}))


def test_a_queue_that_nothing_reads_is_named(small_app: SmallApp) -> None:
    lambdas = small_app.aws.client("lambda")
    mapping = lambdas.list_event_source_mappings(EventSourceArn=queue_arn(small_app))["EventSourceMappings"][0]
    lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        with pytest.raises(StackProblem, match="nothing reads the queue"):
            check(small_app)
    finally:
        small_app.aws.client("sqs").purge_queue(QueueUrl=small_app.id("Queue"))
        lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def test_a_table_whose_rows_do_not_expire_is_named(small_app: SmallApp) -> None:
    setting = {"AttributeName": "expires_at", "Enabled": False}
    dynamodb, table = small_app.aws.client("dynamodb"), small_app.id("Table")
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=setting)
    try:
        with pytest.raises(StackProblem, match="Table: TTL is DISABLED"):
            check(small_app)
    finally:
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification={**setting, "Enabled": True})


def test_a_stream_that_is_not_read_is_named(small_app: SmallApp) -> None:
    idle = cast("Pump", SimpleNamespace(reading=Event(), mapping=small_app.pumps[0].mapping))
    with pytest.raises(StackProblem, match=r"the stream of .*Relay.* is not read"):
        check(small_app, pumps=[idle])


def queue_arn(app: SmallApp) -> str:
    wanted = {"QueueUrl": app.id("Queue"), "AttributeNames": ["QueueArn"]}
    return str(app.aws.client("sqs").get_queue_attributes(**wanted)["Attributes"]["QueueArn"])
