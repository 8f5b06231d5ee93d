"""What is done to the rows of older versions, in the order in which it is done: this list only ever grows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

type Item = Mapping[str, Any]
"""A row in DynamoDB's own typed form."""

type Changes = Mapping[str, Any]
"""Attributes to set, in the same form; None removes one. Empty for a row that is as it shall be."""


@dataclass(frozen=True)
class Migration:
    """One change of the rows whose sort key begins with `rows`.

    `changes` gives nothing for a row that it has changed already. Whatever is deployed while it runs must read a row
    of before as well as one of after (docs/how-to/change-the-table.md).
    """

    name: str
    rows: str
    changes: Callable[[Item], Changes]


def copied(former: str, name: str) -> Callable[[Item], Changes]:
    """The attribute under its new name too. The former one is left to the next write, which drops it."""
    return lambda item: {name: item[former]} if former in item and name not in item else {}


MIGRATIONS = (Migration("top-up rules name their threshold's unit", "TOPUP#", copied("threshold", "threshold_micros")),)
