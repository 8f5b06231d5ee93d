"""How the split of a quantity looks in the rows of uses and holds."""

from collections.abc import Mapping
from typing import Any

from billing.core.money import Money
from billing.metering.domain.usage import Split
from billing.plans.feature import Rate
from billing.plans.tiers import TieredPrice
from billing.table.codec import Codec, Form

SPLIT = Codec(Split, apart=frozenset({"unit_price", "tiered_micros"}))
TIERED = Codec(TieredPrice)


def split_values(split: Split) -> dict[str, Any]:
    """The amount beside the price of one unit: an older version reads the amount alone."""
    amount = split.amount
    priced = {"micros": amount.micros, "currency": amount.currency} if amount else {"micros": 0}
    return SPLIT.values(split) | priced | _rate_values(split.unit_price)


def read_split(values: Mapping[str, Any]) -> Split:
    """The inverse of `split_values`, also for the rows of an older version, which have no `unit_micros`."""
    if tiered := values.get("by_tiers"):
        return SPLIT.read(values, unit_price=TIERED.read(tiered), tiered_micros=values["micros"])
    return SPLIT.read(values, unit_price=_unit_price(values))


def _rate_values(rate: Rate | None) -> dict[str, Any]:
    """An older version reads the price of one unit alone: by tiers, the one that a hold reserves at."""
    if isinstance(rate, TieredPrice):
        return {"by_tiers": TIERED.values(rate), "unit_micros": rate.dearest.micros}
    return {"unit_micros": rate.micros} if rate else {}


def _unit_price(values: Mapping[str, Any]) -> Money | None:
    currency, unit = values.get("currency"), values.get("unit_micros")
    if currency is None:
        return None
    return Money(values["micros"] // values["beyond"] if unit is None else unit, currency)


SPLIT_FORM = {"split": Form(split_values, read_split)}
