"""Metering on the one table."""

import re
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, InvalidRequest
from billing.metering.domain.entitlement import Account
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Cost, Usage
from billing.metering.domain.wallet import Entry, Wallet
from billing.metering.services.ports import Day, UsageChange
from billing.metering.table.rows import (
    credit_key,
    hold_key,
    read_day,
    read_entry,
    read_hold,
    read_meter,
    read_use,
    read_wallet,
    use_key,
)
from billing.metering.table.top_up_rows import read_rule
from billing.metering.table.writes import Refusal, UsageWrites, Writes
from billing.subscriptions.domain.organization import Organization, Partition
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.table.rows import Attributes, encode, read_organization, read_subscription_item

PAGE = 50
_CURSOR = re.compile(r"[0-9]{12,20}#[0-9]{3}")


class DynamoUsage:
    """`UsageStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table
        self._writes = UsageWrites(table)

    def account(self, organization_id: str) -> Account:
        """One query from the meters over the organization and its subscriptions to the wallets."""
        organization: Organization | None = None
        subscriptions: list[Subscription] = []
        meters: dict[tuple[str, int], Meter] = {}
        wallets: dict[str, Wallet] = {}
        rules: dict[str, TopUpRule] = {}
        for item in self._query(f"ORG#{organization_id}", "METER#", "WALLET#~"):
            match item["sk"]["S"].partition("#")[0]:
                case "ORG":
                    organization = read_organization(item)
                case "SUB":
                    subscriptions.append(read_subscription_item(item))
                case "METER":
                    meter = read_meter(item)
                    meters[meter.feature, meter.start] = meter
                case "WALLET":
                    wallet = read_wallet(item)
                    wallets[wallet.currency] = wallet
                case "TOPUP":
                    rule = read_rule(item)
                    rules[rule.currency] = rule
        return Account(Partition(organization, tuple(subscriptions)), meters, wallets, rules)

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        """One transaction."""
        self._transact(self._writes.of(organization_id, change))

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        """One batch read."""
        keys = [use_key(organization_id, event_id) for event_id in event_ids]
        wanted: dict[str, Any] = {"Keys": keys, "ConsistentRead": True}
        found: dict[str, Usage] = {}
        while wanted.get("Keys"):
            answer = self._client.batch_get_item(RequestItems={self._table: wanted})
            uses = (read_use(item) for item in answer["Responses"].get(self._table, []))
            found |= {usage.event.id: usage for usage in uses}
            wanted = answer.get("UnprocessedKeys", {}).get(self._table, {})
        return found

    def hold(self, organization_id: str, hold_id: str) -> Hold | None:
        """One read."""
        item = self._get(hold_key(organization_id, hold_id))
        return read_hold(item) if item else None

    def credit(self, organization_id: str, entry_id: str) -> Entry | None:
        """One read."""
        item = self._get(credit_key(organization_id, entry_id))
        return read_entry(item) if item else None

    def ledger(self, organization_id: str, currency: str, cursor: str | None) -> tuple[Sequence[Entry], str | None]:
        """One query of one page, newest first. Raises InvalidRequest for a cursor that is not one of ours."""
        partition = f"LEDGER#{organization_id}#{currency}"
        arguments: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": encode({":pk": partition}),
            "ScanIndexForward": False,
            "Limit": PAGE,
            "ConsistentRead": True,
        }
        if cursor:
            if not _CURSOR.fullmatch(cursor):
                raise InvalidRequest("The cursor is not one of this ledger's.")
            arguments["ExclusiveStartKey"] = encode({"pk": partition, "sk": cursor})
        answer = self._client.query(**arguments)
        last = answer.get("LastEvaluatedKey")
        return [read_entry(item) for item in answer["Items"]], last["sk"]["S"] if last else None

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        """One transaction."""
        self._transact(self._writes.of_costs(organization_id, usage, costs))

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """One query of the days between."""
        return [read_day(item) for item in self._query(f"DAY#{organization_id}", first, f"{last}#~")]

    def _transact(self, writes: Writes) -> None:
        try:
            self._client.transact_write_items(TransactItems=[write for _, write in writes])
        except ClientError as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
            refused = {
                kind for (kind, _), reason in zip(writes, reasons, strict=False) if reason == "ConditionalCheckFailed"
            }
            if Refusal.KNOWN in refused:
                raise AlreadyProcessed("It is already recorded.") from error
            if refused == {Refusal.SEALED}:
                raise DaySealed("The day is closed.") from error
            if (
                refused
                or "TransactionConflict" in reasons
                or error.response["Error"]["Code"] == "TransactionConflictException"
            ):
                raise Conflict("Somebody else wrote first.") from error
            raise

    def _get(self, key: Attributes) -> Attributes | None:
        answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item: Attributes | None = answer.get("Item")
        return item

    def _query(self, partition: str, first: str, last: str) -> list[Attributes]:
        paginator = self._client.get_paginator("query")
        pages = paginator.paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=encode({":pk": partition, ":first": first, ":last": last}),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]
