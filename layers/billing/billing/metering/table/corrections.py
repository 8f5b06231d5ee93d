"""Corrections in the one table, each key once."""

from collections.abc import Mapping
from typing import Any

from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.correction import CorrectedUse
from billing.metering.domain.usage import Correction
from billing.metering.domain.wallet import Lot
from billing.metering.services.ports import UsageChange
from billing.metering.table.billed_days import billing_day_key, billing_day_write, day_key, day_write
from billing.metering.table.rows import use_key
from billing.metering.table.splits import split_values
from billing.metering.table.store import usage_writes
from billing.table.codec import Attributes, Codec, decode, encode, key
from billing.table.writes import Expression, Write, WriteRefusal, put_once, update

CORRECTION = Codec(Correction)
LOT = Codec(Lot)


def correction_key(organization_id: str, correction_key: str) -> Attributes:
    """One correction, among all of its organization."""
    return key(f"CORRECTION#{organization_id}", correction_key)


def correction_item(organization_id: str, correction: Correction) -> Attributes:
    """The whole correction; it stays."""
    return correction_key(organization_id, correction.key) | encode(CORRECTION.values(correction))


def read_correction(item: Mapping[str, Any]) -> Correction:
    """The inverse of `correction_item`."""
    return CORRECTION.read(decode(item))


def correction_writes(organization_id: str, change: CorrectedUse) -> list[Write]:
    """The correction, the use as it was read, and what it counts for elsewhere."""
    return [
        *balance_writes(organization_id, change, subtractions(change)),
        put_once(correction_item(organization_id, change.correction)),
        _use_write(organization_id, change),
    ]


def balance_writes(organization_id: str, change: CorrectedUse, added: Mapping[str, int]) -> list[Write]:
    """The balances, what is `added` to the day's rollup, and the day that bills it."""
    lines = (change.line,) if change.line else ()
    writes = [
        *usage_writes(organization_id, UsageChange(change.before, change.after, change.correction.at, lines=lines)),
        day_write(day_key(organization_id, change.use_after), added, change.use_after.event.decimals),
    ]
    if change.bill and change.uninvoiced < 0:
        writes.append(billing_day_write(organization_id, change.bill, -change.uninvoiced))
    elif change.bill and change.uninvoiced:
        writes.append(_bill_write(organization_id, change.bill, change.uninvoiced))
    return writes


def _use_write(organization_id: str, change: CorrectedUse) -> Write:
    """The same number of units means that nobody else has corrected it. Who has given it more and taken them away again
    has moved the meter or the wallet that this transaction moves, too, and that were read before it."""
    seen, drawn = change.use_before.split, [LOT.values(lot) for lot in change.use_after.drawn]
    after = {":split": split_values(change.use_after.split), ":drawn": drawn}
    return update(
        use_key(organization_id, change.use_after.event.id),
        Expression("SET #split = :split, drawn = :drawn", after, {"#split": "split"}),
        Expression(
            "#split.allowance = :allowance AND #split.beyond = :beyond",
            {":allowance": seen.allowance, ":beyond": seen.beyond},
        ),
        WriteRefusal.KNOWN,
    )


def subtractions(change: CorrectedUse) -> dict[str, int]:
    """What its day's rollup has less, as additions below zero."""
    taken = {"quantity": -change.correction.returned}
    before, after = change.use_before.split.amount, change.use_after.split.amount
    earned = (after.micros if after else 0) - (before.micros if before else 0)
    return taken | ({f"revenue#{after.currency}": earned} if after and earned else {})


def _bill_write(organization_id: str, bill: BillingDay, units: int) -> Write:
    """Out of the day that counted them, while that is open and has so many; any other refuses."""
    if bill.credit:
        return billing_day_write(organization_id, bill, units)
    return update(
        billing_day_key(organization_id, bill),
        Expression("ADD quantity :less", {":less": -units}),
        Expression(
            "quantity >= :units AND attribute_not_exists(sealed) AND billing_day.decimals = :decimals",
            {":units": units, ":decimals": bill.decimals},
        ),
        WriteRefusal.SEALED,
    )
