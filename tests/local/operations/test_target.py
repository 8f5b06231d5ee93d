import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.launcher.aws import READ_SECONDS
from local.launcher.layout import TEMPLATE
from local.operations.failure import OperationFailed
from local.operations.redriving import QUEUES
from local.operations.stages import Stage, read_stage
from local.operations.target import DEPLOYED, deployed, find_target


def write_contract(directory: Path, port: int) -> Path:
    contract = directory / "stack.json"
    content = {
        "app": "http://127.0.0.1:3000",
        "aws": f"http://127.0.0.1:{port}",
        "outputs": {"ReconcileFunction": "local-Reconcile"},
    }
    contract.write_text(json.dumps(content))
    return contract


def test_the_local_stack_is_the_target_while_it_runs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as emulator:
        target = find_target(write_contract(tmp_path, emulator.getsockname()[1]), {})
    assert target.description == "the local stack of http://127.0.0.1:3000 (emulated, not AWS)"
    assert target.output("ReconcileFunction") == "local-Reconcile"


def test_a_stack_that_was_killed_is_not_mistaken_for_one_that_runs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free = probe.getsockname()[1]
    with pytest.raises(OperationFailed, match="does not answer"):
        find_target(write_contract(tmp_path, free), {})


def test_without_a_local_stack_one_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="STAGE or STACK_NAME"):
        find_target(tmp_path / "stack.json", {})


def test_a_stage_names_the_stack_and_the_region_that_it_is_deployed_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = read_stage("staging")
    found = []
    monkeypatch.setattr(
        "local.operations.target.deployed",
        lambda name, client: found.append((name, client("sqs").meta.region_name)),
    )
    find_target(tmp_path / "stack.json", {"STAGE": "staging", "AWS_DEFAULT_REGION": "eu-west-3"})
    assert found == [(stage.stack_name, stage.region)]


def test_a_stage_acts_with_the_profile_that_it_is_deployed_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose credentials lead to another account may have a stack by the same name there."""
    profiles = tmp_path / "credentials"
    profiles.write_text("[acme-prod]\naws_access_key_id = of_the_profile\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(profiles))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of_the_environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    found: list[Any] = []
    monkeypatch.setattr("local.operations.target.deployed", lambda name, client: found.append(client("sqs")))
    for profile in ("acme-prod", None):
        stage = Stage("prod", "billing", "us-east-1", {}, profile)
        monkeypatch.setattr("local.operations.target.read_stage", {"prod": stage}.__getitem__)
        find_target(tmp_path / "stack.json", {"STAGE": "prod"})
    keys = [each._request_signer._credentials.access_key for each in found]
    assert keys == ["of_the_profile", "of_the_environment"]


def test_a_function_that_takes_all_its_time_is_listened_to_and_not_called_again() -> None:
    reconcile = TEMPLATE.read_text().partition("\n  Reconcile:\n")[2].partition("\n  ReconcileRole:\n")[0]
    assert f"Timeout: {READ_SECONDS}\n" in reconcile
    assert DEPLOYED.read_timeout > READ_SECONDS


def test_two_names_for_a_stack_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="give one of them"):
        find_target(tmp_path / "stack.json", {"STAGE": "prod", "STACK_NAME": "billing-prod"})


def test_a_name_wins_over_a_running_local_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = []
    monkeypatch.setattr("local.operations.target.deployed", lambda name, client: named.append(name))
    find_target(write_contract(tmp_path, 1), {"STACK_NAME": "billing-prod"})
    assert named == ["billing-prod"]


@pytest.fixture
def cloudformation() -> Any:
    return boto3.client(
        "cloudformation", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def client_of(cloudformation: Any) -> Callable[[str], Any]:
    return {"cloudformation": cloudformation}.__getitem__


def test_a_deployed_stack_says_its_account_and_region_and_gives_its_outputs(cloudformation: Any) -> None:
    with Stubber(cloudformation) as stubbed:
        stack = {
            "StackName": "billing-prod",
            "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/billing-prod/0",
            "CreationTime": "2026-11-21T10:00:00Z",
            "StackStatus": "UPDATE_COMPLETE",
            "Outputs": [{"OutputKey": "ReconcileFunction", "OutputValue": "prod-Reconcile"}],
        }
        stubbed.add_response("describe_stacks", {"Stacks": [stack]}, {"StackName": "billing-prod"})
        target = deployed("billing-prod", client_of(cloudformation))
    assert target.description == "billing-prod in AWS account 123456789012, eu-west-1"
    assert target.output("ReconcileFunction") == "prod-Reconcile"
    with pytest.raises(OperationFailed, match="no output EventsQueueUrl"):
        target.output("EventsQueueUrl")


def test_an_unknown_stack_is_named_in_the_failure(cloudformation: Any) -> None:
    with Stubber(cloudformation) as stubbed:
        stubbed.add_client_error("describe_stacks", "ValidationError", "Stack with id billing-prod does not exist")
        with pytest.raises(OperationFailed, match=r"stack billing-prod: .* does not exist"):
            deployed("billing-prod", client_of(cloudformation))


@pytest.mark.parametrize(
    "output",
    ["ReconcileFunction", *(f"{queue.title()}{kind}Url" for queue in QUEUES for kind in ("Queue", "DeadLetters"))],
)
def test_the_template_has_every_output_that_an_operation_needs(output: str) -> None:
    _, outputs = TEMPLATE.read_text().split("\nOutputs:\n")
    assert f"  {output}:\n" in outputs
