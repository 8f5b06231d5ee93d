"""Reading a plan's features: `sso = true`, or `{ limit = 1000, reset = "month", overage = "deny" }`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from billing.core.money import Money
from billing.core.names import FEATURE
from billing.plans.catalog_fields import fields, limit, refuse, text, whole
from billing.plans.feature import Counted, Feature, Overage, Reset, Switch, UnitPrice


def read_features(entry: object, where: str) -> dict[str, Feature]:
    """The features of a plan. One that is `false` is left out."""
    if not isinstance(entry, Mapping):
        refuse(f"{where}: features must be a table")
    for name in entry:
        if not FEATURE.allows(name):
            refuse(f"{where}: feature {name!r} has a name that no request could use")
    features = {name: _read_feature(name, value, f"{where}: feature {name!r}") for name, value in entry.items()}
    return {name: feature for name, feature in features.items() if feature is not None}


def _read_feature(name: str, value: object, where: str) -> Feature | None:
    if isinstance(value, bool):
        return Switch(name) if value else None
    if not isinstance(value, Mapping):
        refuse(f"{where} must be true, false or a table")
    fields(
        value,
        where,
        required=("limit",),
        optional=("reset", "overage", "overdraft", "price", "prices", "item_price_id"),
    )
    overage = _choice(Overage, value.get("overage", "deny"), f"{where}: overage")
    listed = value.get("prices", [])
    if not isinstance(listed, list):
        refuse(f"{where}: prices must be a list of tables")
    whole_price = [value["price"]] if "price" in value else []
    prices = tuple(_read_price(each, f"{where}: price") for each in [*listed, *whole_price])
    if overage is Overage.WALLET and not any(not price.when for price in prices):
        refuse(f"{where} is paid by the wallet and needs a price without 'when'")
    overdraft = whole(value.get("overdraft", 0), 0, f"{where}: overdraft (micros)")
    if overdraft and overage is not Overage.WALLET:
        refuse(f"{where} has an overdraft and is not paid by the wallet")
    if len({price.amount.currency for price in prices}) > 1:
        refuse(f"{where} has prices in more than one currency")
    return Counted(
        id=name,
        limit=limit(value["limit"], f"{where}: limit"),
        reset=_choice(Reset, value.get("reset", "month"), f"{where}: reset"),
        overage=overage,
        prices=prices,
        overdraft_micros=overdraft,
        item_price_id=text(value["item_price_id"], f"{where}: item_price_id") if "item_price_id" in value else None,
    )


def _read_price(entry: object, where: str) -> UnitPrice:
    if not isinstance(entry, Mapping):
        refuse(f"{where} must be a table")
    fields(entry, where, required=("micros", "currency"), optional=("when",))
    when = entry.get("when", {})
    if not isinstance(when, Mapping) or not all(isinstance(value, str) for value in when.values()):
        refuse(f"{where}: when must be a table of text")
    return UnitPrice(
        Money(
            whole(entry["micros"], 0, f"{where}: micros (millionths of the currency)"),
            currency_code(entry["currency"], where),
        ),
        when=MappingProxyType(dict(when)),
    )


def currency_code(value: object, where: str) -> str:
    """An ISO 4217 code, such as USD."""
    code = text(value, f"{where}: currency")
    if len(code) != len("USD") or not (code.isascii() and code.isupper()):
        refuse(f"{where}: currency must be an ISO 4217 code such as 'USD', not {code!r}")
    return code


def _choice(kind: Any, value: object, where: str) -> Any:
    try:
        return kind(value)
    except ValueError:
        return refuse(f"{where} must be one of {', '.join(sorted(kind))}")
