"""The stack that an operation acts on: the deployed one that is named, else the local one that runs."""

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.launcher.aws import READ_SECONDS, Aws, AwsClient
from local.launcher.layout import shown
from local.operations.failure import OperationFailed
from local.operations.stages import read_stage

# Networks drop a connection that is silent for minutes, and a function may run that long before it answers. Whoever
# stops listening before its time is over makes the SDK call it again.
DEPLOYED = Config(read_timeout=READ_SECONDS + 60, tcp_keepalive=True)
CONNECT_SECONDS = 2


@dataclass(frozen=True)
class Target:
    """`client` makes an AWS client by the service's name; `description` tells a person which stack this is.

    `name` is CloudFormation's, and empty for the local stack, which comes and goes with its terminal.
    """

    description: str
    outputs: Mapping[str, str]
    client: Callable[[str], AwsClient]
    name: str = ""

    def output(self, name: str) -> str:
        if name not in self.outputs:
            raise OperationFailed(f"The stack has no output {name}: deploy this version of the template first.")
        return self.outputs[name]


def find_target(contract: Path, environ: Mapping[str, str]) -> Target:
    """The stack that STAGE or STACK_NAME names, else the local one. Raises OperationFailed without any."""
    stage, name = environ.get("STAGE"), environ.get("STACK_NAME")
    if stage and name:
        raise OperationFailed("STAGE and STACK_NAME both name a stack: give one of them.")
    if stage:
        named = read_stage(stage)
        return _deployed(named.stack_name, named.region, named.profile)
    if name:
        return _deployed(name, None, None)
    if not contract.exists():
        raise OperationFailed(
            "No local stack runs: start one with `make run`, or name a deployed one with STAGE or STACK_NAME."
        )
    return _local(contract)


def _deployed(name: str, region: str | None, profile: str | None) -> Target:
    """In the account of the profile, or of your credentials; in their region too, where none is given."""
    session = boto3.Session(region_name=region, profile_name=profile)
    return deployed(name, lambda service: session.client(service, config=DEPLOYED))


def deployed(name: str, client: Callable[[str], AwsClient]) -> Target:
    """A CloudFormation stack, in the account and region of `client`."""
    try:
        (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as unknown:
        raise OperationFailed(f"The CloudFormation stack {name}: {unknown}") from unknown
    _, _, _, region, account, _ = stack["StackId"].split(":", 5)
    outputs = {row["OutputKey"]: row["OutputValue"] for row in stack.get("Outputs", [])}
    return Target(f"{name} in AWS account {account}, {region}", outputs, client, name)


def _local(contract: Path) -> Target:
    content = json.loads(contract.read_text())
    _check_answers(content["aws"], contract)
    return Target(
        f"the local stack of {content['app']} (emulated, not AWS)", content["outputs"], Aws(content["aws"]).client
    )


def _check_answers(endpoint: str, contract: Path) -> None:
    """A stack that was killed leaves its contract behind."""
    address = urlsplit(endpoint)
    try:
        socket.create_connection((address.hostname, address.port), CONNECT_SECONDS).close()
    except OSError:
        raise OperationFailed(
            f"{shown(contract)} describes a local stack that does not answer: "
            "start it with `make run`, or name a deployed one with STAGE or STACK_NAME."
        ) from None
