"""Quantities and prices with more decimals than a currency has, on a site where multi-decimal support is on.

https://www.chargebee.com/docs/1.0/multi-decimal-support.html: decimals are texts, prices in major units of the
currency; only what is invoiced is rounded to minor units.
"""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from local.chargebee.errors import ApiError, wrong_value
from local.chargebee.site import Site
from local.chargebee.store import Resource

FIELDS = frozenset({"quantity_in_decimal", "unit_price_in_decimal"})
# Minor units of the currencies that the simulated site sells in.
MINOR = 100


def require_enabled(site: Site, row: dict[str, Any]) -> None:
    if FIELDS & row.keys() and site.settings.multi_decimal == "off":
        message = "Multi-decimal support is not enabled for this site"
        raise ApiError(400, "invalid_request", "configuration_incompatible", message)


def unit_price_of(price: Resource, row: dict[str, Any], at: str) -> Decimal:
    """In major units: what the row says, else what the item price says."""
    if row.get("unit_price_in_decimal") is not None:
        return _read(row["unit_price_in_decimal"], at % "unit_price_in_decimal")
    if row.get("unit_price") is not None:
        return Decimal(row["unit_price"]) / MINOR
    return Decimal(price["price_in_decimal"]) if "price_in_decimal" in price else Decimal(price["price"]) / MINOR


def quantity_of(row: dict[str, Any], at: str) -> Decimal:
    if row.get("quantity_in_decimal") is not None:
        return _read(row["quantity_in_decimal"], at % "quantity_in_decimal")
    return Decimal(1 if row.get("quantity") is None else row["quantity"])


def _read(text: str, param: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as malformed:
        raise wrong_value(param, "must be a decimal number") from malformed
    if not number.is_finite() or number < 0:
        raise wrong_value(param, "cannot be negative")
    return number


def minor_units(major: Decimal) -> int:
    return int((major * MINOR).quantize(Decimal(1), ROUND_HALF_UP))


def amounts(quantity: Decimal, unit_price: Decimal) -> Resource:
    """The fields of an item or of a line; `quantity` is there only where it is a whole number."""
    whole = {"quantity": int(quantity)} if quantity == quantity.to_integral_value() else {}
    return whole | {
        "unit_price": minor_units(unit_price),
        "amount": minor_units(quantity * unit_price),
        "quantity_in_decimal": f"{quantity:f}",
        "unit_price_in_decimal": f"{unit_price:f}",
        "amount_in_decimal": f"{quantity * unit_price:f}",
    }
