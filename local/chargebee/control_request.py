"""Reading a request to `/_sim`; one that makes no sense is a ValueError."""

import json
from dataclasses import replace
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from starlette.requests import Request

from local.chargebee.assumptions import Assumptions
from local.chargebee.simulator import Simulator
from local.chargebee.site_settings import SiteSettings


def simulator_of(request: Request) -> Simulator:
    simulator: Simulator = request.app.state.simulator
    return simulator


async def body_of(request: Request) -> dict[str, Any]:
    document = json.loads(await request.body() or b"{}")
    if not isinstance(document, dict):
        raise ValueError("the body must be a JSON object")
    return document


def whole_number(body: dict[str, Any], name: str) -> int:
    """Zero or more."""
    number = body.get(name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{name} must be a whole number, zero or more")
    return number


def changed[Fields: (Assumptions, SiteSettings)](fields: Fields, wanted: dict[str, Any]) -> Fields:
    """The fields with those that are wanted otherwise; the rest stay as they are."""
    hints = get_type_hints(type(fields))
    if unknown := wanted.keys() - hints.keys():
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return replace(fields, **{name: _fitting(name, hints[name], value) for name, value in wanted.items()})


def _fitting(name: str, hint: Any, value: object) -> Any:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise ValueError(f"{name} must be one of {', '.join(get_args(hint))}")
        return value
    if hint is str and isinstance(value, str):
        return value
    if value is None and isinstance(hint, UnionType):
        return None
    if hint is not str and isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError(f"{name} must be {'a text' if hint is str else 'a list of texts'}")
