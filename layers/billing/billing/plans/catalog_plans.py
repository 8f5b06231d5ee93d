"""Reading a plan's entry: one of an item price, or one with a name of its own and several prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from billing.core.errors import InvalidCatalog
from billing.core.names import ORGANIZATION, PLAN
from billing.plans.catalog_features import read_features
from billing.plans.catalog_fields import choice, currency_code, fields, flag, limit, refuse, table, text, whole
from billing.plans.feature import Counted, Overage, Reset
from billing.plans.plan import Plan, Price, Sale

PERIODS = frozenset({"day", "week", "month", "year"})
SEATS = ("min_seats", "seat_step")
EITHER = (
    *("limits", "trial_days", "default", "features", "grace_days", "sale", "line", "organizations", "follow_members"),
    *SEATS,
)


@dataclass(frozen=True, slots=True)
class RefusedPlan:
    """A row of the table that is no plan, and why. `key` names the row: the plan's name, or its item price."""

    key: str
    problem: str


def read_plans(entry: Mapping[str, Any]) -> tuple[Plan, ...]:
    """Read one entry, of the file or of the table: a plan for each of its prices. Raises InvalidCatalog."""
    plans = _read_named(entry) if "id" in entry else (_read_priced(entry),)
    for plan in plans:
        least, most = plan.seats_for(1), plan.limits.get("seats")
        if most is not None and least > max(1, most):
            refuse(f"plan {plan.id!r} is sold from {least} seats on, and its limit is {most}")
        if plan.default:
            _check_default(plan, f"plan {plan.id!r}")
    return plans


def read_row(row: Mapping[str, Any]) -> tuple[Plan, ...] | RefusedPlan:
    """Read a row of the table, whose sort key is the plan's name. One that is not exactly right is its refusal."""
    key = str(row["sk"])
    entry = {name: value for name, value in row.items() if name not in ("pk", "sk")}
    try:
        if entry.get("id", key) != key:
            refuse(f"plan {entry['id']!r} is in the row of {key!r}")
        return read_plans(entry)
    except InvalidCatalog as wrong:
        return RefusedPlan(key, str(wrong))


def _read_named(entry: Mapping[str, Any]) -> tuple[Plan, ...]:
    own_id = read_name(entry["id"], "id")
    where = f"plan {own_id!r}"
    fields(entry, where, required=("id", "name"), optional=("prices", *EITHER))
    free = entry.get("default") is True and "prices" not in entry
    shared = _shared(entry, where, Reset.MONTH if free else Reset.TERM)
    prices = [(own_id, None, {})] if free else read_prices(entry.get("prices"), where)
    return tuple(
        Plan(item_price_id, price=price, own_id=own_id, **shared | sale) for item_price_id, price, sale in prices
    )


def _read_priced(entry: Mapping[str, Any]) -> Plan:
    item_price_id = text(entry.get("item_price_id"), "item_price_id")
    where = f"plan {item_price_id!r}"
    fields(entry, where, required=("item_price_id", "name"), optional=("price", *EITHER))
    price = _read_price(entry["price"], where) if "price" in entry else None
    return Plan(item_price_id, price=price, **_shared(entry, where, Reset.MONTH))


def read_name(value: object, where: str) -> str:
    """The name of a plan, of an add-on or of a line."""
    name = text(value, where)
    if not PLAN.allows(name):
        refuse(f"{where} {name!r} is a name that no request could use")
    return name


def read_prices(entry: object, where: str) -> list[tuple[str, Price | None, dict[str, Sale]]]:
    """The item prices of an entry, each with what it costs, and its `sale` where that is not the entry's own: of what
    is sold to few or to nobody, no price is sold to more."""
    if not isinstance(entry, list) or not entry:
        refuse(f"{where}: prices must be a list of tables, at least one")
    return [_read_item_price(each, f"{where}: price {number}") for number, each in enumerate(entry, 1)]


def read_sale(entry: Mapping[str, Any], allowed: Iterable[Sale], where: str) -> Sale | None:
    """How it is sold, None where the entry does not say."""
    if "sale" not in entry:
        return None
    sale: Sale = choice(Sale, entry["sale"], f"{where}: sale")
    if sale not in allowed:
        refuse(f"{where}: sale must be one of {', '.join(sorted(allowed))}")
    return sale


def _shared(entry: Mapping[str, Any], where: str, reset: Reset) -> dict[str, Any]:
    """What both kinds of an entry say."""
    limits = table(entry.get("limits", {}), "numbers", f"{where}: limits")
    sale = read_sale(entry, Sale, where) or Sale.SOLD
    return {
        "name": text(entry["name"], f"{where}: name"),
        "limits": MappingProxyType({name: limit(value, f"{where}: limit {name!r}") for name, value in limits.items()}),
        "trial_days": whole(entry.get("trial_days", 0), 0, f"{where}: trial_days"),
        "default": flag(entry.get("default", False), f"{where}: default"),
        "features": MappingProxyType(read_features(entry.get("features", {}), where, reset)),
        "grace_days": whole(entry["grace_days"], 0, f"{where}: grace_days") if "grace_days" in entry else None,
        "sale": sale,
        "line": read_name(entry["line"], f"{where}: line") if "line" in entry else None,
        "organizations": _read_organizations(entry, sale, where),
        **{name: whole(entry.get(name, 1), 1, f"{where}: {name}") for name in SEATS},
        "follow_members": flag(entry.get("follow_members", True), f"{where}: follow_members"),
    }


def _read_organizations(entry: Mapping[str, Any], sale: Sale, where: str) -> frozenset[str]:
    """Whom a private plan is offered to. It names them, if only as an empty list: none can be forgotten."""
    if ("organizations" in entry) is not (sale is Sale.PRIVATE):
        refuse(f"{where}: organizations must be listed for a private plan, and for no other")
    listed = entry.get("organizations", [])
    if not isinstance(listed, list):
        refuse(f"{where}: organizations must be a list of their ids")
    for each in listed:
        if not isinstance(each, str) or not ORGANIZATION.allows(each):
            refuse(f"{where}: organizations has {each!r}. {ORGANIZATION.sentence}")
    return frozenset(listed)


def _check_default(plan: Plan, where: str) -> None:
    """Nobody is billed for the default plan, so it may cost nothing: an organization has it without a subscription."""
    if plan.price is not None or plan.trial_days:
        refuse(f"{where} is the default and must be free: no price, no trial")
    if plan.min_seats > 1 or plan.seat_step > 1:
        refuse(f"{where} is the default, of which no seats are sold: no min_seats, no seat_step")
    if plan.sale is not Sale.SOLD or plan.line is not None:
        refuse(f"{where} is the default, which everybody has: no sale, no line")
    for feature in (each for each in plan.features.values() if isinstance(each, Counted)):
        _check_free(feature, where)


def _check_free(feature: Counted, where: str) -> None:
    """Without a subscription there is no invoice, no term and no seat."""
    if feature.item_price_id is not None or (feature.overage is Overage.ALLOW and feature.prices):
        refuse(f"{where} is the default, and feature {feature.id!r} would be invoiced without a subscription")
    if feature.reset is Reset.TERM:
        refuse(f"{where} is the default and has no term; feature {feature.id!r} needs another reset")
    if feature.rollover:
        refuse(f"{where} is the default, which nobody pays for; feature {feature.id!r} needs no rollover")
    if feature.per_seat:
        refuse(f"{where} is the default and has no seats; feature {feature.id!r} needs a limit of its own")


def _read_item_price(entry: object, where: str) -> tuple[str, Price | None, dict[str, Sale]]:
    if not isinstance(entry, Mapping):
        refuse(f"{where} must be a table")
    item_price_id = text(entry.get("item_price_id"), f"{where}: item_price_id")
    price = {name: value for name, value in entry.items() if name not in ("item_price_id", "sale")}
    retired = read_sale(entry, {Sale.SOLD, Sale.RETIRED}, where) is Sale.RETIRED
    return item_price_id, _read_price(price, where), {"sale": Sale.RETIRED} if retired else {}


def _read_price(entry: object, where: str) -> Price:
    if not isinstance(entry, Mapping):
        refuse(f"{where}: price must be a table")
    fields(entry, f"{where}: price", required=("amount", "currency", "period"), optional=("per_seat",))
    currency = currency_code(entry["currency"], where)
    if text(entry["period"], f"{where}: period") not in PERIODS:
        refuse(f"{where}: period must be one of {', '.join(sorted(PERIODS))}")
    amount = whole(entry["amount"], 0, f"{where}: amount (minor currency units)")
    return Price(amount, currency, entry["period"], flag(entry.get("per_seat", False), f"{where}: per_seat"))
