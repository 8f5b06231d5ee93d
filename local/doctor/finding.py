"""One line of what the doctor found."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether something is to be done about it."""

    GOOD = "ok"
    WRONG = "wrong"
    UNKNOWN = "look"
    """Only a person can tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`said` is what was seen, and for what is wrong what to do about it."""

    verdict: Verdict
    about: str
    said: str

    def __str__(self) -> str:
        return f"{self.verdict:<6} {self.about}: {self.said}"


def good(about: str, said: str) -> Finding:
    return Finding(Verdict.GOOD, about, said)


def wrong(about: str, said: str) -> Finding:
    return Finding(Verdict.WRONG, about, said)


def unknown(about: str, said: str) -> Finding:
    return Finding(Verdict.UNKNOWN, about, said)
