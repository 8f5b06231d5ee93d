"""What DynamoDB charges for a call, by the sizes of what goes over the wire.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html: a write is a unit for
each KB of its item, twice that in a transaction, also when its condition fails; a strongly consistent read is a unit
for each 4 KB. An update is counted by the size of what it sends, because its item does not travel: rows of ours that
are updated stay below 1 KB. Indexes are left out.
"""

import json
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
            found = answer.get("Items") or answer.get("Item") or []
            strong = 1 if parameters.get("ConsistentRead") else 0.5
            return Units(read=strong * max(1, ceil(_size(found) / (4 * KB))))
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


def _size(item: object) -> int:
    """Of names and values, as the wire spells them, which is a little more than DynamoDB counts."""
    return len(json.dumps(item, default=str, separators=(",", ":")).encode())
