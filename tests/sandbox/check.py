"""A check of a site: what it asks, and the one line that it ends in."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from billing.core.errors import BillingError
from tests.sandbox.site import Refused


class Verdict(StrEnum):
    """What a check came to."""

    HELD = "held"
    DIFFERS = "differs"
    COULD_NOT_TELL = "could not tell"


class Differs(Exception):
    """The site does something else than this system relies on."""


class CouldNotTell(Exception):
    """The site lacks what the check needs, or only a person can see it."""


@dataclass(frozen=True, slots=True)
class Check:
    """`run` returns what it saw, or raises Differs, CouldNotTell, what the site refused, or the adapter's error."""

    name: str
    run: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    name: str
    verdict: Verdict
    seen: str

    def __str__(self) -> str:
        return f"{self.verdict:14}  {self.name}{f': {self.seen}' if self.seen else ''}"


def carry_out(check: Check) -> Finding:
    """Whatever the check meets, the next one is made too."""
    try:
        return Finding(check.name, Verdict.HELD, check.run())
    except (Differs, BillingError) as seen:
        return Finding(check.name, Verdict.DIFFERS, str(seen))
    except Refused as refusal:
        return Finding(check.name, Verdict.COULD_NOT_TELL, f"the site refused to prepare it: {refusal}")
    except CouldNotTell as why:
        return Finding(check.name, Verdict.COULD_NOT_TELL, str(why))
