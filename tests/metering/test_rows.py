"""The rows of metering keep the attributes that every deployed version reads."""

from dataclasses import replace
from typing import Any

import pytest

from billing.core.money import Money
from billing.metering.domain.hold import Hold
from billing.metering.domain.usage import Cost, Split, Usage, UsageEvent
from billing.metering.domain.wallet import LedgerLine
from billing.metering.table.rows import hold_item, line_values, read_hold, read_use, use_item
from billing.table.codec import decode, encode

NOW = 1_790_000_000
PAID = Split(3, 2, Money(10, "USD"), paid=True)
EVENT = UsageEvent("e1", "calls", 5, NOW, {"model": "large"}, (Cost("0", "openai", Money(7, "USD")),))
USE = Usage(EVENT, PAID, 0, "growth", "sub_1", NOW)
HOLD = Hold("h1", "calls", 5, PAID, 0, "growth", "sub_1", NOW)


def test_an_amount_stands_in_its_row_as_micros_and_currency() -> None:
    line = decode(line_values(LedgerLine("a", "gift", Money(5, "USD"), 5, NOW)))
    assert (line["micros"], line["currency"], "amount" in line) == (5, "USD", False)
    assert decode(use_item("org_1", USE))["costs"] == {
        "0": {"id": "0", "vendor": "openai", "micros": 7, "currency": "USD"}
    }


@pytest.mark.parametrize(
    ("split", "stored"),
    [
        (PAID, {"allowance": 3, "beyond": 2, "micros": 20, "currency": "USD", "paid": True, "unit_micros": 10}),
        (Split(3), {"allowance": 3, "beyond": 0, "micros": 0, "paid": False}),
        (Split(3, 2), {"allowance": 3, "beyond": 2, "micros": 0, "paid": False}),
    ],
    ids=["paid", "within the allowance", "without a price"],
)
def test_a_split_is_stored_with_its_whole_amount_and_the_price_of_one_unit(
    split: Split, stored: dict[str, Any]
) -> None:
    assert decode(hold_item("org_1", replace(HOLD, split=split)))["split"] == stored


@pytest.mark.parametrize("split", [PAID, Split(0, 3, Money(0, "USD")), Split(3), Split(3, 2)])
def test_a_row_of_before_unit_prices_were_stored_has_that_of_its_amount(split: Split) -> None:
    hold, use = decode(hold_item("org_1", replace(HOLD, split=split))), decode(use_item("org_1", USE))
    for row in (hold, use):
        row["split"].pop("unit_micros", None)
    assert read_hold(encode(hold)).split == split
    assert read_use(encode(use)).split == PAID


def test_the_digest_of_an_event_is_the_one_that_was_stored_by_every_version() -> None:
    assert EVENT.digest == "48e687b56818746f0080ff2680a73b72562ab14724f3d5387b0564c123ea4a0f"
