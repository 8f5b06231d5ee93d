"""Charges and rules for top-ups on the one table."""

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.table.top_up_rows import rule_item
from billing.metering.table.writes import UsageWrites
from billing.payments.domain.charge import Charge
from billing.payments.services.ports import PaymentChange
from billing.payments.table.rows import charge_item, charge_key, read_charge
from billing.subscriptions.table.ledger import entry_write
from billing.subscriptions.table.outbox import outbox_item
from billing.subscriptions.table.rows import Attributes, encode

_REFUSED = "ConditionalCheckFailed"
_LOST = frozenset({_REFUSED, "TransactionConflict"})


class DynamoPayments:
    """`PaymentStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._usage_writes = UsageWrites(table)

    def charge(self, organization_id: str, charge_id: str) -> Charge | None:
        """One read."""
        key = charge_key(organization_id, charge_id)
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return read_charge(answer["Item"]) if "Item" in answer else None

    def commit_payment(self, change: PaymentChange) -> None:
        """One transaction. Of its parts only the event's ledger entry means a duplicate; the others mean a race."""
        entry = [entry_write(self._table, change.entry)] if change.entry else []
        writes = [*entry, *self._charge_writes(change.charge)]
        if change.wallet:
            writes += [write for _, write in self._usage_writes.of(change.organization_id, change.wallet)]
        told = [outbox_item(each, change.at) for each in change.announcements]
        writes += [{"Put": {"TableName": self._table, "Item": item}} for item in told]
        self._transact(writes, change.entry.event_id if change.entry else None)

    def save_rule(self, organization_id: str, rule: TopUpRule) -> None:
        """One guarded write."""
        self._transact([self._versioned(rule_item(organization_id, rule), rule.version)], None)

    def _charge_writes(self, charge: Charge | None) -> list[dict[str, Any]]:
        return [self._versioned(charge_item(charge), charge.version)] if charge else []

    def _versioned(self, item: Attributes, version: int) -> dict[str, Any]:
        """A version is written only over the one before it."""
        if version == 1:
            condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        else:
            seen = encode({":seen": version - 1})
            condition = {"ConditionExpression": "version = :seen", "ExpressionAttributeValues": seen}
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _transact(self, writes: Sequence[dict[str, Any]], event_id: str | None) -> None:
        """`event_id` is of the ledger entry that stands first, None when there is none."""
        try:
            self._client.transact_write_items(TransactItems=list(writes))
        except ClientError as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
            if event_id is not None and reasons and reasons[0] == _REFUSED:
                raise AlreadyProcessed(event_id) from error
            if _LOST.intersection(reasons) or error.response["Error"]["Code"] == "TransactionConflictException":
                raise Conflict("Somebody else wrote first.") from error
            raise
