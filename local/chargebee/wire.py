"""From `a[b][0]=c` on the wire to typed parameters, refusing whatever the operation does not know."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from local.chargebee.errors import missing, wrong_value
from local.chargebee.schema import Boolean, Choice, Filter, Integer, Json, Kind, ListOf, Real, Record, Rows, Text

Node = str | dict[str, "Node"]
Tree = dict[str, Node]


def read_parameters(schema: Record, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Typed parameters by name; an empty value is None, which clears the field."""
    return _record(schema, _tree(pairs), "")


def _tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    root: Tree = {}
    for key, value in pairs:
        *parents, leaf = _path(key)
        node = root
        for part in parents:
            child = node.setdefault(part, {})
            if not isinstance(child, dict):
                raise wrong_value(key, "is given both as a value and as a group")
            node = child
        if leaf in node:
            raise wrong_value(key, "is given twice")
        node[leaf] = value
    return root


def _path(key: str) -> list[str]:
    head, *rest = key.split("[")
    if not head or any(not part.endswith("]") or len(part) == 1 for part in rest):
        raise wrong_value(key, "is not a parameter name")
    return [head, *(part[:-1] for part in rest)]


def _record(schema: Record, node: Node, at: str) -> dict[str, Any]:
    if not isinstance(node, dict):
        raise wrong_value(at, "must be given as a group")
    for name in node:
        if name not in schema.fields:
            raise wrong_value(_name(at, name), "unknown parameter", error_code="param_unknown")
    values = {name: _value(schema.fields[name], raw, _name(at, name)) for name, raw in node.items()}
    _require(schema, values, at, "")
    return values


def _require(schema: Record, values: dict[str, Any], at: str, suffix: str) -> None:
    for name in sorted(schema.required):
        if values.get(name) is None:
            raise missing(_name(at, name) + suffix)


def _name(at: str, name: str) -> str:
    return f"{at}[{name}]" if at else name


def _value(kind: Kind, raw: Node, at: str) -> object:
    match kind:
        case Record():
            return _record(kind, raw, at)
        case Rows():
            return _rows(kind, raw, at)
        case ListOf():
            return _list(kind, raw, at)
        case Filter():
            return _filter(kind, raw, at)
        case _:
            return _scalar(kind, raw, at)


def _rows(kind: Rows, node: Node, at: str) -> list[dict[str, Any]]:
    if not isinstance(node, dict):
        raise wrong_value(at, "must be given as a list")
    rows: dict[int, dict[str, Any]] = {}
    for field, column in node.items():
        name = _name(at, field)
        if field not in kind.row.fields:
            raise wrong_value(name, "unknown parameter", error_code="param_unknown")
        for index, raw in _indexed(column, name):
            value = _value(kind.row.fields[field], raw, f"{name}[{index}]")
            rows.setdefault(index, {})[field] = value
    for index, row in rows.items():
        _require(kind.row, row, at, f"[{index}]")
    return [rows[index] for index in sorted(rows)]


def _list(kind: ListOf, node: Node, at: str) -> list[Any]:
    return [_value(kind.item, raw, f"{at}[{index}]") for index, raw in _indexed(node, at)]


def _indexed(node: Node, at: str) -> list[tuple[int, Any]]:
    if not isinstance(node, dict) or not all(index.isdecimal() for index in node):
        raise wrong_value(at, "must be given as a list")
    return sorted((int(index), raw) for index, raw in node.items())


def _filter(kind: Filter, node: Node, at: str) -> dict[str, Any]:
    if not isinstance(node, dict) or not node:
        raise wrong_value(at, "must be given with an operator")
    return {operator: _operand(kind, operator, raw, _name(at, operator)) for operator, raw in node.items()}


def _operand(kind: Filter, operator: str, raw: Node, at: str) -> object:
    if operator not in kind.operators:
        raise wrong_value(at, "unknown operator", error_code="param_unknown")
    if operator == "is_present":
        return _scalar(Boolean(), raw, at)
    if operator in ("in", "not_in", "between"):
        return [_present(kind.operand, item, at) for item in _members(raw, at)]
    return _present(kind.operand, raw, at)


def _members(raw: Node, at: str) -> list[str]:
    """`["a","b"]` as documented, or `['a', 'b']` as the Python SDK writes it."""
    text = str(raw).strip()
    if not (text.startswith("[") and text.endswith("]")):
        raise wrong_value(at, "must be a list in brackets")
    return [part.strip().strip("'\"") for part in text[1:-1].split(",") if part.strip()]


def _present(kind: Kind, raw: Node, at: str) -> object:
    value = _scalar(kind, raw, at)
    if value is None:
        raise missing(at)
    return value


def _scalar(kind: Kind, raw: Node, at: str) -> object:
    if not isinstance(raw, str):
        raise wrong_value(at, "must be a single value")
    if raw == "":
        return None
    if isinstance(kind, Integer | Real | Boolean):
        return _PLAIN[type(kind)](raw, at)
    match kind:
        case Json():
            return _json(kind, raw, at)
        case Choice(values) if raw not in values:
            raise wrong_value(at, f"{raw} is not one of the allowed values")
        case Text(max_length) if max_length is not None and len(raw) > max_length:
            raise wrong_value(at, f"cannot be longer than {max_length} characters")
    return raw


def _boolean(raw: str, at: str) -> bool:
    if raw not in ("true", "false"):
        raise wrong_value(at, "must be true or false")
    return raw == "true"


def _real(raw: str, at: str) -> float:
    try:
        return float(raw)
    except ValueError as malformed:
        raise wrong_value(at, "must be a number") from malformed


def _integer(raw: str, at: str) -> int:
    if not raw.removeprefix("-").isdecimal():
        raise wrong_value(at, "must be a number")
    return int(raw)


_PLAIN: dict[type, Callable[[str, str], object]] = {Integer: _integer, Real: _real, Boolean: _boolean}


def _json(kind: Json, raw: str, at: str) -> object:
    try:
        document = json.loads(raw)
    except ValueError as malformed:
        raise wrong_value(at, "is not valid JSON") from malformed
    if not isinstance(document, kind.of):
        raise wrong_value(at, f"must be a JSON {'object' if kind.of is dict else 'array'}")
    return document
