"""Rights that no call of any test needed, told at the end of a run of all tests that call functions."""

import json
from collections.abc import Collection, Iterator
from typing import Any

import pytest

from tests.deployment.rights import Json, Use, grants, listed, logical_id
from tests.deployment.template import functions, role, statements

type Call = tuple[str, Use]
"""A function, and a right that a call of it needed."""

BY_LAMBDA = frozenset(
    {
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
    }
)
"""What Lambda itself does in the role of a function that reads a queue or the stream."""

UNSEEN = {
    ("CheckoutsRole", "dynamodb:GetItem", "Table"): "a customer or a subscription that came from elsewhere meanwhile",
    ("PagesRole", "sqs:SendMessage", "ProvisioningQueue"): "what was bought differs from what is known of its version",
    ("ImportOrganizationRole", "sqs:SendMessage", "ProvisioningQueue"): "the customer was made, and its row is not yet",
    (
        "ProvisionOrganizationRole",
        "secretsmanager:GetSecretValue",
        "ScalekitApiSecret",
    ): "Scalekit's client is replaced",
    ("RunHooksRole", "sqs:ChangeMessageVisibility", "HooksQueue"): "the queue of failing hooks is replaced",
}
"""Rights that the code needs where these tests do not come by, and why they do not."""

_seen: set[Call] = set()
"""In this process."""


def saw(function: str, used: Collection[Use]) -> None:
    _seen.update((function, use) for use in used)


def unused(seen: Collection[Call]) -> list[str]:
    """The rights of roles that no call of their functions needed, but for those that are known not to be seen."""
    needed: dict[str, set[Use]] = {}
    for function, use in seen:
        needed.setdefault(role(functions()[function]), set()).add(use)
    left = (right for right, alone in rights() if not any(grants(alone, use) for use in needed.get(right[0], ())))
    return sorted({" ".join(right) for right in left})


def rights() -> Iterator[tuple[tuple[str, str, str], Json]]:
    """Each action on each resource, by its role, and the statement that gives it alone."""
    for function, properties in functions().items():
        for statement in statements(function):
            for action in listed(statement["Action"]):
                for resource in listed(statement["Resource"]):
                    right = (role(properties), action, logical_id(resource))
                    if action not in BY_LAMBDA and right not in UNSEEN:
                        yield right, {**statement, "Action": action, "Resource": resource}


class EveryRightIsUsed:
    """The plugin of `--every-right-is-used`: what its workers saw comes together, and a right that nobody saw fails."""

    def __init__(self) -> None:
        self.told: list[str] = []

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        for function, action, resource, partition in json.loads(node.workeroutput.get("rights", "[]")):
            saw(function, {Use(action, resource, partition)})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            calls = [(function, use.action, use.resource, use.partition) for function, use in _seen]
            output["rights"] = json.dumps(sorted(calls))
        elif session.exitstatus == pytest.ExitCode.OK and (found := unused(_seen)):
            self.told = found
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for right in self.told:
            terminalreporter.write_line(f"No call needed this right; take it from the template, or say why: {right}")
