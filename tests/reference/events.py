"""The reference of the announcements, made from their types: the JSON Schema, and the page that reads it out."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from billing.announcements.published import PublishedAnnouncement
from billing.announcements.relay import HOOKS
from billing.published import ANNOUNCEMENTS
from tests.reference.tables import documented, link, section, table

DOCS = Path(__file__).parents[2] / "docs" / "reference"
GOLDEN = Path(__file__).parents[1] / "announcements" / "golden"
KINDS: list[Any] = list(dict.fromkeys(ANNOUNCEMENTS.values()))
COMMON = frozenset(get_type_hints(PublishedAnnouncement))

INTRODUCTION = """\
# Events

What happened to an organization is announced on the event bus (source `billing`, the transition as the `detail-type`)
and to the functions of `hooks.py`. The bus' `detail` and a hook's `event` are the same document: its things have the
shape and the words in which the HTTP API answers. [events.schema.json](events.schema.json) says it to machines.

- **At least once.** `key` stays the same however often an announcement is delivered.
- **Hooks are told in order for each organization.** EventBridge keeps no order: of two announcements about one
  subscription the newer has the greater `key`. Their `at` may be those of two clocks, Chargebee's and ours.
- **Fields may be added** to version 1. A consumer lets pass what it does not know.
- Times are UTC seconds; amounts are minor units of their currency, or millionths where the name says `Micros`.
- A subscription's `planId`, `plan` and `limits` are the catalog's when the announcement leaves. One that leaves while
  the catalog cannot be read has its item price for a name, and no limits.

This page is made from the types by `make reference`.
"""


def schema() -> dict[str, Any]:
    """Every announcement is one of the kinds, by its transition."""
    _, made = TypeAdapter.json_schemas([(kind.__name__, "validation", TypeAdapter(kind)) for kind in KINDS])
    definitions = {name: documented(name, shape) for name, shape in made["$defs"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Announcements",
        "oneOf": [
            {"properties": {"transition": {"enum": _transitions(kind)}}, "$ref": f"#/$defs/{kind.__name__}"}
            for kind in KINDS
        ],
        "$defs": definitions,
    }


def schema_file() -> str:
    """The schema as it is kept."""
    return json.dumps(schema(), indent=2) + "\n"


def page() -> str:
    """The schema as it is read."""
    definitions: dict[str, Any] = schema()["$defs"]
    kinds = [kind.__name__ for kind in KINDS]
    shapes = [name for name in definitions if name not in kinds]
    common = definitions[kinds[0]]
    lines = [INTRODUCTION, "| Transition | Hook | Event |", "|---|---|---|"]
    for transition, kind in ANNOUNCEMENTS.items():
        hook = f"`{HOOKS[transition]}`" if transition in HOOKS else ""
        lines.append(f"| `{transition}` | {hook} | {link(kind.__name__)} |")
    lines += ["", "## Every event", *table(common, COMMON)]
    for name in kinds:
        lines += section(name, definitions[name], frozenset(definitions[name]["properties"]) - COMMON)
    for name in shapes:
        lines += section(name, definitions[name], frozenset(definitions[name]["properties"]))
    example = (GOLDEN / "subscription.past_due.json").read_text().rstrip()
    lines += ["", "## An example", "", "```json", example, "```", ""]
    return "\n".join(lines)


PAGES: Mapping[Path, Callable[[], str]] = {DOCS / "events.schema.json": schema_file, DOCS / "events.md": page}
"""Every file that is made, and how."""


def _transitions(kind: object) -> list[str]:
    return [str(transition) for transition, each in ANNOUNCEMENTS.items() if each is kind]
