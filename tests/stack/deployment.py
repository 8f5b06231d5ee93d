"""What is deployed: its functions, the secrets that they read, and the roles that they act in."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3

from tests.deployment import template
from tests.local_stack import ACCOUNT, ROOT, Stack


@dataclass(frozen=True)
class Functions:
    """By their names in the template."""

    client: Any
    physical: dict[str, str]

    def invoke(self, name: str, event: Any) -> Any:
        answer = self.client.invoke(FunctionName=self.physical[name], Payload=json.dumps(event).encode())
        result = json.loads(answer["Payload"].read() or b"null")
        assert "FunctionError" not in answer, result
        return result

    def reconcile(self, **request: Any) -> Any:
        """What the schedule, or an operator, asks of the Reconcile function."""
        return self.invoke("Reconcile", request)

    @contextmanager
    def limited(self, name: str, workers: int) -> Iterator[None]:
        """At most so many at a time; what comes on top is answered 429 at once."""
        self.client.put_function_concurrency(FunctionName=self.physical[name], ReservedConcurrentExecutions=workers)
        try:
            yield
        finally:
            self.client.delete_function_concurrency(FunctionName=self.physical[name])

    @contextmanager
    def reconfigured(self, name: str, **variables: str) -> Iterator[None]:
        """The function with other settings: it starts anew before and after, and reads its secrets again."""
        found = self.client.get_function_configuration(FunctionName=self.physical[name])["Environment"]["Variables"]
        self._configure(name, found | variables)
        try:
            yield
        finally:
            self._configure(name, found)

    def _configure(self, name: str, variables: dict[str, str]) -> None:
        self.client.update_function_configuration(
            FunctionName=self.physical[name], Environment={"Variables": variables}
        )

    @contextmanager
    def appended(self, name: str, lines: str) -> Iterator[None]:
        """The function with these lines at the end of its `app.py`, as a team that edits it would deploy it."""
        source = (ROOT / template.resources("AWS::Serverless::Function")[name]["CodeUri"] / "app.py").read_text()
        self._deploy(name, f"{source}\n\n{lines}")
        try:
            yield
        finally:
            self._deploy(name, source)

    def _deploy(self, name: str, source: str) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("app.py", source)
        self.client.update_function_code(FunctionName=self.physical[name], ZipFile=buffer.getvalue())


@dataclass(frozen=True)
class Secrets:
    """By their names in the template."""

    client: Any
    physical: dict[str, str]

    @contextmanager
    def replaced(self, name: str, **fields: str) -> Iterator[None]:
        """The secret with other fields. A function that has read it keeps the old ones for up to five minutes."""
        before = self.client.get_secret_value(SecretId=self.physical[name])["SecretString"]
        self.client.put_secret_value(SecretId=self.physical[name], SecretString=json.dumps(fields))
        try:
            yield
        finally:
            self.client.put_secret_value(SecretId=self.physical[name], SecretString=before)

    def read(self, name: str) -> dict[str, str]:
        fields: dict[str, str] = json.loads(self.client.get_secret_value(SecretId=self.physical[name])["SecretString"])
        return fields


def resources(stack: Stack, kind: str) -> dict[str, str]:
    """Logical to physical names of the stack's resources of one type."""
    found = stack.client("cloudformation").describe_stack_resources(StackName=_stack_name(stack))["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found if each["ResourceType"] == kind}


def acting_as(stack: Stack, function: str, service: str) -> Any:
    """A client with the rights of a function's role, and no others."""
    name = template.role(template.resources("AWS::Serverless::Function")[function])
    arn = f"arn:aws:iam::{ACCOUNT}:role/{resources(stack, 'AWS::IAM::Role')[name]}"
    session = stack.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=stack.aws,
        region_name=stack.region,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def _stack_name(stack: Stack) -> str:
    (only,) = stack.client("cloudformation").describe_stacks()["Stacks"]
    return str(only["StackName"])
