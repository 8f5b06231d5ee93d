"""Checks that what was deployed is live: this emulator reports complete what it has left out."""

import http.client
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from local.launcher.aws import Aws, AwsClient
from local.launcher.deployment import Deployment
from local.launcher.http_api import ROUTE
from local.launcher.problem import StackProblem
from local.launcher.pump import Pump

PROBE_SECONDS = 10
TABLE = "AWS::DynamoDB::Table"


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    guarded: bool


def verify(aws: Aws, deployment: Deployment, app: str, pumps: list[Pump]) -> None:
    """Every route, table setting, stream and queue mapping answers a probe, or one problem names them all."""
    checks: list[Callable[[], str | None]] = [
        *(partial(_check_route, app, route) for route in routes(deployment)),
        *(partial(_check_table, aws, deployment, name) for name in deployment.of_type(TABLE)),
        *(partial(_check_pump, pump) for pump in pumps),
        *(partial(_check_queue_mapping, aws, mapping) for mapping in _queue_mappings(aws)),
        partial(_check_mapping_count, aws, deployment, pumps),
    ]
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = [answer.result() for answer in [pool.submit(check) for check in checks]]
    if problems := [problem for problem in found if problem]:
        raise StackProblem("Deployed, but not live:\n" + "\n".join(f"  {problem}" for problem in problems))


def routes(deployment: Deployment) -> list[Route]:
    """Those of the API that is always there; a path's parameters are filled in."""
    declared = [
        body["Properties"]
        for body in deployment.resources.values()
        if body["Type"] == ROUTE and "Condition" not in body
    ]
    keys = [(properties["RouteKey"].partition(" "), "AuthorizerId" in properties) for properties in declared]
    return [
        Route("GET" if method == "ANY" else method, re.sub(r"\{[^}]+\}", "probe", path), guarded)
        for (method, space, path), guarded in keys
        if space
    ]


def _check_route(app: str, route: Route) -> str | None:
    """Without credentials: the authorizer of a guarded route answers 401, the handler of another what it likes."""
    status, body = _request(app, route)
    gateway_has_none = status == HTTPStatus.NOT_FOUND and body == {"message": "Not Found"}
    crashed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    unguarded = route.guarded and status != HTTPStatus.UNAUTHORIZED
    if gateway_has_none or crashed or unguarded:
        return f"{route.method} {route.path} answers {status} {body}"
    return None


def _request(app: str, route: Route) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(str(urlsplit(app).netloc), timeout=30)
    try:
        connection.request(route.method, route.path)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        is_json = (answer.getheader("content-type") or "").startswith("application/json")
        return answer.status, json.loads(text) if is_json and text else text
    finally:
        connection.close()


def _check_table(aws: Aws, deployment: Deployment, name: str) -> str | None:
    dynamodb = aws.client("dynamodb")
    table = deployment.physical_ids[name]
    wanted = deployment.resources[name]["Properties"]
    if "TimeToLiveSpecification" in wanted:
        expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if expiry["TimeToLiveStatus"] != "ENABLED":
            return f"{name}: TTL is {expiry['TimeToLiveStatus']}"
    described = dynamodb.describe_table(TableName=table)["Table"]
    if "StreamSpecification" in wanted and not described.get("LatestStreamArn"):
        return f"{name}: no stream"
    return None


def _check_pump(pump: Pump) -> str | None:
    if pump.reading.wait(PROBE_SECONDS):
        return None
    return f"the stream of {pump.mapping.function.rsplit(':', 1)[-1]} is not read"


def _queue_mappings(aws: Aws) -> list[dict[str, Any]]:
    mappings = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [mapping for mapping in mappings if ":sqs:" in mapping["EventSourceArn"]]


def _check_mapping_count(aws: Aws, deployment: Deployment, pumps: list[Pump]) -> str | None:
    declared = len(deployment.of_type("AWS::Lambda::EventSourceMapping"))
    live = len(_queue_mappings(aws)) + len(pumps)
    return None if declared == live else f"{declared} event source mappings are declared and {live} exist"


def _check_queue_mapping(aws: Aws, mapping: dict[str, Any]) -> str | None:
    """A message that the mapping is told to filter out disappears: it polls, and no handler saw the probe."""
    queue = mapping["EventSourceArn"].rsplit(":", 1)[-1]
    lambdas, sqs = aws.client("lambda"), aws.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    refuse_all = {"Filters": [{"Pattern": json.dumps({"body": {"probe": ["refused"]}})}]}
    lambdas.update_event_source_mapping(UUID=mapping["UUID"], FilterCriteria=refuse_all)
    try:
        fifo = {"MessageGroupId": "probe", "MessageDeduplicationId": "probe"} if ".fifo" in queue else {}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"probe": "sent"}), **fifo)
        return None if _empties(sqs, url) else f"nothing reads the queue {queue}"
    finally:
        lambdas.update_event_source_mapping(
            UUID=mapping["UUID"], FilterCriteria=mapping.get("FilterCriteria", {"Filters": []})
        )


def _empties(sqs: AwsClient, url: str) -> bool:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    deadline = time.monotonic() + PROBE_SECONDS
    while time.monotonic() < deadline:
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if not any(int(counts[name]) for name in names):
            return True
        time.sleep(0.02)
    return False
