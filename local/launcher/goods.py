"""What a team's Chargebee site sells, by its catalog: `python -m local.launcher.goods DIRECTORY` answers in JSON.

In a process of its own with the layer on its path, because the launcher itself needs nothing of the application.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from billing.app.yours import problems
from billing.core.money import MICROS, Money, to_micros
from billing.core.quantity import one, written
from billing.plans.catalog import read_catalog
from billing.plans.feature import Counted, dearest
from billing.plans.plan import Addon, Catalog, OneTimeItem, Plan, Price
from billing.plans.tiers import Mode, TieredPrice

UNPRICED = Price(1_000, "USD", "month")
"""What costs something in Chargebee, where the catalog does not say how much."""

type ItemPrice = dict[str, Any]


def item_prices(catalog: Catalog) -> list[ItemPrice]:
    """An item price for everything that the catalog sells, as entries of the simulator's catalog."""
    sold = [plan for plan in catalog.plans.values() if not plan.default]
    usual = next((plan.price for plan in sold if plan.price), UNPRICED)
    addon_price = Price(UNPRICED.amount, usual.currency, usual.period)
    priced: list[tuple[Plan | Addon, str, Price]] = [
        *((each, "plan", each.price or UNPRICED) for each in sold),
        *((each, "addon", each.price or addon_price) for each in catalog.addons.values()),
    ]
    metered = {entry["id"]: entry for each, _, own in reversed(priced) for entry in _metered(each, own)}
    charges = (_entry(each, "charge", Price(each.amount, each.currency, "")) for each in catalog.charges.values())
    subscribable = (_entry(*each) | _attached(each[0], each[2], metered) for each in priced)
    return [*subscribable, *metered.values(), *charges]


def _attached(sold: Plan | Addon, own: Price, metered: Mapping[str, ItemPrice]) -> ItemPrice:
    """What comes with a plan, for nobody names it who buys one: in its currency alone."""
    billed = {each.item_price_id for each in sold.features.values() if isinstance(each, Counted)}
    attached = [name for name, each in metered.items() if name in billed and each["currency_code"] == own.currency]
    return {"attached": attached} if attached and isinstance(sold, Plan) else {}


def _metered(sold: Plan | Addon, own: Price) -> Iterator[ItemPrice]:
    """Those of the features that Chargebee bills, on the period and in the currency of `own`: it takes no other."""
    for feature in sold.features.values():
        if isinstance(feature, Counted) and feature.item_price_id is not None:
            rate = feature.priced_in([own.currency]).price({})
            unit = Money(0, own.currency) if rate is None else dearest(rate) * one(feature.decimals)
            price = Price(unit.minor, unit.currency, own.period, per_seat=True)
            billed = {"metered": True, "usage_calculation": "sum_of_usages", **_free(feature)}
            entry = _entry(Addon(feature.item_price_id, feature.id), "addon", price) | billed
            whole = to_micros(unit.minor, unit.currency) == unit.micros
            entry |= {} if whole and not feature.decimals else _unit_price(unit)
            yield _tiered(entry, rate, feature.decimals) if isinstance(rate, TieredPrice) else entry


def _free(feature: Counted) -> ItemPrice:
    """The whole number, and the text beside it where there are decimals."""
    limit = feature.limit or 0
    text = {"free_quantity_in_decimal": written(limit, feature.decimals)} if feature.decimals else {}
    return {"free_quantity": limit // one(feature.decimals), **text}


def _tiered(entry: ItemPrice, price: TieredPrice, decimals: int) -> ItemPrice:
    """The tiers in the place of the price of one unit."""
    model = "volume" if price.mode is Mode.VOLUME else "tiered"
    ends = [tier.up_to for tier in price.tiers]
    begins = [0 if decimals else 1, *(end + (0 if decimals else 1) for end in ends if end is not None)]
    tiers = [
        _bounds(begin, tier.up_to, decimals) | _unit_price(Money(tier.micros, price.currency) * one(decimals))
        for tier, begin in zip(price.tiers, begins, strict=True)
    ]
    return {name: value for name, value in entry.items() if name != "price"} | {"pricing_model": model, "tiers": tiers}


def _bounds(begin: int, end: int | None, decimals: int) -> ItemPrice:
    """Between units where they are whole; where they are not, a tier begins where the one before it ends."""
    steps = {"starting_unit": begin, **({} if end is None else {"ending_unit": end})}
    whole = {name: each // one(decimals) for name, each in steps.items()}
    return whole | {f"{name}_in_decimal": written(each, decimals) for name, each in steps.items() if decimals}


def _unit_price(unit: Money) -> ItemPrice:
    return {"price": unit.minor, "price_in_decimal": f"{Decimal(unit.micros) / MICROS:f}"}


def _entry(sold: Plan | Addon | OneTimeItem, kind: str, price: Price) -> ItemPrice:
    """One whose price is for each where more than one can be had; a price without a period is paid once."""
    several = price.per_seat or (not isinstance(sold, Plan) and sold.max_quantity > 1)
    return {
        "id": sold.item_price_id,
        "name": sold.name,
        "item_id": f"{sold.item_price_id if isinstance(sold, OneTimeItem) else sold.id}-{kind}",
        "item_name": sold.name,
        "item_type": kind,
        "pricing_model": "per_unit" if several else "flat_fee",
        "price": price.amount,
        "currency_code": price.currency,
        **({"period": 1, "period_unit": price.period} if price.period else {}),
    }


def main(directory: Path) -> None:
    if wrong := problems(directory):
        sys.exit("\n".join(wrong))
    catalog = read_catalog(tomllib.loads((directory / "plans.toml").read_text()))
    sold = {entry["id"]: entry for entry in [*item_prices(catalog), *_said(directory / "item_prices.json")]}
    json.dump({"item_prices": list(sold.values())}, sys.stdout)


def _said(path: Path) -> list[ItemPrice]:
    """Entries that the team writes itself, where the site has what no catalog says."""
    said: list[ItemPrice] = json.loads(path.read_text())["item_prices"] if path.exists() else []
    return said


if __name__ == "__main__":
    main(Path(sys.argv[1]))
