"""Optimistic writing: read, decide, write, and begin again when somebody else wrote first."""

import random
from collections.abc import Callable
from time import sleep

from billing.core.errors import Conflict

USAGE_ATTEMPTS = 60
"""All of a team's workers use one organization's allowance and wallet at once. Every lost race means that another got
through, so that sixty callers who begin together all finish."""

EVENT_ATTEMPTS = 20
"""A burst of one organization's webhooks ends without waiting for redelivery."""

CHARGE_ATTEMPTS = 20
"""For one charge and its rule the webhook, the returning browser and the timers meet, in bursts as its events do."""

ORGANIZATION_ATTEMPTS = 5
"""Few write to an organization's own row at once, and every caller is repeated: by its queue or by its client."""

ROW_ATTEMPTS = 10
"""A transaction holds a row for some milliseconds. Ten pauses are half a second at most."""

CHECKOUT_ATTEMPTS = 4
"""Each may call Chargebee several times, while the gateway waits for 29 seconds in all."""

SHORTEST_PAUSE = 0.005
LONGEST_PAUSE = 0.05
"""Seconds that a pause lasts at most, at first and after some lost races: about as long as a few transactions. Sixty of
the longest are three seconds, of the fifteen that a function has which calls nobody but the table."""


class LostEveryRace(Conflict):
    """Somebody else wrote first, and kept doing so through every attempt."""


class Outdated(LostEveryRace):
    """What the caller saw has changed since: no further attempt of theirs can win."""


Pause = Callable[[int], None]
"""Waits after so many lost races."""


def until_won[Result](attempt: Callable[[], Result], attempts: int, lost: str, pause: Pause | None = None) -> Result:
    """The result of the first attempt that meets no Conflict. Each attempt reads, decides and writes anew.

    Raises LostEveryRace with the sentence `lost`, and whatever else an attempt raises. An attempt that raises
    LostEveryRace itself is not repeated.
    """
    for number in range(attempts):
        if number:
            (pause or jittered)(number)
        try:
            return attempt()
        except LostEveryRace:
            raise
        except Conflict:
            continue
    raise LostEveryRace(lost)


def jittered(lost: int, chance: Callable[[], float] = random.random) -> None:
    """Wait for some part of a time that doubles with every lost race, so that those who met once do not meet again.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    sleep(chance() * min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**lost))
