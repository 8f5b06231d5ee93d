"""Charges and rules for top-ups on the one table."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.table.billed_days import DUE_INDEX
from billing.metering.table.rows import DUE_RULE, rule_item, second_of
from billing.metering.table.store import usage_writes
from billing.payments.domain.charge import Charge
from billing.payments.services.ports import PaymentChange
from billing.payments.table.rows import charge_item, charge_key, read_charge
from billing.subscriptions.table.rows import outbox_item
from billing.subscriptions.table.store import entry_write
from billing.table.codec import decode
from billing.table.dynamodb import Table
from billing.table.writes import WriteRefusal, put, put_version


class DynamoPayments:
    """`PaymentStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def charge(self, organization_id: str, charge_id: str) -> Charge | None:
        """One read."""
        item = self._table.get(charge_key(organization_id, charge_id))
        return read_charge(item) if item else None

    def commit_payment(self, change: PaymentChange) -> None:
        """One transaction. A refused event-log write means a duplicate; any other refusal means a lost race."""
        writes = [entry_write(change.entry)] if change.entry else []
        if change.charge:
            writes.append(put_version(charge_item(change.charge), change.charge.version - 1))
        if change.wallet:
            posted = usage_writes(change.organization_id, change.wallet)
            writes += [replace(write, refusal=WriteRefusal.MOVED_ON) for write in posted]
        writes += [put(outbox_item(each, change.at)) for each in change.announcements]
        self._table.transact(writes)

    def save_rule(self, organization_id: str, rule: TopUpRule) -> None:
        """One guarded write."""
        self._table.put(put_version(rule_item(organization_id, rule), rule.version - 1))

    def due_rules(self, now: int) -> Iterator[tuple[str, str]]:
        """A page at a time, through the index alone."""
        values = {":due": DUE_RULE, ":on": second_of(now)}
        for item in self._table.items("due = :due AND due_on <= :on", values, IndexName=DUE_INDEX):
            names = decode(item)
            yield names["pk"].removeprefix("ORG#"), names["sk"].removeprefix("TOPUP#")
