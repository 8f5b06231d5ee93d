"""The catalog's one gate: whatever it lets through is exactly what it promises to be."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from billing.domain.errors import InvalidCatalog
from billing.domain.plan import Addon, Catalog, Plan, Price

PERIODS = frozenset({"day", "week", "month", "year"})


def read_catalog(document: Mapping[str, Any]) -> Catalog:
    """Read the catalog file. Raises InvalidCatalog, naming the entry, for anything that is not exactly right."""
    _fields(document, "the catalog", required=("plan",), optional=("addon",))
    plans = {plan.item_price_id: plan for plan in map(read_plan, _tables(document["plan"], "plan"))}
    addons = {addon.item_price_id: addon for addon in map(_read_addon, _tables(document.get("addon", []), "addon"))}
    if len({*plans, *addons}) != len(document["plan"]) + len(document.get("addon", [])):
        _refuse("an item price appears twice")
    return Catalog(plans, addons)


def read_plan(entry: Mapping[str, Any]) -> Plan:
    """Read one plan, of the file or of the table. Raises InvalidCatalog."""
    item_price_id = _item_price_id(entry)
    where = f"plan {item_price_id!r}"
    _fields(entry, where, required=("item_price_id", "name"), optional=("limits", "trial_days", "price"))
    limits = entry.get("limits", {})
    if not isinstance(limits, Mapping):
        _refuse(f"{where}: limits must be a table of numbers")
    return Plan(
        item_price_id=item_price_id,
        name=_text(entry["name"], f"{where}: name"),
        limits=MappingProxyType({name: _limit(value, f"{where}: limit {name!r}") for name, value in limits.items()}),
        trial_days=_whole(entry.get("trial_days", 0), 0, f"{where}: trial_days"),
        price=_read_price(entry["price"], where) if "price" in entry else None,
    )


def _read_price(entry: object, where: str) -> Price:
    if not isinstance(entry, Mapping):
        _refuse(f"{where}: price must be a table")
    _fields(entry, f"{where}: price", required=("amount", "currency", "period"), optional=("per_seat",))
    currency = _text(entry["currency"], f"{where}: currency")
    if len(currency) != len("USD") or not currency.isupper():
        _refuse(f"{where}: currency must be an ISO 4217 code such as 'USD', not {currency!r}")
    if _text(entry["period"], f"{where}: period") not in PERIODS:
        _refuse(f"{where}: period must be one of {', '.join(sorted(PERIODS))}")
    if not isinstance(entry.get("per_seat", False), bool):
        _refuse(f"{where}: per_seat must be true or false")
    amount = _whole(entry["amount"], 0, f"{where}: amount (minor currency units)")
    return Price(amount, currency, entry["period"], entry.get("per_seat", False))


def _read_addon(entry: Mapping[str, Any]) -> Addon:
    item_price_id = _item_price_id(entry)
    where = f"addon {item_price_id!r}"
    _fields(entry, where, required=("item_price_id", "name"), optional=("max_quantity",))
    most = _whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity")
    return Addon(item_price_id, _text(entry["name"], f"{where}: name"), most)


def _item_price_id(entry: Mapping[str, Any]) -> str:
    return _text(entry.get("item_price_id"), "item_price_id")


def _tables(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        _refuse(f"{name} must be a list of tables, written [[{name}]]")
    return value


def _fields(entry: Mapping[str, Any], where: str, required: Iterable[str], optional: Iterable[str]) -> None:
    known = {*required, *optional}
    if unknown := entry.keys() - known:
        _refuse(f"{where} has an unknown field {min(unknown)!r}; known are {', '.join(sorted(known))}")
    if missing := set(required) - entry.keys():
        _refuse(f"{where} lacks {min(missing)!r}")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        _refuse(f"{where} must be text")
    return value


def _whole(value: object, least: int, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        _refuse(f"{where} must be a whole number from {least}")
    return value


def _limit(value: object, where: str) -> int | None:
    return None if value == "unlimited" else _whole(value, 0, where)


def _refuse(what: str) -> NoReturn:
    raise InvalidCatalog(f"The plan catalog is not valid: {what}.")
