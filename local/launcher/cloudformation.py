"""What the emulator's CloudFormation leaves out, rewritten into what it does; each rule names the gap it closes."""

import copy
import os
from pathlib import Path
from typing import Any

from local.launcher.http_api import spell_out
from local.launcher.layout import WORKER
from local.launcher.translation import Translation

# JSON of any shape.
type Json = Any

# create_stack refuses these; none of them carries the application's behaviour.
UNSUPPORTED = {
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Events::Archive",
    "AWS::Events::EventBusPolicy",
    "AWS::Logs::QueryDefinition",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SecretsManager::RotationSchedule",
    "AWS::WAFv2::WebACLAssociation",
}


def rewrite(translation: Translation, environment: dict[str, str]) -> dict[str, Any]:
    """The template that this emulator deploys, with `environment` added to every function's own."""
    template = copy.deepcopy(translation.template)
    kept = {name: body for name, body in template["Resources"].items() if _is_supported(body)}
    for name, python_path in translation.python_path.items():
        _add_environment(kept[name], python_path, environment)
    secrets = {name for name, body in kept.items() if body["Type"] == "AWS::SecretsManager::Secret"}
    template["Resources"] = spell_out(_batch_rights(_secret_arns(kept, secrets)))
    for body in template["Resources"].values():
        if _is_stream_mapping(body):
            # The emulator counts a failed batch item as done; the launcher's pump delivers instead.
            body["Properties"]["Enabled"] = False
        if scaling := body.get("Properties", {}).get("ScalingConfig"):
            # The emulator keeps a parameter's number as text, over which its poller stumbles.
            scaling["MaximumConcurrency"] = _number(scaling["MaximumConcurrency"], template.get("Parameters", {}))
    return template


def _is_stream_mapping(body: dict[str, Any]) -> bool:
    """Only streams have a starting position; queues do not."""
    return body["Type"] == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in body["Properties"]


def _batch_rights(value: Json) -> Json:
    """On AWS whoever may send one message may send ten at once; the emulator wants another right for it.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    """
    if isinstance(value, list):
        return [_batch_rights(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Action") == "sqs:SendMessage":
        return {**value, "Action": ["sqs:SendMessage", "sqs:SendMessageBatch"]}
    return {key: _batch_rights(item) for key, item in value.items()}


def _number(value: Json, parameters: dict[str, Json]) -> int:
    """A number as it is written, or the default of the parameter that gives it."""
    return int(parameters[value["Ref"]]["Default"] if isinstance(value, dict) else value)


def _is_supported(body: dict[str, Any]) -> bool:
    metric_math = body["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in body["Properties"]
    return body["Type"] not in UNSUPPORTED and not metric_math


def _add_environment(function: dict[str, Any], path: tuple[Path, ...], shared: dict[str, str]) -> None:
    variables = function["Properties"].setdefault("Environment", {}).setdefault("Variables", {})
    variables.update(shared, PYTHONPATH=os.pathsep.join(str(entry) for entry in (WORKER, *path)))


def _secret_arns(value: Json, secrets: set[str]) -> Json:
    """`Ref` of a secret is its ARN on AWS and its name here, which no policy then matches."""
    if isinstance(value, list):
        return [_secret_arns(item, secrets) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get("Ref") in secrets:
        return {"Fn::GetAtt": [value["Ref"], "Id"]}
    return {key: _secret_arns(item, secrets) for key, item in value.items()}
