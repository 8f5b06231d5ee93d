"""What the launcher says: each step when it is done, and what to do when the stack is ready."""

from collections.abc import Callable, Sequence
from time import monotonic

from local.launcher.identity import Identity


class Steps:
    """Says of each step that it is done, and how many seconds it took; nothing when `quiet`. `clock` is in seconds."""

    def __init__(self, *, quiet: bool, clock: Callable[[], float] = monotonic) -> None:
        self._quiet = quiet
        self._clock = clock
        self._started = self._last = clock()

    def say(self, line: str) -> None:
        if not self._quiet:
            print(line, flush=True)

    def done(self, what: str) -> None:
        now = self._clock()
        self.say(f"  {now - self._last:5.1f} s  {what}")
        self._last = now

    @property
    def seconds(self) -> float:
        """Since the first step began."""
        return self._clock() - self._started


def ready_message(identity: Identity, organizations: Sequence[str], seconds: float, logs: str) -> str:
    return f"""
Ready in {seconds:.1f} s.

  App        {identity.app}
  Chargebee  {identity.chargebee_simulator or f"https://{identity.chargebee_site}.chargebee.com (real)"}
  Scalekit   {identity.scalekit}{"" if identity.scalekit_simulator else " (real)"}
  AWS        {identity.aws} (emulated, not AWS)

{_next_step(identity, organizations)}
Logs are in {logs}. Ctrl-C stops everything.
"""


def vendors(identity: Identity) -> str:
    """Who answers for Chargebee and Scalekit."""
    chargebee = "simulated" if identity.chargebee_simulator else "real"
    scalekit = "simulated" if identity.scalekit_simulator else "real"
    return f"Chargebee ({chargebee}) and Scalekit ({scalekit}) answer"


def _next_step(identity: Identity, organizations: Sequence[str]) -> str:
    if not identity.scalekit_simulator or not organizations:
        return f"Next: open {identity.app} and sign in with an organization of your environment."
    return f"Next: open {identity.app}, sign in as the admin of {_one_of(organizations)}, and subscribe."


def _one_of(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))
