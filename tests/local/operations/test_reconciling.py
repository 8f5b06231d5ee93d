import io
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.operations import reconciling
from local.operations.failure import OperationFailed
from local.operations.target import Target


class Reconcile:
    """The Lambda client, answering as one function would."""

    def __init__(self, answer: object, **outcome: str) -> None:
        self.answer = answer
        self.outcome = outcome
        self.invoked: list[tuple[str, Any]] = []
        self.refusals: list[str] = []
        self.answers: list[object] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        if self.refusals:
            raise ClientError({"Error": {"Code": self.refusals.pop(0)}}, "Invoke")
        self.invoked.append((FunctionName, json.loads(Payload)))
        answer = self.answers.pop(0) if self.answers else self.answer
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **self.outcome}

    @property
    def target(self) -> Target:
        return Target("a stack", {"ReconcileFunction": "billing-Reconcile"}, {"lambda": self}.__getitem__)


@pytest.mark.parametrize(
    ("task", "payload"),
    [
        (reconciling.replay(1_795_255_200, None), {"task": "replay", "since": 1_795_255_200}),
        (reconciling.replay(7, "org_1"), {"task": "replay", "since": 7, "organizationId": "org_1"}),
        (reconciling.sync("org_1"), {"task": "sync", "organizationId": "org_1"}),
        (reconciling.reconcile(7_200), {"task": "reconcile", "window": 7_200, "inFlight": 0}),
    ],
)
def test_the_stacks_own_function_is_invoked_with_the_task(
    task: reconciling.Task, payload: dict[str, str | int]
) -> None:
    function = Reconcile({"events": {"read": 2, "queued": 1}})
    assert reconciling.run(task, function.target) == {"events": {"read": 2, "queued": 1}}
    assert function.invoked == [("billing-Reconcile", payload)]


def test_a_replay_goes_on_where_the_function_had_no_more_time(capsys: pytest.CaptureFixture[str]) -> None:
    answers = [{"read": 9, "queued": 9, "stoppedAt": "50"}, {"read": 3, "queued": 3}]
    function = Reconcile(None)
    function.answers = [{"events": each} for each in answers]
    assert reconciling.run_whole(reconciling.replay(7, "org_1"), function.target) == {"events": answers[1]}
    assert [task["since"] for _, task in function.invoked] == [7, 50]
    assert "9 read, 9 queued, 50 stoppedAt" in capsys.readouterr().out


def test_a_replay_that_comes_no_further_is_a_failure() -> None:
    function = Reconcile({"events": {"read": 9, "queued": 9, "stoppedAt": "7"}})
    with pytest.raises(OperationFailed, match="comes no further than 7"):
        reconciling.run_whole(reconciling.replay(7, None), function.target)


def test_what_a_reconciliation_did_not_come_to_is_the_next_ones() -> None:
    function = Reconcile({"events": {"read": 9, "queued": 9, "stoppedAt": "50"}})
    reconciling.run_whole(reconciling.reconcile(7_200), function.target)
    assert len(function.invoked) == 1


BUSY = "TooManyRequestsException"


def test_whoever_comes_while_its_one_execution_is_taken_waits_and_is_told_so_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    function, pauses = Reconcile({"changed": 0}), list[float]()
    function.refusals = [BUSY, BUSY]
    assert reconciling.run(reconciling.sync("org_1"), function.target, pauses.append) == {"changed": 0}
    assert (len(function.invoked), pauses) == (1, [15, 15])
    assert capsys.readouterr().err.count("waiting") == 1


def test_whoever_has_waited_for_longer_than_any_run_takes_is_told_so() -> None:
    function, pauses = Reconcile({}), list[float]()
    function.refusals = [BUSY] * 1_000
    with pytest.raises(OperationFailed, match="The sync has not begun"):
        reconciling.run(reconciling.sync("org_1"), function.target, pauses.append)
    assert sum(pauses) == 960


def test_another_refusal_of_lambdas_is_told_at_once() -> None:
    function = Reconcile({})
    function.refusals = ["AccessDeniedException"]
    with pytest.raises(ClientError, match="AccessDenied"):
        reconciling.run(reconciling.sync("org_1"), function.target)


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"errorType": "InvalidRequest", "errorMessage": "No such\ntask."}, "InvalidRequest: No such task."),
        ({"errorMessage": "Task timed out after 300.00 seconds"}, "Task timed out after 300.00 seconds"),
        ({}, "the log has the reason"),
    ],
)
def test_a_functions_error_is_one_line(answer: dict[str, str], line: str) -> None:
    function = Reconcile(answer, FunctionError="Unhandled")
    with pytest.raises(OperationFailed) as failed:
        reconciling.run(reconciling.sync("org_1"), function.target)
    assert str(failed.value) == f"The sync failed: {line}"


def test_an_answer_is_a_line_for_each_thing_counted() -> None:
    answer = {"events": {"read": 12, "queued": 3}, "organizationId": "org_1", "changed": 0}
    assert reconciling.readable(answer) == "events: 12 read, 3 queued\norganizationId: org_1\nchanged: 0"
