"""EventBridge's filter patterns, as a stream's event source mapping uses them.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from typing import Any

# JSON of any shape.
type Json = Any


def matches(event: Json, pattern: dict[str, Any]) -> bool:
    """Every key of the pattern matches; a key's list matches when one of its rules does."""
    if not isinstance(event, dict):
        return False
    return all(
        matches(event.get(key), wanted)
        if isinstance(wanted, dict)
        else any(_rule_matches(key in event, event.get(key), rule) for rule in wanted)
        for key, wanted in pattern.items()
    )


def _rule_matches(present: bool, value: Json, rule: Json) -> bool:
    if not isinstance(rule, dict):
        return present and bool(value == rule)
    (kind, operand), *more = rule.items()
    if more:
        raise ValueError(f"A filter rule has one operator: {rule}")
    match kind:
        case "exists":
            return present is operand
        case "prefix":
            return isinstance(value, str) and value.startswith(operand)
        case "suffix":
            return isinstance(value, str) and value.endswith(operand)
        case "anything-but":
            return present and value not in (operand if isinstance(operand, list) else [operand])
    raise ValueError(f"The stream pump does not know the filter rule {kind!r}.")
