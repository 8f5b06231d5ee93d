"""The keys of the one table: a partition `pk`, and in it rows sorted by `sk`, byte by byte."""

from billing.table.attributes import Attributes, encode


def key(partition: str, row: str) -> Attributes:
    """The key of one row."""
    return encode({"pk": partition, "sk": row})


def successor(prefix: str) -> str:
    """The first text that sorts behind everything that begins with `prefix`, whatever letters follow."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
