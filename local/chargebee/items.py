"""From requested item prices to the priced items of a subscription."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from local.chargebee import decimals, metering
from local.chargebee.errors import not_found, not_simulated, wrong_value
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.tiers import is_tiered

_UNMODELLED = {
    "billing_cycles",
    "trial_end",
    "service_period_days",
    "charge_on_event",
    "charge_once",
    "charge_on_option",
    "proration_type",
    "usage_accumulation_reset_frequency",
}


@dataclass(frozen=True)
class PricedItems:
    """`recurring` stays on the subscription, `charges` are billed once."""

    recurring: list[Resource]
    charges: list[Resource]
    plan: Resource

    @property
    def recurring_total(self) -> int:
        return sum(item["amount"] for item in self.recurring)


def price_rows(site: Site, rows: list[dict[str, Any]], param: str = "subscription_items") -> list[Resource]:
    """Each requested row as a priced item; refuses unknown prices, duplicates and quantities below one."""
    ids = [row["item_price_id"] for row in rows]
    if len(set(ids)) != len(ids):
        raise wrong_value(f"{param}[item_price_id]", "an item price is given twice")
    return [_priced(site, row, f"{param}[%s][{index}]") for index, row in enumerate(rows)]


def _priced(site: Site, row: dict[str, Any], at: str) -> Resource:
    price = site.catalog.item_prices.get(row["item_price_id"])
    if price is None:
        raise not_found("item_price", row["item_price_id"], at % "item_price_id")
    decimals.require_enabled(site, row)
    _require_overridable(site, row, at)
    for name in _UNMODELLED & row.keys():
        raise not_simulated(at % name)
    if row.get("item_type") not in (None, price["item_type"]):
        raise wrong_value(at % "item_type", f"the item price is of type {price['item_type']}")
    if metering.is_metered(site, price["id"]):
        return _metered(site, price, row, at)
    if site.settings.multi_decimal == "on":
        return _with_decimals(price, row, at)
    return _with_amount(price, row, at)


def _require_overridable(site: Site, row: dict[str, Any], at: str) -> None:
    """https://apidocs.chargebee.com/docs/api/subscriptions#subscription_subscription_items: a price of a line's own "is
    only allowed when price overriding is enabled for the site"."""
    for name in ("unit_price", "unit_price_in_decimal"):
        if site.settings.price_override == "off" and row.get(name) is not None:
            raise wrong_value(at % name, "price overriding is not enabled for this site")


def _with_decimals(price: Resource, row: dict[str, Any], at: str) -> Resource:
    flat = price["pricing_model"] == "flat_fee"
    quantity = Decimal(1) if flat else decimals.quantity_of(row, at)
    if quantity <= 0:
        raise wrong_value(at % "quantity_in_decimal", "must be greater than zero")
    return {
        "item_price_id": price["id"],
        "item_type": price["item_type"],
        "object": "subscription_item",
        **_free_of(price),
        **decimals.amounts(quantity, decimals.unit_price_of(price, row, at)),
    }


def _metered(site: Site, price: Resource, row: dict[str, Any], at: str) -> Resource:
    """Nothing in advance: how much it was shows at the end of the term."""
    if row.get("quantity") is not None and site.assumptions.metered_quantity == "refused":
        raise wrong_value(at % "quantity", "cannot be given for a metered item")
    return (
        {
            "item_price_id": price["id"],
            "item_type": price["item_type"],
            "amount": 0,
            "object": "subscription_item",
        }
        | _price_of_use(site, price, row, at)
        | _free_of(price)
    )


def _price_of_use(site: Site, price: Resource, row: dict[str, Any], at: str) -> Resource:
    if is_tiered(price):
        return {}
    if site.settings.multi_decimal == "off":
        return {"unit_price": _unit_price(price, row, at)}
    unit_price = decimals.unit_price_of(price, row, at)
    return {"unit_price": decimals.minor_units(unit_price), "unit_price_in_decimal": f"{unit_price:f}"}


def _free_of(price: Resource) -> Resource:
    """Recorded answers have a `free_quantity` on the plan alone."""
    return {"free_quantity": price["free_quantity"]} if price["item_type"] == "plan" else {}


def _unit_price(price: Resource, row: dict[str, Any], at: str) -> int:
    unit_price = _given(row, "unit_price", price["price"])
    if unit_price < 0:
        raise wrong_value(at % "unit_price", "cannot be negative")
    return unit_price


def _with_amount(price: Resource, row: dict[str, Any], at: str) -> Resource:
    quantity = _given(row, "quantity", 1)
    unit_price = _unit_price(price, row, at)
    if quantity < 1:
        raise wrong_value(at % "quantity", "must be at least 1")
    item: Resource = {
        "item_price_id": price["id"],
        "item_type": price["item_type"],
        "unit_price": unit_price,
        "object": "subscription_item",
    } | _free_of(price)
    if price["pricing_model"] == "flat_fee":
        return item | {"quantity": 1, "amount": unit_price}
    return item | {"quantity": quantity, "amount": unit_price * quantity}


def _given(row: dict[str, Any], name: str, default: int) -> int:
    value: int | None = row.get(name)
    return default if value is None else value


def with_agreed_prices(current: list[Resource], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that name no price have the one that the subscription holds the item at."""
    agreed = {item["item_price_id"]: item for item in current}
    names = ("unit_price_in_decimal", "unit_price")
    return [
        row
        if any(row.get(name) is not None for name in names)
        else {name: held[name] for name in names if name in (held := agreed.get(row["item_price_id"], {}))} | row
        for row in rows
    ]


def compose(site: Site, items: list[Resource]) -> PricedItems:
    """A subscription's items: one plan, or several where the site allows it, all on one billing period.

    A metered one of another period is billed with the plan's term.
    """
    plans = [item for item in items if item["item_type"] == "plan"]
    if not plans or (len(plans) > 1 and site.settings.multi_plan == "off"):
        raise wrong_value("subscription_items[item_price_id]", "exactly one plan item price is needed")
    prices = site.catalog.item_prices
    plan = prices[plans[0]["item_price_id"]]
    recurring = [item for item in items if item["item_type"] != "charge"]
    for item in recurring:
        price = prices[item["item_price_id"]]
        alike = (price["period"], price["period_unit"]) == (plan["period"], plan["period_unit"])
        if not alike and not metering.is_metered(site, price["id"]):
            raise not_simulated("addons whose billing period is not the plan's")
        if price["currency_code"] != plan["currency_code"]:
            raise wrong_value("subscription_items[item_price_id]", "all prices must be in one currency")
    return PricedItems(recurring, [item for item in items if item["item_type"] == "charge"], plan)


def merge(site: Site, current: list[Resource], given: list[Resource], *, replace: bool) -> list[Resource]:
    """The items after an update: what is given is added to the rest, unless it replaces all of it.

    A new plan takes the old plan's place where a subscription can have only one.
    """
    if replace:
        return given
    ids = {item["item_price_id"] for item in given}
    one_plan = site.settings.multi_plan == "off"
    new_plan = one_plan and any(item["item_type"] == "plan" for item in given)
    kept = [
        item for item in current if item["item_price_id"] not in ids and not (new_plan and item["item_type"] == "plan")
    ]
    return [*kept, *given]
