"""The clock of a modelled world."""

from dataclasses import dataclass

START = 1_760_000_000
"""2025-10-09, UTC seconds."""


@dataclass(slots=True)
class Time:
    """UTC seconds that pass only when told to."""

    now: int = START
