"""The writes of one metering transaction: versions guard meters and wallets, keys make everything else unique."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.hold import Hold
from billing.metering.domain.usage import Cost, Usage
from billing.metering.domain.wallet import Wallet
from billing.metering.services.ports import UsageChange
from billing.metering.table.billed_days import billing_day_write
from billing.metering.table.rows import (
    COST,
    cost_additions,
    day_additions,
    day_key,
    hold_item,
    ledger_key,
    line_values,
    meter_item,
    posting_key,
    use_item,
    use_key,
    wallet_item,
)
from billing.subscriptions.table.outbox import outbox_item
from billing.table.attributes import Attributes
from billing.table.writes import Expression, Write, WriteRefusal, put, put_once, put_version, update


def usage_writes(organization_id: str, change: UsageChange) -> list[Write]:
    """The guarded meters and wallets, everything that may exist only once, and the announcements."""
    writes: list[Write] = []
    for meter in _moved(change.before.meters, change.after.meters):
        item = meter_item(organization_id, replace(meter, version=meter.version + 1))
        writes.append(put_version(item, meter.version))
    for wallet in _posted(change):
        item = wallet_item(organization_id, replace(wallet, version=wallet.version + 1))
        writes.append(put_version(item, wallet.version))
    writes += [put_once(use_item(organization_id, usage)) for usage in change.usages]
    if change.posting_id:
        writes.append(put_once(posting_key(organization_id, change.posting_id) | line_values(change.lines[0])))
    if change.hold:
        writes.append(_hold_write(organization_id, change.hold_before, change.hold))
    writes += _ledger_writes(organization_id, change)
    writes += _day_writes(organization_id, change.usages)
    writes += _billing_writes(organization_id, change.usages)
    writes += [put(outbox_item(each, change.at)) for each in change.announcements(organization_id)]
    return writes


def cost_writes(organization_id: str, usage: Usage, costs: Sequence[Cost]) -> list[Write]:
    """Into the use as it was read, and into its day.

    Costs are append-only, so an unchanged count means an unchanged set.
    """
    names = {f"#c{place}": cost.id for place, cost in enumerate(costs)}
    added = {f":c{place}": COST.values(cost) for place, cost in enumerate(costs)}
    known = Expression("attribute_exists(costs) AND size(costs) = :known", {":known": len(usage.event.costs)})
    attached = "SET " + ", ".join(f"costs.{name} = :{name[1:]}" for name in names)
    first = {} if usage.event.costs else {"costed": 1}
    return [
        update(use_key(organization_id, usage.event.id), Expression(attached, added, names), known, WriteRefusal.KNOWN),
        _day_write(day_key(organization_id, usage), {**first, **cost_additions(tuple(costs))}),
    ]


def _hold_write(organization_id: str, before: Hold | None, after: Hold) -> Write:
    item = hold_item(organization_id, after)
    if before is None:
        return put_once(item)
    unchanged = Expression("#state = :state", {":state": str(before.state)}, {"#state": "state"})
    return put(item, unchanged, WriteRefusal.KNOWN)


def _ledger_writes(organization_id: str, change: UsageChange) -> list[Write]:
    numbered: dict[str, int] = {}
    writes = []
    for line in change.lines:
        currency = line.amount.currency
        number = numbered[currency] = numbered.get(currency, -1) + 1
        version = change.before.wallet(currency).version + 1
        writes.append(put(ledger_key(organization_id, currency, version, number) | line_values(line)))
    return writes


def _day_writes(organization_id: str, usages: Sequence[Usage]) -> list[Write]:
    days: dict[str, tuple[Attributes, dict[str, int]]] = {}
    for usage in usages:
        key = day_key(organization_id, usage)
        _, sums = days.setdefault(key["sk"]["S"], (key, {}))
        for name, value in day_additions(usage).items():
            sums[name] = sums.get(name, 0) + value
    return [_day_write(key, sums) for key, sums in days.values()]


def _day_write(key: Attributes, additions: dict[str, int]) -> Write:
    names = {f"#a{place}": name for place, name in enumerate(additions)}
    values = {f":a{place}": value for place, value in enumerate(additions.values())}
    return update(key, Expression("ADD " + ", ".join(f"{name} :{name[1:]}" for name in names), values, names))


def _billing_writes(organization_id: str, usages: Sequence[Usage]) -> list[Write]:
    quantities: dict[BillingDay, int] = {}
    for usage in usages:
        if usage.billing_day and usage.invoiced:
            quantities[usage.billing_day] = quantities.get(usage.billing_day, 0) + usage.invoiced
    return [billing_day_write(organization_id, day, quantity) for day, quantity in quantities.items()]


def _posted(change: UsageChange) -> list[Wallet]:
    """The wallets that the change has touched, also by a line of zero: a line's key has the wallet's version, so that
    the version must move."""
    posted = {line.amount.currency for line in change.lines}
    before = change.before.wallets
    return [each for key, each in change.after.wallets.items() if key in posted or before.get(key) != each]


def _moved[Key, State](before: Mapping[Key, State], after: Mapping[Key, State]) -> list[State]:
    """What the change has touched."""
    return [state for key, state in after.items() if before.get(key) != state]
