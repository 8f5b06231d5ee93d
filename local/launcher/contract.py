"""`stack.json`: what scripts and tests may know of a running stack. It exists only while the stack is ready."""

import json
from pathlib import Path

from local.launcher.deployment import Deployment
from local.launcher.identity import LOCAL_BACKEND_CLIENT_ID, LOCAL_BACKEND_SECRET, REGION, Identity
from local.whole_file import OWNER_ALONE, whole_file

BACKEND = {"id": LOCAL_BACKEND_CLIENT_ID, "secret": LOCAL_BACKEND_SECRET}
"""The machine client of the team's backend that the simulator knows from the start."""


def publish(path: Path, identity: Identity, deployment: Deployment) -> None:
    """Written whole or not at all; it holds this run's secrets, so only its owner reads it."""
    content = {
        "app": identity.app,
        "chargebee": identity.chargebee_simulator,
        "scalekit": identity.scalekit_simulator,
        "aws": identity.aws,
        "chargebee_webhook": {
            "username": identity.chargebee_webhook_username,
            "password": identity.chargebee_webhook_password,
        },
        "scalekit_webhook_secret": identity.scalekit_webhook_secret,
        "chargebee_api_key": identity.chargebee_api_key,
        "scalekit_client": {"id": identity.client_id, "secret": identity.client_secret},
        "backend_client": BACKEND if identity.scalekit_simulator else None,
        "table": next(iter(deployment.of_type("AWS::DynamoDB::Table").values()), None),
        "queues": deployment.of_type("AWS::SQS::Queue"),
        "region": REGION,
        "outputs": deployment.outputs,
    }
    with whole_file(path, OWNER_ALONE) as file:
        file.write(json.dumps(content, indent=2) + "\n")


def withdraw(path: Path) -> None:
    path.unlink(missing_ok=True)
