"""The JavaScript client's table of operations and its types, made from the OpenAPI document."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.deployment.template import ROOT
from tests.reference.openapi import Json
from tests.reference.operations import SCHEMAS, Operation, camel, own_name, rooms

SOURCE = ROOT / "clients" / "js" / "src"
PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
TABLE = """\
// Every operation, by its room: method, path, and what is given beside the names in the path: a body (b), one whose key
// the client may make (k), a query (q). Made by `make reference`.
export const OPERATIONS = {"""
TYPES = """\
// What the API takes and answers, made by `make reference`: times are UTC seconds, money is minor units.

/** Whatever else a call may say. */
export interface CallOptions {
  signal?: AbortSignal;
}
"""


def table() -> str:
    """What the client makes its methods of."""
    lines = [TABLE]
    for room, operations in rooms():
        lines.append(f"  {room}: {{")
        lines += [f"    {camel(each.verb)}: {_row(each)}," for each in operations]
        lines.append("  },")
    return "\n".join([*lines, "};", ""])


def types() -> str:
    """An interface for each schema that has fields, a name for each other one, and the rooms with their methods."""
    lines = [TYPES]
    for name, shape in SCHEMAS.items():
        lines += [*_type(name, shape), ""]
    for room, operations in rooms():
        lines += [*_room(room, operations), ""]
    lines += ["/** Every room of the API. */", "export interface Rooms {"]
    return "\n".join([*lines, *(f"  {room}: {room.title()};" for room, _ in rooms()), "}", ""])


def _row(each: Operation) -> str:
    given = ("k" if each.keyed else "b") if each.body else ""
    return json.dumps([each.method, each.path, given + ("q" if each.query else "")])


def _type(name: str, shape: Json) -> Iterator[str]:
    yield f"/** {shape.get('description', name)} */"
    fields: Json = shape.get("properties", {})
    if not fields:
        yield f"export type {name} = {_typescript(shape)};"
        return
    yield f"export interface {name} {{"
    for field, each in fields.items():
        if "description" in each:
            yield f"  /** {each['description']} */"
        yield f"  {field}{'' if field in shape.get('required', ()) else '?'}: {_typescript(each)};"
    yield "}"


def _typescript(each: Json) -> str:
    match each:
        case {"$ref": reference}:
            return str(reference).rpartition("/")[2]
        case {"anyOf": choices}:
            return " | ".join(dict.fromkeys(_typescript(choice) for choice in choices))
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"type": "array", "items": item}:
            return f"Array<{_typescript(item)}>"
        case {"type": "object", "additionalProperties": {} as value} if value:
            return f"Record<string, {_typescript(value)}>"
        case {"type": "object"}:
            return "Record<string, unknown>"
        case _:
            return PLAIN.get(each.get("type", ""), "unknown")


def _room(room: str, operations: Sequence[Operation]) -> Iterator[str]:
    yield f"export interface {room.title()} {{"
    for each in operations:
        named = [f"{own_name(name)}: string" for name in each.named]
        body = [f"body: {each.body}"] if each.body else []
        fields = "; ".join(f"{name}?: string | number" for name in each.query)
        query = [f"query?: {{ {fields} }}"] if each.query else []
        yield f"  /** {each.summary} */"
        given = ", ".join([*named, *body, *query, "options?: CallOptions"])
        yield f"  {camel(each.verb)}({given}): Promise<{each.answer}>;"
    yield "}"


PAGES: Mapping[Path, Callable[[], str]] = {SOURCE / "operations.js": table, SOURCE / "types.d.ts": types}
