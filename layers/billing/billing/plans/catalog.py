"""The checks of the catalog: only a catalog that is valid in every detail is read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Any

from billing.core.clock import Lifetime
from billing.core.errors import InvalidCatalog
from billing.plans.catalog_features import read_features
from billing.plans.catalog_fields import HEAD, currency_code, fields, refuse, table, text, whole
from billing.plans.catalog_plans import RefusedPlan, read_name, read_plans, read_prices, read_sale
from billing.plans.feature import Counted, LevelSource
from billing.plans.plan import Addon, Catalog, OneTimeItem, Plan, Sale

type Row = tuple[Plan, ...] | RefusedPlan
"""A row of the table: a plan for each of its prices, or why it is none."""

LONGEST = {"days": 3650, "months": 120}
ADDON = ("max_quantity", "limits", "features", "sale")


def read_catalog(document: Mapping[str, Any]) -> Catalog:
    """Read the catalog file. Raises InvalidCatalog, naming the entry, for anything that is not exactly right."""
    fields(document, "the catalog", required=("plan",), optional=("addon", "charge", "top_up", *HEAD))
    plans = [read_plans(entry) for entry in _tables(document["plan"], "plan")]
    addons = [_read_addons(entry) for entry in _tables(document.get("addon", []), "addon")]
    charges = [_read_charge(entry) for entry in _tables(document.get("charge", []), "charge")]
    check_unique("name of a plan or add-on", [entry[0].id for entry in plans] + [entry[0].id for entry in addons])
    priced, raised = list(chain(*plans)), list(chain(*addons))
    goods: tuple[Plan | Addon | OneTimeItem, ...] = (*priced, *raised, *charges)
    check_unique("item price", [each.item_price_id for each in goods])
    _check_addons(priced, raised)
    return checked(
        Catalog(
            {plan.item_price_id: plan for plan in priced},
            {addon.item_price_id: addon for addon in raised},
            {item.item_price_id: item for item in charges},
            levels=_read_levels(document, (*priced, *raised)),
            top_up_lifetime=_read_top_up(document["top_up"]) if "top_up" in document else None,
        )
    )


def _read_levels(document: Mapping[str, Any], sold: Iterable[Plan | Addon]) -> LevelSource | None:
    if not document.keys() & HEAD:
        return None
    from billing.plans.catalog_levels import read_levels  # noqa: PLC0415 - only where Chargebee says levels

    return read_levels(document, {name for each in sold for name in each.features})


def checked(catalog: Catalog) -> Catalog:
    """The catalog, if its plans go together. Raises InvalidCatalog."""
    if len([plan for plan in catalog.plans.values() if plan.default]) > 1:
        refuse("there is more than one default plan")
    for sold in catalog.subscribable:
        other = catalog.plans.get(sold.id) or catalog.addons.get(sold.id)
        if other is not None and other.id != sold.id:
            refuse(f"{sold.id!r} is the name of one plan or add-on and an item price of another")
    _check_metered(catalog)
    _check_decimals(catalog)
    return catalog


def judged(shipped: Catalog, rows: Sequence[Row]) -> list[Row]:
    """The rows, those as refusals that do not go with the file by themselves: of rows that do not go together, they are
    to blame."""
    return [_alone(shipped, row) for row in rows]


def _alone(shipped: Catalog, row: Row) -> Row:
    if isinstance(row, RefusedPlan):
        return row
    try:
        checked(shipped.with_plans(row))
    except InvalidCatalog as wrong:
        return RefusedPlan(row[0].id, str(wrong))
    return row


def check_unique(what: str, named: Iterable[str]) -> None:
    """Raises InvalidCatalog for what is named twice."""
    seen = Counter(named)
    if twice := [name for name, times in seen.items() if times > 1]:
        refuse(f"the {what} {twice[0]!r} appears twice")


def _check_addons(plans: Iterable[Plan], addons: Iterable[Addon]) -> None:
    """An add-on raises what there is."""
    sold: tuple[Plan | Addon, ...] = (*addons, *plans)
    counted = {feature.id for each in sold for feature in each.features.values() if isinstance(feature, Counted)}
    limited = {name for plan in plans for name in plan.limits} | counted
    for addon in addons:
        if unknown := addon.limits.keys() - limited:
            refuse(f"addon {addon.id!r}: limits raises {min(unknown)!r}, which no plan and no add-on limits")
    check_kinds(plans, addons)


def check_kinds(plans: Iterable[Plan], addons: Iterable[Addon]) -> None:
    """What an add-on brings is of the kind that plans have it in, or whoever buys it beside one would have no more.

    Raises InvalidCatalog.
    """
    sold: tuple[Plan | Addon, ...] = (*addons, *plans)
    for addon in addons:
        for name, feature in addon.features.items():
            if any(type(each.features.get(name, feature)) is not type(feature) for each in sold):
                refuse(f"addon {addon.id!r}: feature {name!r} is on or off in one entry and counted in another")


def _check_metered(catalog: Catalog) -> None:
    """Chargebee takes one usage of an item price for a date, so two features of one item price could not both be
    billed."""
    billed: dict[str, str] = {}
    for feature in (each for sold in catalog.subscribable for each in sold.features.values()):
        if isinstance(feature, Counted) and feature.item_price_id is not None:
            other = billed.setdefault(feature.item_price_id, feature.id)
            if other != feature.id:
                refuse(f"item price {feature.item_price_id!r} bills both feature {other!r} and feature {feature.id!r}")


def _check_decimals(catalog: Catalog) -> None:
    """An organization may move from one plan to another, and what it used with it."""
    known: dict[str, int] = {}
    for feature in (each for sold in catalog.subscribable for each in sold.features.values()):
        if isinstance(feature, Counted) and known.setdefault(feature.id, feature.decimals) != feature.decimals:
            refuse(f"feature {feature.id!r} must have the same decimals in every plan and add-on")


def _read_addons(entry: Mapping[str, Any]) -> tuple[Addon, ...]:
    """An add-on for each of its prices."""
    if "id" in entry:
        own_id = read_name(entry["id"], "id")
        where = f"addon {own_id!r}"
        fields(entry, where, required=("id", "name", "prices"), optional=ADDON)
        shared = _shared(entry, where) | {"own_id": own_id}
        prices = read_prices(entry["prices"], where)
        return tuple(Addon(each, price=price, **shared | sale) for each, price, sale in prices)
    item_price_id = _item_price_id(entry)
    where = f"addon {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name"), optional=ADDON)
    return (Addon(item_price_id, **_shared(entry, where)),)


def _shared(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    limits = table(entry.get("limits", {}), "numbers", f"{where}: limits")
    features = read_features(entry.get("features", {}), where)
    if seats := [name for name, each in features.items() if isinstance(each, Counted) and each.per_seat]:
        refuse(f"{where}: feature {seats[0]!r} is multiplied by the add-on's quantity, not by seats")
    return {
        "name": text(entry["name"], f"{where}: name"),
        "max_quantity": whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity"),
        "limits": MappingProxyType({name: whole(more, 1, f"{where}: limit {name!r}") for name, more in limits.items()}),
        "features": MappingProxyType(features),
        "sale": read_sale(entry, {Sale.SOLD, Sale.RETIRED}, where) or Sale.SOLD,
    }


def _read_charge(entry: Mapping[str, Any]) -> OneTimeItem:
    item_price_id = _item_price_id(entry)
    where = f"charge {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name", "amount", "currency"), optional=("max_quantity",))
    return OneTimeItem(
        item_price_id,
        text(entry["name"], f"{where}: name"),
        whole(entry["amount"], 0, f"{where}: amount (minor currency units)"),
        currency_code(entry["currency"], where),
        whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity"),
    )


def _read_top_up(entry: object) -> Lifetime:
    """For how long it can be spent: in days or in months."""
    if not isinstance(entry, Mapping):
        refuse("top_up must be one table, written [top_up]")
    fields(entry, "top_up", required=("expires_after",), optional=())
    lifetime, where = entry["expires_after"], "top_up: expires_after"
    if not isinstance(lifetime, Mapping) or len(lifetime) != 1:
        refuse(f"{where} must be so many days or so many months: {{ months = 12 }}")
    fields(lifetime, where, required=(), optional=LONGEST)
    [(unit, count)] = lifetime.items()
    if whole(count, 1, f"{where}: {unit}") > LONGEST[unit]:
        refuse(f"{where}: {unit} must be {LONGEST[unit]} at most")
    return Lifetime(**{unit: count})


def _item_price_id(entry: Mapping[str, Any]) -> str:
    return text(entry.get("item_price_id"), "item_price_id")


def _tables(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        refuse(f"{name} must be a list of tables, written [[{name}]]")
    return value
