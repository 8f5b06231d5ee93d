"""What is bought once: charge items of the catalog and ad hoc charges, on a hosted page or from a saved card."""

from dataclasses import dataclass
from typing import Any

from local.chargebee.currencies import default_currency, require_currency
from local.chargebee.errors import missing, wrong_value
from local.chargebee.invoice_lines import line, lines_of
from local.chargebee.items import price_rows
from local.chargebee.site import Site
from local.chargebee.store import Resource

# What a request may say of a purchase, named as on the wire.
PARAMETERS = frozenset(
    {"currency_code", "item_prices[item_price_id]", "item_prices[quantity]", "item_prices[unit_price]"}
    | {"charges[amount]", "charges[description]", "charges[entity_description]"}
)


@dataclass(frozen=True)
class Purchase:
    """`adhoc` rows have an `amount` in minor units of `currency` and a `description`."""

    items: list[Resource]
    adhoc: list[dict[str, Any]]
    currency: str

    @property
    def total(self) -> int:
        return sum(row["amount"] for row in (*self.items, *self.adhoc))

    def lines(self, site: Site) -> list[Resource]:
        now = site.now()
        charges = [line({}, row["description"], row["amount"], now, now) | _described(row) for row in self.adhoc]
        return [*lines_of(site, self.items, now, now), *charges]


def _described(row: dict[str, Any]) -> Resource:
    return {"entity_description": row["entity_description"]} if row.get("entity_description") else {}


def _currency(site: Site, params: dict[str, Any]) -> str:
    """A site with several currencies has to be told which."""
    currency: str | None = params.get("currency_code")
    if currency is None and len(site.settings.currencies or ()) > 1:
        raise missing("currency_code")
    require_currency(site, currency, "currency_code")
    return currency or default_currency(site)


def read(site: Site, params: dict[str, Any]) -> Purchase:
    """The `item_prices` and `charges` of a request, at least one of them, in one currency."""
    currency = _currency(site, params)
    items = price_rows(site, params.get("item_prices") or [], "item_prices")
    for index, item in enumerate(items):
        if item["item_type"] != "charge":
            raise wrong_value(f"item_prices[item_price_id][{index}]", "only charges can be bought once")
        if site.catalog.item_prices[item["item_price_id"]]["currency_code"] != currency:
            raise wrong_value("currency_code", "is not the currency of the item price")
    adhoc: list[dict[str, Any]] = params.get("charges") or []
    if not items and not adhoc:
        raise missing("item_prices[item_price_id][0]")
    for index, charge in enumerate(adhoc):
        if (charge.get("amount") or 0) <= 0:
            raise wrong_value(f"charges[amount][{index}]", "must be greater than zero")
        if not charge.get("description"):
            raise missing(f"charges[description][{index}]")
    return Purchase(items, adhoc, currency)
