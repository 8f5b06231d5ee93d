"""Reading features: `sso = true`, or `{ limit = 1000, reset = "month", overage = "deny" }`."""

from collections.abc import Mapping

from billing.core.names import FEATURE
from billing.core.quantity import MOST_DECIMALS
from billing.plans.catalog_fields import choice, fields, refuse, steps, text, whole
from billing.plans.catalog_prices import check_prices, read_prices
from billing.plans.feature import Counted, Feature, Overage, Reset, Switch

PERCENTAGES = range(1, 101)
PAID = ("overage", "overdraft", "price", "prices", "item_price_id")
OPTIONAL = ("reset", "rollover", "alerts", "decimals", *PAID)


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
    fields(value, where, required=("limit",), optional=OPTIONAL)
    decimals = _read_decimals(value.get("decimals", 0), f"{where}: decimals")
    units, per_seat = _read_limit(value["limit"], decimals, f"{where}: limit")
    feature = Counted(
        id=name,
        limit=units,
        reset=choice(Reset, value.get("reset", reset), f"{where}: reset"),
        overage=choice(Overage, value.get("overage", "deny"), f"{where}: overage"),
        prices=read_prices(value, decimals, where),
        overdraft_micros=whole(value.get("overdraft", 0), 0, f"{where}: overdraft (micros)"),
        item_price_id=text(value["item_price_id"], f"{where}: item_price_id") if "item_price_id" in value else None,
        per_seat=per_seat,
        alerts=_read_alerts(value.get("alerts", []), f"{where}: alerts"),
        decimals=decimals,
        rollover=_read_rollover(value["rollover"], decimals, f"{where}: rollover") if "rollover" in value else 0,
    )
    check_prices(feature, where)
    _check_rollover(feature, where)
    return feature


def _read_rollover(value: object, decimals: int, where: str) -> int:
    """The most steps that roll over."""
    if not isinstance(value, Mapping):
        refuse(f"{where} must be a table")
    fields(value, where, required=("max",), optional=())
    most = steps(value["max"], decimals, f"{where}: max")
    return most or refuse(f"{where}: max must be more than nothing")


def _check_rollover(feature: Counted, where: str) -> None:
    """What never ends leaves nothing, and Chargebee's invoice knows nothing of units that rolled over."""
    if not feature.rollover:
        return
    if feature.limit is None or feature.reset is Reset.NEVER:
        refuse(f"{where}: rollover needs a limit that starts over")
    if feature.item_price_id is not None:
        refuse(f"{where}: rollover needs a feature without an item_price_id; the invoice would charge what rolled over")


def _read_alerts(value: object, where: str) -> tuple[int, ...]:
    """Percentages of the limit, in their order."""
    if not isinstance(value, list) or not all(type(each) is int and each in PERCENTAGES for each in value):
        refuse(f"{where} must be a list of percentages from 1 to 100")
    return tuple(sorted(set(value)))


def _read_decimals(value: object, where: str) -> int:
    decimals = whole(value, 0, where)
    if decimals > MOST_DECIMALS:
        refuse(f"{where} must be {MOST_DECIMALS} at most")
    return decimals


def _read_limit(value: object, decimals: int, where: str) -> tuple[int | None, bool]:
    """The steps, and whether they are for each seat."""
    if not isinstance(value, Mapping):
        return None if value == "unlimited" else steps(value, decimals, where), False
    fields(value, where, required=("per_seat",), optional=())
    return steps(value["per_seat"], decimals, f"{where}: per_seat"), True
