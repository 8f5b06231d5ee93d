"""Reading whose levels count: `entitlements = "chargebee"`, and `[features.api-calls]` with a `source` of its own."""

from collections import Counter
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from billing.plans.catalog_fields import fields, refuse, text
from billing.plans.feature import LevelSource

CHARGEBEE, CATALOG = "chargebee", "catalog"


def read_levels(document: Mapping[str, Any], known: Collection[str]) -> LevelSource:
    """What the head of the file says of the features that are `known`. Raises InvalidCatalog."""
    everything = _source(document.get("entitlements", CATALOG), "entitlements") == CHARGEBEE
    listed = document.get("features", {})
    if not isinstance(listed, Mapping):
        refuse("features must be tables, written [features.NAME]")
    ids: dict[str, str] = {}
    own: set[str] = set()
    for name, entry in listed.items():
        where = f"feature {name!r}"
        if name not in known:
            refuse(f"{where}: no plan and no add-on has it")
        if not isinstance(entry, Mapping):
            refuse(f"{where} must be a table")
        fields(entry, where, required=("source",), optional=("chargebee_id",))
        if _source(entry["source"], f"{where}: source") == CHARGEBEE:
            ids[name] = text(entry.get("chargebee_id", name), f"{where}: chargebee_id")
        elif "chargebee_id" in entry:
            refuse(f"{where}: chargebee_id is for what has its source there")
        else:
            own.add(name)
    source = LevelSource(MappingProxyType(ids), everything, frozenset(own))
    told = Counter(each for name in known if (each := source.id_of(name)))
    if twice := sorted(each for each, times in told.items() if times > 1):
        refuse(f"chargebee_id {twice[0]!r} appears twice")
    return source


def _source(value: object, where: str) -> object:
    if value not in (CHARGEBEE, CATALOG):
        refuse(f"{where} must be {CHARGEBEE!r} or {CATALOG!r}")
    return value
