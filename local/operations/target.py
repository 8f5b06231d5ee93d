"""The stack that an operation acts on: the local one while it runs, else one deployed to AWS."""

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
from local.launcher.deployment import STACK_NAME
from local.launcher.layout import shown
from local.operations.failure import OperationFailed

# Networks drop a connection that is silent for minutes, and a function may run that long before it answers.
DEPLOYED = Config(read_timeout=READ_SECONDS, tcp_keepalive=True)
CONNECT_SECONDS = 2


@dataclass(frozen=True)
class Target:
    """`client` makes an AWS client by the service's name; `description` tells a person which stack this is."""

    description: str
    outputs: Mapping[str, str]
    client: Callable[[str], AwsClient]

    def output(self, name: str) -> str:
        if name not in self.outputs:
            raise OperationFailed(f"The stack has no output {name}: deploy this version of the template first.")
        return self.outputs[name]


def find_target(contract: Path, environ: Mapping[str, str]) -> Target:
    """The stack that STACK_NAME names, or the one of `contract`, or the one that `make deploy` makes."""
    name = environ.get("STACK_NAME")
    if contract.exists() and not name:
        return _local(contract)
    session = boto3.Session()
    return deployed(name or STACK_NAME, lambda service: session.client(service, config=DEPLOYED))


def deployed(name: str, client: Callable[[str], AwsClient]) -> Target:
    """A CloudFormation stack, in the account and region of `client`."""
    try:
        (stack,) = client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except (BotoCoreError, ClientError) as unknown:
        raise OperationFailed(f"The CloudFormation stack {name}: {unknown}") from unknown
    _, _, _, region, account, _ = stack["StackId"].split(":", 5)
    outputs = {row["OutputKey"]: row["OutputValue"] for row in stack.get("Outputs", [])}
    return Target(f"{name} in AWS account {account}, {region}", outputs, client)


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
            "start it with `make run`, or name a deployed one with STACK_NAME."
        ) from None
