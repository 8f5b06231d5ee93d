"""Metering on the one table: versions guard meters and wallets, keys make everything else unique."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing.core.errors import InvalidRequest
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.entitlement import Account
from billing.metering.domain.grant import Grant
from billing.metering.domain.hold import Hold
from billing.metering.domain.usage import Correction, Cost, Usage
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.metering.services.ports import Day, UsageChange
from billing.metering.table.billed_days import (
    billing_day_write,
    day_additions,
    day_key,
    day_write,
    read_day,
)
from billing.metering.table.rows import (
    alerts_key,
    grant_version_key,
    hold_item,
    hold_key,
    ledger_key,
    line_values,
    meter_item,
    posting_key,
    read_grant,
    read_hold,
    read_line,
    read_meter,
    read_rule,
    read_use,
    read_wallet,
    rule_item,
    use_item,
    use_key,
    wallet_item,
)
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.table.rows import outbox_item, read_organization, read_subscription_item
from billing.table.codec import Attributes, decode, encode, key, successor
from billing.table.dynamodb import Table
from billing.table.writes import Expression, Write, WriteRefusal, put, put_once, put_version

if TYPE_CHECKING:
    from billing.metering.domain.correction import CorrectedUse

PAGE = 50
_CURSOR = re.compile(r"[0-9]{12,20}#[0-9]{3}")


class DynamoUsage:
    """`UsageStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def account(self, organization_id: str) -> Account:
        """One query from the alerts and grants over the meters and the organization's own rows to the wallets."""
        rows: defaultdict[str, list[Attributes]] = defaultdict(list)
        for item in self._table.between(f"ORG#{organization_id}", "ALERTS", successor("WALLET#")):
            rows[item["sk"]["S"].partition("#")[0]].append(item)
        organization = next(map(read_organization, rows["ORG"]), None)
        return Account(
            OrganizationState(organization, tuple(map(read_subscription_item, rows["SUB"]))),
            {(meter.feature, meter.start): meter for meter in map(read_meter, rows["METER"])},
            {wallet.currency: wallet for wallet in map(read_wallet, rows["WALLET"])},
            {rule.currency: rule for rule in map(read_rule, rows["TOPUP"])},
            tuple(map(read_grant, rows["GRANT"])),
            next((int(item["version"]["N"]) for item in rows["GRANTS"]), 0),
            {name: tuple(each) for item in rows["ALERTS"] for name, each in decode(item)["thresholds"].items()},
        )

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        """One transaction."""
        self._table.transact(usage_writes(organization_id, change))

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        """One batch read."""
        items = self._table.batch_get([use_key(organization_id, event_id) for event_id in event_ids])
        return {usage.event.id: usage for usage in map(read_use, items)}

    def hold(self, organization_id: str, hold_id: str) -> Hold | None:
        """One read."""
        item = self._table.get(hold_key(organization_id, hold_id))
        return read_hold(item) if item else None

    def posted_line(self, organization_id: str, posting_id: str) -> LedgerLine | None:
        """One read."""
        item = self._table.get(posting_key(organization_id, posting_id))
        return read_line(item) if item else None

    def ledger(
        self, organization_id: str, currency: str, cursor: str | None
    ) -> tuple[Sequence[LedgerLine], str | None]:
        """One query of one page, newest first. Raises InvalidRequest for a cursor that is not one of ours."""
        if cursor and not _CURSOR.fullmatch(cursor):
            raise InvalidRequest("The cursor is not one of this ledger's.")
        partition = f"LEDGER#{organization_id}#{currency}"
        behind = {"ExclusiveStartKey": key(partition, cursor)} if cursor else {}
        answer = self._table.page(
            "pk = :pk", {":pk": partition}, ScanIndexForward=False, Limit=PAGE, ConsistentRead=True, **behind
        )
        last = answer.get("LastEvaluatedKey")
        return [read_line(item) for item in answer["Items"]], last["sk"]["S"] if last else None

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        """One transaction."""
        from billing.metering.table.late_costs import cost_writes  # noqa: PLC0415 - hardly ever

        self._table.transact(cost_writes(organization_id, usage, costs))

    def save_alerts(self, organization_id: str, alerts: Mapping[str, Sequence[int]]) -> None:
        """One put."""
        thresholds = {name: list(each) for name, each in alerts.items()}
        self._table.put(put(alerts_key(organization_id) | encode({"thresholds": thresholds})))

    def save_grant(self, organization_id: str, seen: int, grant: Grant, announcement: Announcement) -> None:
        """One transaction."""
        from billing.metering.table.grants import grant_writes  # noqa: PLC0415 - hardly ever

        self._table.transact(grant_writes(organization_id, seen, grant, announcement))

    def grant_versions(self, organization_id: str, grant_id: str) -> Sequence[Grant]:
        """One query of one page, newest first."""
        partition = grant_version_key(organization_id, grant_id, 0)["pk"]["S"]
        options: dict[str, Any] = {"ScanIndexForward": False, "Limit": PAGE, "ConsistentRead": True}
        return [read_grant(item) for item in self._table.page("pk = :pk", {":pk": partition}, **options)["Items"]]

    def correction(self, organization_id: str, key: str) -> Correction | None:
        """One read."""
        from billing.metering.table.corrections import correction_key, read_correction  # noqa: PLC0415 - hardly ever

        item = self._table.get(correction_key(organization_id, key))
        return read_correction(item) if item else None

    def correct(self, organization_id: str, change: CorrectedUse) -> None:
        """One transaction."""
        from billing.metering.table.corrections import correction_writes  # noqa: PLC0415 - hardly ever

        self._table.transact(correction_writes(organization_id, change))

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """One query of the days between."""
        return [read_day(item) for item in self._table.between(f"DAY#{organization_id}", first, successor(f"{last}#"))]


def usage_writes(organization_id: str, change: UsageChange) -> list[Write]:
    """The guarded meters, wallets and rules, everything that may exist only once, and the announcements."""
    writes: list[Write] = []
    for meter in _moved(change.before.meters, change.after.meters):
        item = meter_item(organization_id, replace(meter, version=meter.version + 1))
        writes.append(put_version(item, meter.version))
    for wallet in _posted(change):
        item = wallet_item(organization_id, replace(wallet, version=wallet.version + 1))
        writes.append(put_version(item, wallet.version))
    writes += [put_version(rule_item(organization_id, rule), rule.version - 1) for rule in change.rules]
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


def _hold_write(organization_id: str, before: Hold | None, after: Hold) -> Write:
    item = hold_item(organization_id, after)
    if before is None:
        return put_once(item)
    unchanged = Expression("#state = :state", {":state": str(before.state)}, {"#state": "state"})
    return put(item, unchanged, WriteRefusal.KNOWN)


def _ledger_writes(organization_id: str, change: UsageChange) -> list[Write]:
    numbered: dict[str, int] = {}
    writes = []
    for line in change.ledger:
        currency = line.amount.currency
        number = numbered[currency] = numbered.get(currency, -1) + 1
        version = change.before.wallet(currency).version + 1
        writes.append(put(ledger_key(organization_id, currency, version, number) | line_values(line)))
    return writes


def _day_writes(organization_id: str, usages: Sequence[Usage]) -> list[Write]:
    days: dict[str, tuple[Attributes, int, dict[str, int]]] = {}
    for usage in usages:
        row = day_key(organization_id, usage)
        *_, sums = days.setdefault(row["sk"]["S"], (row, usage.event.decimals, {}))
        for name, value in day_additions(usage).items():
            sums[name] = sums.get(name, 0) + value
    return [day_write(row, sums, decimals) for row, decimals, sums in days.values()]


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
    return [
        each for currency, each in change.after.wallets.items() if currency in posted or before.get(currency) != each
    ]


def _moved[Key, State](before: Mapping[Key, State], after: Mapping[Key, State]) -> list[State]:
    """What the change has touched."""
    return [state for place, state in after.items() if before.get(place) != state]
