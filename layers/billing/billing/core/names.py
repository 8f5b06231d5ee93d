"""What an id may look like: one rule for each kind, so that whatever is accepted can be named in a path afterwards."""

import re

ORGANIZATION = "An organization id is 1 to 100 letters, digits or any of _ . : @ + ~ - and not dots alone."
FEATURE = "A feature's name is 1 to 100 letters, digits or any of _ . : - and not dots alone."
CHOSEN = r"An id is 1 to 100 visible characters but / \ and %, does not begin with #, and is not dots alone."

SETTLEMENT = "hold:"
"""How the ids of the uses begin that settlements record, and no others: the hold's id follows."""

_ORGANIZATION = re.compile(r"[A-Za-z0-9_.:@+~-]{1,100}")
_FEATURE = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_CHOSEN = re.compile(r"[^#\s/\\%][^\s/\\%]{0,99}")
_DOTS = frozenset({".", ".."})
"""Segments that every client takes out of a path: https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4"""


def is_organization_id(text: str) -> bool:
    """Whether an organization may be called so."""
    return _ORGANIZATION.fullmatch(text) is not None and text not in _DOTS


def is_feature_name(text: str) -> bool:
    """Whether a feature, or a dimension of its use, may be called so."""
    return _FEATURE.fullmatch(text) is not None and text not in _DOTS


def is_chosen_id(text: str) -> bool:
    """Whether a caller may choose this id: for a use, a cost, a hold, a charge, an adjustment.

    A slash ends a segment, gateways disagree about a percent sign that is decoded twice, `#` begins rows of our own,
    and what is not printable is no text that every store keeps.
    """
    return _CHOSEN.fullmatch(text) is not None and text not in _DOTS and text.isprintable()
