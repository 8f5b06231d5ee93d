"""Tables of fields, as the pages of the reference show a JSON Schema."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tests.reference.docstrings import field_docstrings


def documented(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    """The definition with its fields' docstrings, and without titles that only repeat their names."""
    told = field_docstrings(name)
    properties = {
        field: {key: value for key, value in each.items() if key != "title"}
        | ({"description": told[field]} if field in told else {})
        for field, each in shape["properties"].items()
    }
    return {**shape, "properties": properties}


def section(name: str, shape: Mapping[str, Any], fields: Collection[str], *, level: str = "##") -> list[str]:
    """A definition's heading, what it is, and its `fields`."""
    told = " ".join(shape.get("description", "").split())
    return ["", f"{level} {name}", "", told, *table(shape, fields)]


def table(shape: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    """The fields of those `names`."""
    if not names:
        return
    yield ""
    yield "| Field | Type | |"
    yield "|---|---|---|"
    for name, each in shape["properties"].items():
        if name in names:
            yield f"| `{name}` | {type_name(each)}{_absent(name, shape)} | {each.get('description', '')} |"


def _absent(name: str, shape: Mapping[str, Any]) -> str:
    """What it means to leave the field out."""
    if name in shape.get("required", ()):
        return ""
    default = shape["properties"][name].get("default")
    return ", may be missing" if default is None else f", by default `{json.dumps(default)}`"


def type_name(each: Mapping[str, Any]) -> str:
    """A type in words."""
    match each:
        case {"$ref": reference}:
            return link(reference.rpartition("/")[2])
        case {"anyOf": choices}:
            return " or ".join(type_name(choice) for choice in choices)
        case {"const": value}:
            return f"`{value if isinstance(value, str) else json.dumps(value)}`"
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"type": "array", "items": item}:
            return f"list of {type_name(item)}"
        case {"type": "object", "additionalProperties": {} as value} if value:
            return f"map of {type_name(value)}"
        case _:
            return str(each.get("type", "anything"))


def link(name: str) -> str:
    """To the section of a definition."""
    return f"[{name}](#{name.lower()})"
