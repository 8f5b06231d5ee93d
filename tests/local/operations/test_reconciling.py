import io
import json
from typing import Any

import pytest

from local.operations import reconciling
from local.operations.failure import OperationFailed
from local.operations.target import Target


class Reconcile:
    """The Lambda client, answering as one function would."""

    def __init__(self, answer: object, **outcome: str) -> None:
        self.answer = answer
        self.outcome = outcome
        self.invoked: list[tuple[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.invoked.append((FunctionName, json.loads(Payload)))
        return {"Payload": io.BytesIO(json.dumps(self.answer).encode()), **self.outcome}

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
