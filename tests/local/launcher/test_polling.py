"""With a real site the stack asks for what no webhook brings, and says when it cannot."""

import io
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from local.launcher.polling import TASK, Poller
from local.launcher.problem import StackProblem

REFUSED = {"errorType": "ChargebeeRejectedKey", "errorMessage": "Chargebee refuses the API key."}


class Lambdas:
    """Answers each invocation with the next of `answers`, the last one for ever, and tells when all were asked for."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.invoked: list[Any] = []
        self.all_given = threading.Event()

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.invoked.append((FunctionName, json.loads(Payload)))
        answer = self.answers[min(len(self.invoked), len(self.answers)) - 1]
        if len(self.invoked) > len(self.answers):
            self.all_given.set()
        failed = {"FunctionError": "Unhandled"} if "errorType" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **failed}


@pytest.fixture
def said() -> list[str]:
    return []


def polled(said: list[str], *answers: dict[str, Any]) -> Iterator[Lambdas]:
    lambdas = Lambdas(*answers)
    poller = Poller(lambdas, "stack-Reconcile", said.append, every=0)
    poller.start()
    assert lambdas.all_given.wait(10)
    poller.stop()
    assert not poller.is_alive()
    yield lambdas


def test_the_stack_s_own_function_is_asked_again_and_again(said: list[str]) -> None:
    [lambdas] = polled(said, {"events": {"read": 0, "queued": 0}}, {})
    assert len(lambdas.invoked) >= 3
    assert {json.dumps(each) for each in lambdas.invoked} == {json.dumps(["stack-Reconcile", TASK])}
    assert said == []


def test_a_failure_is_said_once_and_so_is_its_end(said: list[str]) -> None:
    list(polled(said, {}, REFUSED, REFUSED, REFUSED, {}, {}))
    assert len(said) == 2
    assert "Chargebee refuses the API key." in said[0]
    assert said[1] == "The vendors of .env answer again."


def test_the_first_question_is_a_problem_of_the_start() -> None:
    with pytest.raises(StackProblem, match="refuses the API key"):
        Poller(Lambdas(REFUSED), "stack-Reconcile", print, every=0).ask()
