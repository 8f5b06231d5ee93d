"""The Python client's types and methods, made from the OpenAPI document."""

import json
import keyword
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.deployment.template import ROOT
from tests.reference.openapi import Json
from tests.reference.operations import SCHEMAS, Operation, own_name, rooms, snake

PACKAGE = ROOT / "clients" / "python" / "src" / "organization_billing"
WIDTH = 110
PLAIN = {"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None"}
TYPES = '''\
"""What the API takes and answers, made by `make reference`: times are UTC seconds, money is minor units."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict
'''
METHODS = '''\
"""The methods of the clients, room by room, made by `make reference`."""

from dataclasses import dataclass

from organization_billing import types as t
from organization_billing.call import AsyncSend, Call, Send, keyed, segment
'''


def types() -> str:
    """A TypedDict for each schema that has fields, and a name for each other one."""
    others = [name for name, shape in SCHEMAS.items() if not shape.get("properties")]
    lines = [TYPES, *(line for name in others for line in _alias(name, SCHEMAS[name])), ""]
    for name, shape in SCHEMAS.items():
        if name not in others:
            lines += ["", *_type(name, shape), ""]
    return "\n".join(lines)


def methods() -> str:
    """A class for each room, and for each room once more for asyncio."""
    lines = [METHODS]
    for room, operations in rooms():
        lines += ["", *_room(room, operations, "", "Send"), "", "", *_room(room, operations, "Async", "AsyncSend"), ""]
    for prefix, send in (("", "Send"), ("Async", "AsyncSend")):
        lines += ["", *_all_rooms(prefix, send), ""]
    return "\n".join(lines)


def _alias(name: str, shape: Json) -> Iterator[str]:
    if "enum" not in shape:
        yield f"type {name} = {_python(shape)}"
        return
    yield f"type {name} = Literal["
    yield from (f"    {_literal(value)}," for value in shape["enum"])
    yield "]"


def _type(name: str, shape: Json) -> Iterator[str]:
    fields: Json = shape["properties"]
    present = {field: _presence(field, shape) for field in fields}
    if any(map(keyword.iskeyword, fields)):
        yield f"{name} = TypedDict("
        yield f'    "{name}",'
        yield "    {" + ", ".join(f'"{field}": "{told}"' for field, told in present.items()) + "},"
        yield ")"
        return
    yield f"class {name}(TypedDict):"
    yield from _docstring(shape.get("description", name))
    yield ""
    for field, told in present.items():
        yield f"    {field}: {told}"
        if "description" in fields[field]:
            yield from _docstring(fields[field]["description"])


def _presence(field: str, shape: Json) -> str:
    told = _python(shape["properties"][field])
    return told if field in shape.get("required", ()) else f"NotRequired[{told}]"


def _python(each: Json) -> str:
    match each:
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"anyOf": choices}:
            return " | ".join(dict.fromkeys(_python(choice) for choice in choices))
        case {"const": value}:
            return f"Literal[{_literal(value)}]"
        case {"enum": values}:
            return f"Literal[{', '.join(map(_literal, values))}]"
        case {"type": "array", "items": item}:
            return f"list[{_python(item)}]"
        case {"type": "object", "additionalProperties": {} as value} if value:
            return f"dict[str, {_python(value)}]"
        case {"type": "object"}:
            return "dict[str, Any]"
        case _:
            return PLAIN.get(each.get("type", ""), "Any")


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)


def _docstring(text: str, indent: str = "    ") -> Iterator[str]:
    lines = textwrap.wrap(text, WIDTH - len(indent))
    if len(lines) == 1:
        yield f'{indent}"""{lines[0]}"""'
        return
    yield f'{indent}"""{lines[0]}'
    yield from (f"{indent}{line}" for line in lines[1:])
    yield f'{indent}"""'


def _room(room: str, operations: Sequence[Operation], prefix: str, send: str) -> Iterator[str]:
    yield "@dataclass(frozen=True, slots=True)"
    yield f"class {prefix}{room.title()}:"
    yield f'    """`{room}` of {"an AsyncBilling" if prefix else "a Billing"}."""'
    yield ""
    yield f"    _send: {send}"
    for each in operations:
        yield ""
        yield from _method(each, prefix)


def _method(each: Operation, prefix: str) -> Iterator[str]:
    named = [f"{snake(own_name(name))}: str" for name in each.named]
    body = [f"body: t.{each.body}"] if each.body else []
    asked = ["*", *(f"{_argument(name)}: str | int | None = None" for name in each.query)] if each.query else []
    before, then = ("async def", "await ") if prefix else ("def", "")
    yield f"    {before} {each.verb}("
    yield from (f"        {argument}," for argument in ("self", *named, *body, *asked))
    yield f"    ) -> t.{each.answer}:"
    yield from _docstring(each.summary, " " * 8)
    yield f"        call: Call[t.{each.answer}] = Call("
    yield f'            "{each.method}",'
    yield f"            {_path(each)},"
    if each.query:
        yield "            query={"
        yield from (f'                "{name}": {_argument(name)},' for name in each.query)
        yield "            },"
    if each.body:
        yield f"            body={'keyed(body)' if each.keyed else 'body'},"
    yield "        )"
    yield f"        return {then}self._send(call)"


def _argument(name: str) -> str:
    return f"{snake(name)}_" if keyword.iskeyword(name) else snake(name)


def _path(each: Operation) -> str:
    path = each.path
    for name in each.named:
        path = path.replace(f"{{{name}}}", f"{{segment({snake(own_name(name))})}}")
    return f'{"f" if each.named else ""}"{path}"'


def _all_rooms(prefix: str, send: str) -> Iterator[str]:
    names = [room for room, _ in rooms()]
    yield f"class {prefix}Rooms:"
    yield '    """Every room of the API."""'
    yield ""
    yield f"    def __init__(self, send: {send}) -> None:"
    yield from (f"        self.{name} = {prefix}{name.title()}(send)" for name in names)


PAGES: Mapping[Path, Callable[[], str]] = {PACKAGE / "types.py": types, PACKAGE / "operations.py": methods}
