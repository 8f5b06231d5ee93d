"""The writes of one metering transaction: versions guard meters and wallets, keys make everything else unique."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any

from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.hold import Hold
from billing.metering.domain.usage import Cost, Usage
from billing.metering.domain.wallet import Wallet
from billing.metering.services.ports import UsageChange
from billing.metering.table.reports import billing_day_update
from billing.metering.table.rows import (
    cost_additions,
    credit_key,
    day_additions,
    day_key,
    entry_values,
    hold_item,
    ledger_key,
    meter_item,
    use_item,
    use_key,
    wallet_item,
)
from billing.subscriptions.table.outbox import outbox_item
from billing.subscriptions.table.rows import Attributes, encode

_ABSENT = "attribute_not_exists(pk)"

Write = dict[str, Any]
"""One item of a `TransactWriteItems`."""


class Refusal(Enum):
    """What it means when a write's condition is not met."""

    KNOWN = "it is recorded already"
    MOVED_ON = "somebody else wrote first"
    SEALED = "the day is closed"


Writes = list[tuple[Refusal, Write]]


@dataclass(frozen=True, slots=True)
class UsageWrites:
    """Makes the writes on one table; nothing is written here."""

    table: str

    def of(self, organization_id: str, change: UsageChange) -> Writes:
        """The guarded meters and wallets, everything that may exist only once, and what is to be told of it."""
        writes: Writes = []
        for meter in _moved(change.before.meters, change.after.meters):
            item = meter_item(organization_id, replace(meter, version=meter.version + 1))
            writes.append((Refusal.MOVED_ON, self._versioned(item, meter.version)))
        for wallet in _posted(change):
            item = wallet_item(organization_id, replace(wallet, version=wallet.version + 1))
            writes.append((Refusal.MOVED_ON, self._versioned(item, wallet.version)))
        writes += [(Refusal.KNOWN, self._put_once(use_item(organization_id, usage))) for usage in change.usages]
        if change.credit:
            item = credit_key(organization_id, change.credit) | entry_values(change.entries[0])
            writes.append((Refusal.KNOWN, self._put_once(item)))
        if change.hold:
            writes.append((Refusal.KNOWN, self._hold_write(organization_id, change.hold_before, change.hold)))
        writes += [(Refusal.MOVED_ON, write) for write in self._ledger_writes(organization_id, change)]
        writes += [(Refusal.MOVED_ON, write) for write in self._day_writes(organization_id, change.usages)]
        writes += [(Refusal.SEALED, write) for write in self._billing_writes(organization_id, change.usages)]
        told = [outbox_item(each, change.at) for each in change.announcements(organization_id)]
        writes += [(Refusal.MOVED_ON, self._put(item)) for item in told]
        return writes

    def of_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> Writes:
        """Into the use as it was read, and into its day. Costs are only ever added, so that as many as before are the
        same as before."""
        names = {f"#c{place}": cost.id for place, cost in enumerate(costs)}
        values: dict[str, Any] = {f":c{place}": asdict(cost) for place, cost in enumerate(costs)}
        update = {
            "TableName": self.table,
            "Key": use_key(organization_id, usage.event.id),
            "UpdateExpression": "SET " + ", ".join(f"costs.{name} = :{name[1:]}" for name in names),
            "ConditionExpression": "attribute_exists(costs) AND size(costs) = :known",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode(values | {":known": len(usage.event.costs)}),
        }
        first = {} if usage.event.costs else {"costed": 1}
        day = self._day_write(day_key(organization_id, usage), {**first, **cost_additions(tuple(costs))})
        return [(Refusal.KNOWN, {"Update": update}), (Refusal.MOVED_ON, day)]

    def _versioned(self, item: Attributes, seen: int) -> Write:
        if seen == 0:
            return self._put(item, ConditionExpression=_ABSENT)
        return self._put(item, ConditionExpression="version = :seen", ExpressionAttributeValues=encode({":seen": seen}))

    def _put(self, item: Attributes, **condition: Any) -> Write:
        return {"Put": {"TableName": self.table, "Item": item, **condition}}

    def _put_once(self, item: Attributes) -> Write:
        return self._put(item, ConditionExpression=_ABSENT)

    def _hold_write(self, organization_id: str, before: Hold | None, after: Hold) -> Write:
        item = hold_item(organization_id, after)
        if before is None:
            return self._put_once(item)
        return self._put(
            item,
            ConditionExpression="#state = :state",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues=encode({":state": str(before.state)}),
        )

    def _ledger_writes(self, organization_id: str, change: UsageChange) -> list[Write]:
        numbered: dict[str, int] = {}
        writes = []
        for entry in change.entries:
            number = numbered[entry.currency] = numbered.get(entry.currency, -1) + 1
            version = change.before.wallet(entry.currency).version + 1
            key = ledger_key(organization_id, entry.currency, version, number)
            writes.append(self._put(key | entry_values(entry)))
        return writes

    def _day_writes(self, organization_id: str, usages: Sequence[Usage]) -> list[Write]:
        days: dict[str, tuple[Attributes, dict[str, int]]] = {}
        for usage in usages:
            key = day_key(organization_id, usage)
            _, sums = days.setdefault(key["sk"]["S"], (key, {}))
            for name, value in day_additions(usage).items():
                sums[name] = sums.get(name, 0) + value
        return [self._day_write(key, sums) for key, sums in days.values()]

    def _billing_writes(self, organization_id: str, usages: Sequence[Usage]) -> list[Write]:
        quantities: dict[BillingDay, int] = {}
        for usage in usages:
            if usage.billing_day and usage.invoiced:
                quantities[usage.billing_day] = quantities.get(usage.billing_day, 0) + usage.invoiced
        return [billing_day_update(self.table, organization_id, day, quantity) for day, quantity in quantities.items()]

    def _day_write(self, key: Attributes, additions: dict[str, int]) -> Write:
        names = {f"#a{place}": name for place, name in enumerate(additions)}
        values = {f":a{place}": value for place, value in enumerate(additions.values())}
        return {
            "Update": {
                "TableName": self.table,
                "Key": key,
                "UpdateExpression": "ADD " + ", ".join(f"{name} :{name[1:]}" for name in names),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": encode(values),
            }
        }


def _posted(change: UsageChange) -> list[Wallet]:
    """The wallets that the change has touched. A line of nothing touches its wallet too: the wallet's version numbers
    the line."""
    posted = {entry.currency for entry in change.entries}
    before = change.before.wallets
    return [each for key, each in change.after.wallets.items() if key in posted or before.get(key) != each]


def _moved[Key, State](before: Mapping[Key, State], after: Mapping[Key, State]) -> list[State]:
    """What the change has touched."""
    return [state for key, state in after.items() if before.get(key) != state]
