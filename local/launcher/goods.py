"""What a team's Chargebee site sells, by its catalog: `python -m local.launcher.goods DIRECTORY` answers in JSON.

In a process of its own with the layer on its path, because the launcher itself needs nothing of the application.
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from billing.app.yours import problems
from billing.plans.catalog import read_catalog
from billing.plans.feature import Counted
from billing.plans.plan import Addon, Catalog, OneTimeItem, Plan, Price

UNPRICED = Price(1_000, "USD", "month")
"""What costs something in Chargebee, where the catalog does not say how much."""

type ItemPrice = dict[str, Any]


def item_prices(catalog: Catalog) -> list[ItemPrice]:
    """An item price for everything that the catalog sells, as entries of the simulator's catalog."""
    sold = [plan for plan in catalog.plans.values() if not plan.default]
    usual = next((plan.price for plan in sold if plan.price), UNPRICED)
    addon_price = Price(UNPRICED.amount, usual.currency, usual.period)
    metered = {entry["id"]: entry for plan in sold for entry in _metered(plan)}
    plans = (_entry(each, "plan", each.price or UNPRICED) for each in sold)
    addons = (_entry(each, "addon", each.price or addon_price) for each in catalog.addons.values())
    charges = (_entry(each, "charge", Price(each.amount, each.currency, "")) for each in catalog.charges.values())
    return [*plans, *addons, *metered.values(), *charges]


def _metered(plan: Plan) -> Iterator[ItemPrice]:
    """Those of the features that Chargebee bills, on the plan's own period: it takes no other."""
    own = plan.price or UNPRICED
    for feature in plan.features.values():
        if isinstance(feature, Counted) and feature.item_price_id is not None:
            unit = feature.price({})
            price = Price(unit.minor if unit else 0, unit.currency if unit else own.currency, own.period, per_seat=True)
            billed = {"metered": True, "usage_calculation": "sum_of_usages", "free_quantity": feature.limit or 0}
            yield _entry(Addon(feature.item_price_id, feature.id), "addon", price) | billed


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
