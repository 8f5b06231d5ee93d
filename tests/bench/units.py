"""What DynamoDB charges for a call, by the sizes of its items.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html: a write is a unit for
each KB of its item, twice that in a transaction, also when its condition fails; a strongly consistent read is a unit
for each 4 KB. How large an item is says
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html. An update is counted by
the size of what it sends, because its item does not travel: rows of ours that are updated stay below 1 KB. Indexes are
left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

KB = 1024


@dataclass(frozen=True)
class Units:
    """Of reading and of writing."""

    read: float = 0
    written: float = 0

    def __add__(self, other: "Units") -> "Units":
        return Units(self.read + other.read, self.written + other.written)


def units(operation: str, parameters: Mapping[str, Any], answer: Mapping[str, Any]) -> Units:
    """Of one call; nothing for what is no call of the table."""
    match operation:
        case "Query" | "GetItem":
            found = answer.get("Items") or [answer.get("Item") or {}]
            strong = 1 if parameters.get("ConsistentRead") else 0.5
            return Units(read=strong * max(1, ceil(sum(map(_size, found)) / (4 * KB))))
        case "BatchGetItem":
            return Units(read=sum(len(each["Keys"]) for each in parameters["RequestItems"].values()))
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return Units(written=_kilobytes(parameters))
        case "TransactWriteItems":
            writes = [each for item in parameters["TransactItems"] for each in item.values()]
            return Units(written=2 * sum(map(_kilobytes, writes)))
    return Units()


def _kilobytes(write: Mapping[str, Any]) -> int:
    return max(1, ceil(_size(write.get("Item") or write.get("ExpressionAttributeValues") or {}) / KB))


def _size(item: Mapping[str, Any]) -> int:
    """In bytes: of the names and of what they hold."""
    return sum(len(name.encode()) + _held(value) for name, value in item.items())


def _held(typed: Mapping[str, Any]) -> int:
    [(kind, value)] = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return 1 + ceil(len(value.strip("-")) / 2)
        case "SS":
            return sum(len(each.encode()) for each in value)
        case "L":
            return 3 + sum(1 + _held(each) for each in value)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _held(each) for name, each in value.items())
    return 1
