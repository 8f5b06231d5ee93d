"""Invoke the Reconcile function by hand, with the tasks that it knows."""

import json
from collections.abc import Mapping
from typing import Any

from local.operations.failure import OperationFailed
from local.operations.target import Target

type Task = Mapping[str, object]


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


def run(task: Task, target: Target) -> Mapping[str, Any]:
    """What the function answered. Raises OperationFailed when it failed."""
    invoked = target.client("lambda").invoke(
        FunctionName=target.output("ReconcileFunction"), Payload=json.dumps(task).encode()
    )
    answer: dict[str, Any] = json.loads(invoked["Payload"].read())
    if "FunctionError" in invoked:
        reason = ": ".join(str(answer[key]) for key in ("errorType", "errorMessage") if answer.get(key))
        raise OperationFailed(f"The {task['task']} failed: {' '.join(reason.split()) or 'the log has the reason'}")
    return answer


def readable(answer: Mapping[str, Any]) -> str:
    """One line for each thing that the answer counts."""
    return "\n".join(f"{name}: {_counts(value)}" for name, value in answer.items())


def _counts(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {what}" for what, count in value.items())
    return str(value)
