"""What an id may look like: one rule for each kind, so that whatever is accepted can be named in a path afterwards."""

import re
from dataclasses import dataclass

_DOTS = frozenset({".", ".."})
"""Segments that every client takes out of a path: https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4"""


@dataclass(frozen=True, slots=True)
class NameRule:
    """`pattern` is a regular expression for the whole of it, and `sentence` says the rule to whoever broke it."""

    pattern: str
    sentence: str

    def allows(self, text: str) -> bool:
        """What is not printable is no text that every store keeps."""
        return re.fullmatch(self.pattern, text) is not None and text not in _DOTS and text.isprintable()


ORGANIZATION = NameRule(
    r"[A-Za-z0-9_.:@+~-]{1,100}",
    "An organization id is 1 to 100 letters, digits or any of _ . : @ + ~ - and not dots alone.",
)
FEATURE = NameRule(
    r"[A-Za-z0-9_.:-]{1,100}",
    "The name of a feature is 1 to 100 letters, digits or any of _ . : - and not dots alone.",
)
PLAN = NameRule(
    r"[A-Za-z0-9_.:-]{1,100}",
    "The name of a plan is 1 to 100 letters, digits or any of _ . : - and not dots alone.",
)
CHOSEN = NameRule(
    r"[^#\s/\\%][^\s/\\%]{0,99}",
    r"An id is 1 to 100 visible characters but / \ and %, does not begin with #, and is not dots alone.",
)
"""What a caller chooses: the id of a use, a cost, a hold, a charge, an adjustment.

A slash ends a segment, a percent sign is read in two ways where something is decoded twice, and `#` begins rows of our
own.
"""

SETTLEMENT = "hold:"
"""How the ids of the uses begin that settlements record, and no others: the hold's id follows."""
