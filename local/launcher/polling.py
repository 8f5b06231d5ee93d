"""News of a real site, whose webhooks do not reach this machine: asked for, as the schedule on AWS asks."""

import json
import threading
from collections.abc import Callable

from local.launcher.aws import AwsClient
from local.launcher.problem import StackProblem

EVERY_SECONDS = 10.0
"""Three of Chargebee's calls each time: a test site allows 150 in a minute."""

WINDOW_SECONDS = 600
TASK = {"task": "reconcile", "window": WINDOW_SECONDS, "inFlight": 0, "organizations": "new"}


class Poller(threading.Thread):
    """Asks until it is stopped. A failure is said once, and its end: vendors and networks come back."""

    def __init__(self, lambdas: AwsClient, function: str, say: Callable[[str], None], every: float) -> None:
        super().__init__(name="polling", daemon=True)
        self._lambdas = lambdas
        self._function = function
        self._say = say
        self._every = every
        self._stopping = threading.Event()

    def ask(self) -> None:
        """Fetch what there is of the last minutes. Raises StackProblem with what the function said."""
        invoked = self._lambdas.invoke(FunctionName=self._function, Payload=json.dumps(TASK).encode())
        answer = json.loads(invoked["Payload"].read())
        if "FunctionError" in invoked:
            said = answer.get("errorMessage") or answer["errorType"]
            raise StackProblem(f"The vendors of .env cannot be asked: {said} `make doctor` says more.")

    def run(self) -> None:
        failing = ""
        while not self._stopping.wait(self._every):
            try:
                self.ask()
            except StackProblem as problem:
                if str(problem) != failing:
                    self._say(str(problem))
                failing = str(problem)
                continue
            if failing:
                self._say("The vendors of .env answer again.")
            failing = ""

    def stop(self) -> None:
        """Returns when the last question is answered."""
        self._stopping.set()
        if self.is_alive():
            self.join()
