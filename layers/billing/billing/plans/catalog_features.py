"""Reading features: `sso = true`, or `{ limit = 1000, reset = "month", overage = "deny" }`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from billing.core.money import Money
from billing.core.names import FEATURE
from billing.plans.catalog_fields import fields, limit, refuse, text, whole
from billing.plans.feature import Counted, Feature, Overage, Reset, Switch, UnitPrice

PERCENTAGES = range(1, 101)


def read_features(entry: object, where: str, reset: Reset = Reset.MONTH) -> dict[str, Feature]:
    """The features of a plan or add-on. One that is `false` is left out; one that does not say so starts over by
    `reset`."""
    if not isinstance(entry, Mapping):
        refuse(f"{where}: features must be a table")
    for name in entry:
        if not FEATURE.allows(name):
            refuse(f"{where}: feature {name!r} has a name that no request could use")
    features = {name: _read_feature(name, value, f"{where}: feature {name!r}", reset) for name, value in entry.items()}
    return {name: feature for name, feature in features.items() if feature is not None}


def _read_feature(name: str, value: object, where: str, reset: Reset) -> Feature | None:
    if isinstance(value, bool):
        return Switch(name) if value else None
    if not isinstance(value, Mapping):
        refuse(f"{where} must be true, false or a table")
    fields(
        value,
        where,
        required=("limit",),
        optional=("reset", "overage", "overdraft", "price", "prices", "item_price_id", "alerts"),
    )
    overage = choice(Overage, value.get("overage", "deny"), f"{where}: overage")
    prices = _read_prices(value, where)
    overdraft = whole(value.get("overdraft", 0), 0, f"{where}: overdraft (micros)")
    if overage is Overage.WALLET:
        _check_wallet(prices, where)
    elif overdraft:
        refuse(f"{where} has an overdraft and is not paid by the wallet")
    units, per_seat = _read_limit(value["limit"], f"{where}: limit")
    return Counted(
        id=name,
        limit=units,
        reset=choice(Reset, value.get("reset", reset), f"{where}: reset"),
        overage=overage,
        prices=prices,
        overdraft_micros=overdraft,
        item_price_id=text(value["item_price_id"], f"{where}: item_price_id") if "item_price_id" in value else None,
        per_seat=per_seat,
        alerts=_read_alerts(value.get("alerts", []), f"{where}: alerts"),
    )


def _read_alerts(value: object, where: str) -> tuple[int, ...]:
    """Percentages of the limit, in their order."""
    if not isinstance(value, list) or not all(type(each) is int and each in PERCENTAGES for each in value):
        refuse(f"{where} must be a list of percentages from 1 to 100")
    return tuple(sorted(set(value)))


def _read_limit(value: object, where: str) -> tuple[int | None, bool]:
    """The units, and whether they are for each seat."""
    if not isinstance(value, Mapping):
        return limit(value, where), False
    fields(value, where, required=("per_seat",), optional=())
    return whole(value["per_seat"], 0, f"{where}: per_seat"), True


def _read_prices(value: Mapping[str, Any], where: str) -> tuple[UnitPrice, ...]:
    listed = value.get("prices", [])
    if not isinstance(listed, list):
        refuse(f"{where}: prices must be a list of tables")
    whole_price = [value["price"]] if "price" in value else []
    return tuple(_read_price(each, f"{where}: price") for each in [*listed, *whole_price])


def _check_wallet(prices: tuple[UnitPrice, ...], where: str) -> None:
    """Whatever currency a wallet is in, every use must have a price."""
    lacking = {price.amount.currency for price in prices} - {
        price.amount.currency for price in prices if not price.when
    }
    if lacking or not prices:
        in_currency = f" in {min(lacking)}" if lacking else ""
        refuse(f"{where} is paid by the wallet and needs a price without 'when'{in_currency}")


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


def choice(kind: Any, value: object, where: str) -> Any:
    """A member of the enumeration `kind`."""
    try:
        return kind(value)
    except ValueError:
        return refuse(f"{where} must be one of {', '.join(sorted(kind))}")
