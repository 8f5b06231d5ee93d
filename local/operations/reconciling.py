"""Invoke the Reconcile function by hand, with the tasks that it knows."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from local.operations.failure import OperationFailed
from local.operations.target import Target

type Task = Mapping[str, object]

type Pause = Callable[[float], object]


class TaskFailed(OperationFailed):
    """The function raised an error; `kind` is its type's name, empty for none that was told."""

    def __init__(self, told: str, kind: str) -> None:
        super().__init__(told)
        self.kind = kind


LOOK_AGAIN_SECONDS = 15
LOOKS = 64
"""Together a minute more than the longest run takes."""


def replay(since: int, organization_id: str | None) -> Task:
    """Feed Chargebee's events since then (UTC seconds) once more, all of them or one organization's."""
    whose = {"organizationId": organization_id} if organization_id else {}
    return {"task": "replay", "since": since, **whose}


def sync(organization_id: str) -> Task:
    """Read one organization from Chargebee now."""
    return {"task": "sync", "organizationId": organization_id}


def reconcile(window: int) -> Task:
    """Compare with both vendors over the last `window` seconds, the very last too: whoever asks wants all of it."""
    return {"task": "reconcile", "window": window, "inFlight": 0}


def run_whole(task: Task, target: Target) -> Mapping[str, Any]:
    """What the function answered. A replay that its time was too short for goes on where it stopped, and says so."""
    answer = run(task, target)
    while task["task"] == "replay" and (stopped_at := answer["events"].get("stoppedAt")):
        if int(stopped_at) == task["since"]:
            raise OperationFailed(f"The replay comes no further than {stopped_at}, in UTC seconds.")
        print(readable(answer), flush=True)
        task = {**task, "since": int(stopped_at)}
        answer = run(task, target)
    return answer


def run(task: Task, target: Target, pause: Pause = time.sleep) -> Mapping[str, Any]:
    """What the function answered. Raises TaskFailed when it failed, OperationFailed when it never had time for it."""
    invoked = _invoked(task, target, pause)
    answer: dict[str, Any] = json.loads(invoked["Payload"].read())
    if "FunctionError" in invoked:
        reason = ": ".join(str(answer[key]) for key in ("errorType", "errorMessage") if answer.get(key))
        told = f"The {task['task']} failed: {' '.join(reason.split()) or 'the log has the reason'}"
        raise TaskFailed(told, str(answer.get("errorType", "")))
    return answer


def _invoked(task: Task, target: Target, pause: Pause) -> Mapping[str, Any]:
    """Once nobody else has its one execution (`ReservedConcurrency`): Lambda lets the schedule wait, and refuses us.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html: TooManyRequestsException. Nothing has begun then.
    """
    functions, name = target.client("lambda"), target.output("ReconcileFunction")
    for look in range(LOOKS):
        try:
            answer: Mapping[str, Any] = functions.invoke(FunctionName=name, Payload=json.dumps(task).encode())
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != "TooManyRequestsException":
                raise
        else:
            return answer
        if look == 0:
            print("Reconcile is at work for somebody else: waiting.", file=sys.stderr, flush=True)
        pause(LOOK_AGAIN_SECONDS)
    raise OperationFailed(f"The {task['task']} has not begun: Reconcile is at work for somebody else all the time.")


def readable(answer: Mapping[str, Any]) -> str:
    """One line for each thing that the answer counts."""
    return "\n".join(f"{name}: {_counts(value)}" for name, value in answer.items())


def _counts(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {what}" for what, count in value.items())
    return str(value)
