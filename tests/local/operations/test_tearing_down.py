"""`make teardown`, with CloudFormation's answers written down."""

import builtins
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from local.operations.failure import OperationFailed
from local.operations.target import Target
from local.operations.tearing_down import tear_down

CLIENTS: dict[str, Any] = {}


def typed(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "input", lambda question: answer)


@pytest.fixture
def cloudformation() -> Any:
    return boto3.client(
        "cloudformation", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def stack_of(cloudformation: Any) -> Target:
    clients = {"cloudformation": cloudformation}
    return Target("billing-dev in AWS", {"TableName": "billing-dev-Table-1"}, clients.__getitem__, "billing-dev")


def answering(cloudformation: Any, status: str) -> Stubber:
    """A stack that is in this state once its deletion was asked for."""
    stubbed = Stubber(cloudformation)
    described = {"StackName": "billing-dev", "CreationTime": "2026-11-21T10:00:00Z", "StackStatus": status}
    stubbed.add_response("delete_stack", {}, {"StackName": "billing-dev"})
    stubbed.add_response("describe_stacks", {"Stacks": [described]}, {"StackName": "billing-dev"})
    return stubbed


def test_a_stack_is_deleted_and_what_stays_is_named_before_and_after(
    cloudformation: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed("billing-dev", monkeypatch)
    with answering(cloudformation, "DELETE_COMPLETE") as stubbed:
        said = tear_down(stack_of(cloudformation))
        stubbed.assert_no_pending_responses()
    assert said.startswith("billing-dev is deleted. The table billing-dev-Table-1 stays")
    assert "The table billing-dev-Table-1 stays" in capsys.readouterr().out


def test_a_first_deployment_that_failed_can_be_cleared_away(
    cloudformation: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no outputs, and until it is deleted no other can be made under its name."""
    typed("billing-dev", monkeypatch)
    clients = {"cloudformation": cloudformation}
    with answering(cloudformation, "DELETE_COMPLETE") as stubbed:
        said = tear_down(Target("billing-dev in AWS", {}, clients.__getitem__, "billing-dev"))
        stubbed.assert_no_pending_responses()
    assert said.startswith("billing-dev is deleted. It never was whole, so that no table stays")
    assert "no table stays" in capsys.readouterr().out


def test_a_deletion_that_fails_is_a_failure(cloudformation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    typed("billing-dev", monkeypatch)
    with (
        answering(cloudformation, "DELETE_FAILED"),
        pytest.raises(OperationFailed, match=r"The stack is not deleted: .*DELETE_FAILED"),
    ):
        tear_down(stack_of(cloudformation))


@pytest.mark.parametrize("answer", ["", "y", "billing-prod"])
def test_any_other_answer_than_the_name_deletes_nothing(
    cloudformation: Any, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(answer, monkeypatch)
    with Stubber(cloudformation), pytest.raises(OperationFailed, match=r"Nothing was deleted\."):
        tear_down(stack_of(cloudformation))


def test_the_local_stack_is_stopped_and_not_torn_down() -> None:
    with pytest.raises(OperationFailed, match="Ctrl-C stops the local stack"):
        tear_down(Target("the local stack", {}, CLIENTS.__getitem__))
