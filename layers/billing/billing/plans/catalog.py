"""The checks of the catalog: only a catalog that is valid in every detail is read."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from billing.plans.catalog_features import currency_code, read_features
from billing.plans.catalog_fields import fields, flag, limit, refuse, text, whole
from billing.plans.feature import Counted, Overage, Reset
from billing.plans.plan import Addon, Catalog, OneTimeItem, Plan, Price

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
    return checked(Catalog(plans, addons, charges))


def checked(catalog: Catalog) -> Catalog:
    """The catalog, if its plans go together. Raises InvalidCatalog."""
    if len([plan for plan in catalog.plans.values() if plan.default]) > 1:
        refuse("there is more than one default plan")
    _check_metered(catalog)
    return catalog


def _check_metered(catalog: Catalog) -> None:
    """Chargebee takes one usage of an item price for a date, so two features of one item price could not both be
    billed."""
    billed: dict[str, str] = {}
    for feature in (each for plan in catalog.plans.values() for each in plan.features.values()):
        if isinstance(feature, Counted) and feature.item_price_id is not None:
            other = billed.setdefault(feature.item_price_id, feature.id)
            if other != feature.id:
                refuse(f"item price {feature.item_price_id!r} bills both feature {other!r} and feature {feature.id!r}")


def read_plan(entry: Mapping[str, Any]) -> Plan:
    """Read one plan, of the file or of the table. Raises InvalidCatalog."""
    item_price_id = _item_price_id(entry)
    where = f"plan {item_price_id!r}"
    fields(
        entry,
        where,
        required=("item_price_id", "name"),
        optional=("limits", "trial_days", "price", "default", "features", "grace_days"),
    )
    limits = entry.get("limits", {})
    if not isinstance(limits, Mapping):
        refuse(f"{where}: limits must be a table of numbers")
    plan = Plan(
        item_price_id=item_price_id,
        name=text(entry["name"], f"{where}: name"),
        limits=MappingProxyType({name: limit(value, f"{where}: limit {name!r}") for name, value in limits.items()}),
        trial_days=whole(entry.get("trial_days", 0), 0, f"{where}: trial_days"),
        price=_read_price(entry["price"], where) if "price" in entry else None,
        default=flag(entry.get("default", False), f"{where}: default"),
        features=MappingProxyType(read_features(entry.get("features", {}), where)),
        grace_days=whole(entry["grace_days"], 0, f"{where}: grace_days") if "grace_days" in entry else None,
    )
    if plan.default:
        _check_default(plan, where)
    return plan


def _check_default(plan: Plan, where: str) -> None:
    """Nobody is billed for the default plan, so it may cost nothing: an organization has it without a subscription."""
    if plan.price is not None or plan.trial_days:
        refuse(f"{where} is the default and must be free: no price, no trial")
    for feature in (each for each in plan.features.values() if isinstance(each, Counted)):
        if feature.item_price_id is not None or (feature.overage is Overage.ALLOW and feature.prices):
            refuse(f"{where} is the default, and feature {feature.id!r} would be invoiced without a subscription")
        if feature.reset is Reset.TERM:
            refuse(f"{where} is the default and has no term; feature {feature.id!r} needs another reset")


def _read_price(entry: object, where: str) -> Price:
    if not isinstance(entry, Mapping):
        refuse(f"{where}: price must be a table")
    fields(entry, f"{where}: price", required=("amount", "currency", "period"), optional=("per_seat",))
    currency = currency_code(entry["currency"], where)
    if text(entry["period"], f"{where}: period") not in PERIODS:
        refuse(f"{where}: period must be one of {', '.join(sorted(PERIODS))}")
    amount = whole(entry["amount"], 0, f"{where}: amount (minor currency units)")
    return Price(amount, currency, entry["period"], flag(entry.get("per_seat", False), f"{where}: per_seat"))


def _read_addon(entry: Mapping[str, Any]) -> Addon:
    item_price_id = _item_price_id(entry)
    where = f"addon {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name"), optional=("max_quantity",))
    most = whole(entry.get("max_quantity", 1), 1, f"{where}: max_quantity")
    return Addon(item_price_id, text(entry["name"], f"{where}: name"), most)


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


def _item_price_id(entry: Mapping[str, Any]) -> str:
    return text(entry.get("item_price_id"), "item_price_id")


def _tables(value: object, name: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
        refuse(f"{name} must be a list of tables, written [[{name}]]")
    return value
