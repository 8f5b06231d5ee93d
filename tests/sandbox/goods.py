"""What a site sells of what the plan catalog names."""

from dataclasses import dataclass

from billing.plans.plan import Catalog
from tests.sandbox.check import CouldNotTell
from tests.sandbox.site import Json, Site

PAGE = 100


@dataclass(frozen=True, slots=True)
class Goods:
    """Item prices by their ids, and the ids of the items that are metered."""

    prices: dict[str, Json]
    metered: frozenset[str]

    def missing(self, catalog: Catalog) -> list[str]:
        """What the catalog sells and the site does not know."""
        sold = [plan.item_price_id for plan in catalog.plans.values() if not plan.default]
        return [each for each in (*sold, *catalog.addons, *catalog.charges) if each not in self.prices]

    def plan(self, catalog: Catalog) -> str:
        """A plan that both know. Raises CouldNotTell."""
        known = (plan.item_price_id for plan in catalog.plans.values() if plan.item_price_id in self.prices)
        found = next(known, None)
        if found is None:
            raise CouldNotTell("the site has no plan of plans.toml")
        return found

    def metered_addon(self) -> str:
        """Raises CouldNotTell."""
        addons = (name for name, price in self.prices.items() if price["item_type"] == "addon")
        found = next((each for each in addons if self.prices[each]["item_id"] in self.metered), None)
        if found is None:
            raise CouldNotTell("the site has no metered add-on")
        return found


def goods_of(site: Site) -> Goods:
    """Raises Refused."""
    prices = [each["item_price"] for each in site.get("/item_prices", limit=PAGE)["list"]]
    items = [each["item"] for each in site.get("/items", limit=PAGE)["list"]]
    return Goods({each["id"]: each for each in prices}, frozenset(each["id"] for each in items if each.get("metered")))
