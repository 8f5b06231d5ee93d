"""The days of usage in the one table; a sparse index holds those that are due for a report to Chargebee."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from heapq import merge
from itertools import chain
from typing import Any

from billing.core.clock import DAY
from billing.metering.domain.billing_day import SEAL_AFTER, BilledDay, BillingDay
from billing.metering.domain.usage import Cost, Usage
from billing.metering.services.ports import Day
from billing.metering.services.reporting_ports import Backlog
from billing.subscriptions.domain.subscription import ENDED
from billing.subscriptions.table.rows import read_subscription_item, subscription_key
from billing.table.codec import SHARDS, Attributes, Codec, decode, key, shard_of, successor
from billing.table.dynamodb import Table
from billing.table.writes import Expression, Write, WriteRefusal, update

DUE_INDEX = "due"
TOLD = "TOLD"
"""The partition of the index that holds what was told and is on no invoice yet."""

DUE = "USAGE"
"""What is to be told has a partition for each shard, for the first uses of a day all come within moments."""

REPORTED_LIFETIME = 400 * DAY
"""Seconds after its day for which a reported one is kept: far longer than Chargebee's invoice may wait for it."""

NO_SUBSCRIPTION = "-"

BILLING_DAY = Codec(BillingDay)
BILLED_DAY = Codec(BilledDay)


def billing_day_key(organization_id: str, day: BillingDay) -> Attributes:
    """One day of one feature at one price in one term; what came late has a row of its own."""
    late = "#credit" if day.credit else "#late" if day.late else ""
    row = f"{day.subscription_id}#{date_of(day.day)}#{day.feature}#{day.item_price_id}#{day.term_start}{late}"
    return key(f"REPORT#{organization_id}", row)


def due_shard(organization_id: str) -> str:
    """The partition of the index that holds an organization's days."""
    return f"{DUE}#{shard_of(organization_id)}"


def date_of(moment: int) -> str:
    """The UTC date of a moment in UTC seconds."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def moment_of(date: str) -> int:
    """The first moment of a UTC date in UTC seconds."""
    return int(datetime.fromisoformat(date).replace(tzinfo=UTC).timestamp())


def billing_day_write(organization_id: str, day: BillingDay, quantity: int) -> Write:
    """Count into an open day; a sealed one refuses, as does one that counts in other decimals."""
    values = {
        ":quantity": quantity,
        ":organization": organization_id,
        ":day": BILLING_DAY.values(day),
        ":due": due_shard(organization_id),
        ":on": date_of(day.day),
    }
    counted = "SET organization_id = :organization, billing_day = :day, due = :due, due_on = :on ADD quantity :quantity"
    return update(
        billing_day_key(organization_id, day),
        Expression(counted, values),
        Expression(
            "attribute_not_exists(sealed) AND (attribute_not_exists(quantity) OR billing_day.decimals = :decimals)",
            {":decimals": day.decimals},
        ),
        WriteRefusal.SEALED,
    )


def day_key(organization_id: str, usage: Usage) -> Attributes:
    """One day's rollup of a feature under a subscription."""
    row = f"{date_of(usage.event.occurred_at)}#{usage.event.feature}#{usage.subscription_id or NO_SUBSCRIPTION}"
    return key(f"DAY#{organization_id}", row)


def day_write(row: Attributes, additions: Mapping[str, int], decimals: int) -> Write:
    """Into a day's rollup, which comes into being with the first use of a feature of so many decimals."""
    names = {f"#a{place}": name for place, name in enumerate(additions)}
    values = {f":a{place}": value for place, value in enumerate(additions.values())}
    added = "ADD " + ", ".join(f"{name} :{name[1:]}" for name in names)
    counted = f"SET decimals = :decimals {added}"
    return update(row, Expression(counted, {**values, ":decimals": decimals}, names))


def day_additions(usage: Usage) -> dict[str, int]:
    """What one use adds to its day: quantities, revenue and costs by currency."""
    added = {"quantity": usage.event.quantity, "events": 1, "costed": int(bool(usage.event.costs))}
    amount = usage.split.amount
    if amount and amount.micros:
        added[f"revenue#{amount.currency}"] = amount.micros
    return added | cost_additions(usage.event.costs)


def cost_additions(costs: tuple[Cost, ...]) -> dict[str, int]:
    """What costs add to a day, by currency: a day's row stays small, however many vendors there are."""
    added: dict[str, int] = {}
    for cost in costs:
        name = f"cost#{cost.amount.currency}"
        added[name] = added.get(name, 0) + cost.amount.micros
    return added


def read_day(item: Mapping[str, Any]) -> Day:
    """One rollup."""
    values = decode(item)
    date, feature, subscription_id = values["sk"].split("#", 2)
    return Day(
        date,
        feature,
        subscription_id,
        values.get("quantity", 0),
        values.get("events", 0),
        values.get("costed", 0),
        {name.removeprefix("revenue#"): value for name, value in values.items() if name.startswith("revenue#")},
        {name.removeprefix("cost#"): value for name, value in values.items() if name.startswith("cost#")},
        values.get("decimals", 0),
        values.get("adjusted", 0),
    )


class DynamoBilledDays:
    """`BilledDays` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def due(self, until: int) -> Iterable[BilledDay]:
        """A page of each partition at a time, through the index; each row is then read as it is."""
        for item in chain(self._to_tell(until), self._indexed(TOLD, until)):
            row = self._table.get({"pk": item["pk"], "sk": item["sk"]})
            if row and "due" in row:  # the index may lag behind
                yield read_billed_day(row)

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[BilledDay]:
        """One query of the organization's days."""
        rows = f"{subscription_id}#"
        found = self._table.between(f"REPORT#{organization_id}", rows, successor(rows))
        return [read_billed_day(item) for item in found if "due" in item]

    def ended(self, day: BilledDay) -> int | None:
        """One read of the subscription."""
        item = self._table.get(subscription_key(day.organization_id, day.billing_day.subscription_id))
        row = read_subscription_item(item) if item else None
        return row.cancelled_at if row and row.status in ENDED else None

    def backlog(self, now: int) -> Backlog:
        """What is to be told at `now` (UTC seconds), by the keys of the index alone.

        A day that its term's end cuts short counts when it is over.
        """
        days = [_date(item) for item in self._to_tell(now - DAY - SEAL_AFTER)]
        closed_at = moment_of(days[0]) + DAY + SEAL_AFTER if days else now
        return Backlog(len(days), now - closed_at)

    def seal(self, day: BilledDay) -> BilledDay:
        """Sealing twice is sealing once."""
        row = billing_day_key(day.organization_id, day.billing_day)
        answer = self._table.update(row, "SET sealed = :true", {":true": True}, ReturnValues="ALL_NEW")
        return read_billed_day(answer["Attributes"])

    def postpone(self, day: BilledDay, reason: str) -> None:
        """It stays in the index; `postponed_for` is for whoever looks at the table."""
        self._table.update(
            billing_day_key(day.organization_id, day.billing_day),
            "SET due = :due, attempts = :attempts, not_before = :before, told = :told, postponed_for = :reason",
            {
                ":due": TOLD if day.told else due_shard(day.organization_id),
                ":attempts": day.attempts,
                ":before": day.not_before,
                ":told": day.told,
                ":reason": reason,
            },
        )

    def mark_reported(self, day: BilledDay) -> None:
        """Out of the index, and after a while out of the table: Chargebee has it."""
        self._close(day, outcome="reported", expires_at=day.billing_day.day + REPORTED_LIFETIME)

    def flag(self, day: BilledDay, reason: str) -> None:
        """Out of the index, with the reason; it stays."""
        self._close(day, outcome=reason)

    def _to_tell(self, until: int) -> Iterator[Attributes]:
        """The keys of what is to be told, oldest first over all partitions; `DUE` alone is that of older versions."""
        names = [DUE, *(f"{DUE}#{number}" for number in range(SHARDS))]
        return merge(*(self._indexed(name, until) for name in names), key=_date)

    def _indexed(self, due: str, until: int) -> Iterator[Attributes]:
        """The keys of the days up to the one of `until` (UTC seconds), oldest first."""
        values = {":due": due, ":on": date_of(until)}
        return self._table.items("due = :due AND due_on <= :on", values, IndexName=DUE_INDEX)

    def _close(self, day: BilledDay, **values: Any) -> None:
        closed = ", ".join(f"{name} = :{name}" for name in values)
        self._table.update(
            billing_day_key(day.organization_id, day.billing_day),
            f"SET {closed} REMOVE due, due_on",
            {f":{name}": value for name, value in values.items()},
        )


def read_billed_day(item: Mapping[str, Any]) -> BilledDay:
    """One day as it stands."""
    return BILLED_DAY.read(decode(item))


def _date(item: Mapping[str, Any]) -> str:
    """When an entry of the index is due."""
    date: str = item["due_on"]["S"]
    return date
