"""The template, deployed through CloudFormation."""

import io
import json
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.launcher.aws import Aws, AwsClient
from local.launcher.problem import StackProblem
from local.launcher.sam import CODE_BUCKET, code_key

STACK_NAME = "organization-billing"
TEMPLATE_KEY = "template.json"
DEPLOY_SECONDS = 60


@dataclass(frozen=True)
class Deployment:
    """What is deployed: the resources as rewritten, the ids that they got, and the stack's outputs."""

    resources: dict[str, Any]
    physical_ids: dict[str, str]
    outputs: dict[str, str]

    def of_type(self, kind: str) -> dict[str, str]:
        """Logical id to physical id; a resource whose condition is false has none."""
        return {
            name: self.physical_ids[name]
            for name, body in self.resources.items()
            if body["Type"] == kind and name in self.physical_ids
        }


def deploy(aws: Aws, template: dict[str, Any], code: dict[str, Path], parameters: dict[str, str]) -> Deployment:
    """Create the stack; parameters that the template does not declare are left out."""
    _upload(aws.client("s3"), template, code)
    cloudformation = aws.client("cloudformation")
    _create(cloudformation, template, parameters)
    stack = _await_created(cloudformation)
    resources = cloudformation.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    deployment = Deployment(
        resources=template["Resources"],
        physical_ids={row["LogicalResourceId"]: row["PhysicalResourceId"] for row in resources},
        outputs={row["OutputKey"]: row["OutputValue"] for row in stack.get("Outputs", [])},
    )
    _apply_table_settings(aws.client("dynamodb"), deployment)
    return deployment


def fill_secrets(aws: Aws, deployment: Deployment, secrets: Mapping[str, Mapping[str, str]]) -> None:
    """Write the fields of secrets, which are given by their logical ids; those that the template lacks are left out."""
    made = deployment.of_type("AWS::SecretsManager::Secret")
    for name in secrets.keys() & made.keys():
        aws.client("secretsmanager").put_secret_value(SecretId=made[name], SecretString=json.dumps(secrets[name]))


def _create(cloudformation: AwsClient, template: dict[str, Any], parameters: dict[str, str]) -> None:
    declared = template.get("Parameters", {})
    try:
        cloudformation.create_stack(
            StackName=STACK_NAME,
            # By address, because a template may be larger in a bucket than in a request.
            TemplateURL=f"{cloudformation.meta.endpoint_url}/{CODE_BUCKET}/{TEMPLATE_KEY}",
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in parameters.items()
                if name in declared
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except cloudformation.exceptions.ClientError as refusal:
        raise StackProblem(f"The template does not deploy: {refusal.response['Error']['Message']}") from refusal


def _upload(s3: AwsClient, template: dict[str, Any], code: dict[str, Path]) -> None:
    s3.create_bucket(Bucket=CODE_BUCKET)
    for name, directory in code.items():
        s3.put_object(Bucket=CODE_BUCKET, Key=code_key(name), Body=zipped(directory))
    s3.put_object(Bucket=CODE_BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())


def zipped(directory: Path) -> bytes:
    """A function's code as Lambda takes it. Raises StackProblem without the directory."""
    if not directory.is_dir():
        raise StackProblem(f"The template's code directory {directory} does not exist.")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(directory.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(directory))
    return buffer.getvalue()


def _await_created(cloudformation: AwsClient) -> dict[str, Any]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return stack
        if not stack["StackStatus"].endswith("IN_PROGRESS") or "ROLLBACK" in stack["StackStatus"]:
            raise StackProblem(f"The template does not deploy: {_reason(cloudformation, stack)}")
        time.sleep(0.03)
    raise StackProblem(f"The template did not deploy in {DEPLOY_SECONDS} s.")


def _reason(cloudformation: AwsClient, stack: dict[str, Any]) -> str:
    """The first resource that failed: the rest failed because of it."""
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    failures = [
        event
        for event in events
        if event["ResourceStatus"].endswith("_FAILED") and event["LogicalResourceId"] != STACK_NAME
    ]
    if not failures:
        return str(stack.get("StackStatusReason", stack["StackStatus"]))
    first = min(failures, key=lambda event: event["Timestamp"])
    return f"{first['LogicalResourceId']} ({first['ResourceType']}): {first.get('ResourceStatusReason', '')}"


def _apply_table_settings(dynamodb: AwsClient, deployment: Deployment) -> None:
    """Two settings of a table that the emulator's CloudFormation leaves out and its API does."""
    for name, table in deployment.of_type("AWS::DynamoDB::Table").items():
        properties = deployment.resources[name]["Properties"]
        if expiry := properties.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
        if backups := properties.get("PointInTimeRecoverySpecification"):
            dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=backups)
