"""The catalog's one gate: whatever it lets through is exactly what it promises to be."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from billing.domain.catalog_features import currency_code, read_features
from billing.domain.catalog_fields import fields, limit, refuse, text, whole
from billing.domain.plan import Addon, Catalog, ChargeItem, Plan, Price

PERIODS = frozenset({"day", "week", "month", "year"})


def read_catalog(document: Mapping[str, Any]) -> Catalog:
    """Read the catalog file. Raises InvalidCatalog, naming the entry, for anything that is not exactly right."""
    fields(document, "the catalog", required=("plan",), optional=("addon", "charge"))
    plans = {plan.item_price_id: plan for plan in map(read_plan, _tables(document["plan"], "plan"))}
    addons = {addon.item_price_id: addon for addon in map(_read_addon, _tables(document.get("addon", []), "addon"))}
    charges = {item.item_price_id: item for item in map(_read_charge, _tables(document.get("charge", []), "charge"))}
    entries = sum(len(document.get(kind, [])) for kind in ("plan", "addon", "charge"))
    if len({*plans, *addons, *charges}) != entries:
        refuse("an item price appears twice")
    if len([plan for plan in plans.values() if plan.default]) > 1:
        refuse("there is more than one default plan")
    return Catalog(plans, addons, charges)


def read_plan(entry: Mapping[str, Any]) -> Plan:
    """Read one plan, of the file or of the table. Raises InvalidCatalog."""
    item_price_id = _item_price_id(entry)
    where = f"plan {item_price_id!r}"
    fields(
        entry,
        where,
        required=("item_price_id", "name"),
        optional=("limits", "trial_days", "price", "default", "features"),
    )
    limits = entry.get("limits", {})
    if not isinstance(limits, Mapping):
        refuse(f"{where}: limits must be a table of numbers")
    return Plan(
        item_price_id=item_price_id,
        name=text(entry["name"], f"{where}: name"),
        limits=MappingProxyType({name: limit(value, f"{where}: limit {name!r}") for name, value in limits.items()}),
        trial_days=whole(entry.get("trial_days", 0), 0, f"{where}: trial_days"),
        price=_read_price(entry["price"], where) if "price" in entry else None,
        default=_default(entry, where),
        features=MappingProxyType(read_features(entry.get("features", {}), where)),
    )


def _default(entry: Mapping[str, Any], where: str) -> bool:
    """Whoever has no subscription has the default plan: it costs nothing, or it would be given away."""
    default = entry.get("default", False)
    if not isinstance(default, bool):
        refuse(f"{where}: default must be true or false")
    if default and ("price" in entry or entry.get("trial_days")):
        refuse(f"{where} is the default and must be free: no price, no trial")
    return default


def _read_price(entry: object, where: str) -> Price:
    if not isinstance(entry, Mapping):
        refuse(f"{where}: price must be a table")
    fields(entry, f"{where}: price", required=("amount", "currency", "period"), optional=("per_seat",))
    currency = currency_code(entry["currency"], where)
    if text(entry["period"], f"{where}: period") not in PERIODS:
        refuse(f"{where}: period must be one of {', '.join(sorted(PERIODS))}")
    if not isinstance(entry.get("per_seat", False), bool):
        refuse(f"{where}: per_seat must be true or false")
    amount = whole(entry["amount"], 0, f"{where}: amount (minor currency units)")
    return Price(amount, currency, entry["period"], entry.get("per_seat", False))


def _read_addon(entry: Mapping[str, Any]) -> Addon:
    item_price_id = _item_price_id(entry)
    where = f"addon {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name"), optional=("max_quantity",))
    most = whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity")
    return Addon(item_price_id, text(entry["name"], f"{where}: name"), most)


def _read_charge(entry: Mapping[str, Any]) -> ChargeItem:
    item_price_id = _item_price_id(entry)
    where = f"charge {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name", "amount", "currency"), optional=("max_quantity",))
    return ChargeItem(
        item_price_id,
        text(entry["name"], f"{where}: name"),
        whole(entry["amount"], 0, f"{where}: amount (minor currency units)"),
        currency_code(entry["currency"], where),
        whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity"),
    )


def _item_price_id(entry: Mapping[str, Any]) -> str:
    return text(entry.get("item_price_id"), "item_price_id")


def _tables(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        refuse(f"{name} must be a list of tables, written [[{name}]]")
    return value
