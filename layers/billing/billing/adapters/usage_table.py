"""Metering on the one table: versions guard meters and wallets, keys make uses, holds and credits unique."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from botocore.exceptions import ClientError

from billing.adapters.payment_rows import news_item, read_rule
from billing.adapters.rows import Attributes, encode, read_organization, read_subscription_item
from billing.adapters.usage_reports import billing_day_update
from billing.adapters.usage_rows import (
    cost_additions,
    credit_key,
    day_additions,
    day_key,
    entry_values,
    hold_item,
    hold_key,
    ledger_key,
    meter_item,
    read_day,
    read_entry,
    read_hold,
    read_meter,
    read_use,
    read_wallet,
    use_item,
    use_key,
    wallet_item,
)
from billing.domain.auto_top_up import TopUpRule
from billing.domain.billing_day import BillingDay
from billing.domain.entitlement import Account
from billing.domain.errors import AlreadyProcessed, Conflict, DaySealed, InvalidRequest
from billing.domain.hold import Hold
from billing.domain.meter import Meter
from billing.domain.organization import Organization, Partition
from billing.domain.subscription import Subscription
from billing.domain.usage import Cost, Usage
from billing.domain.wallet import Entry, Wallet
from billing.services.usage_ports import Day, UsageChange

PAGE = 50
_CURSOR = re.compile(r"[0-9]{12,20}#[0-9]{3}")
_ABSENT = "attribute_not_exists(pk)"
_UNIQUE = "unique"
_GUARD = "guard"
_SEAL = "seal"


class DynamoUsage:
    """`UsageStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

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
        self._transact(self.writes(organization_id, change))

    def writes(self, organization_id: str, change: UsageChange) -> list[tuple[str, dict[str, Any]]]:
        """The guarded meters and wallets, everything that may exist only once, and what is to be told of it."""
        writes: list[tuple[str, dict[str, Any]]] = []
        for meter in _moved(change.before.meters, change.after.meters):
            item = meter_item(organization_id, replace(meter, version=meter.version + 1))
            writes.append((_GUARD, self._versioned(item, meter.version)))
        for wallet in _posted(change):
            item = wallet_item(organization_id, replace(wallet, version=wallet.version + 1))
            writes.append((_GUARD, self._versioned(item, wallet.version)))
        writes += [(_UNIQUE, self._put_once(use_item(organization_id, usage))) for usage in change.usages]
        if change.credit:
            item = credit_key(organization_id, change.credit) | entry_values(change.entries[0])
            writes.append((_UNIQUE, self._put_once(item)))
        if change.hold:
            writes.append((_UNIQUE, self._hold_write(organization_id, change.hold_before, change.hold)))
        writes += [(_GUARD, write) for write in self._ledger_writes(organization_id, change)]
        writes += [(_GUARD, write) for write in self._day_writes(organization_id, change.usages)]
        writes += [(_SEAL, write) for write in self._billing_writes(organization_id, change.usages)]
        customer_id = change.before.customer_id
        writes += [(_GUARD, self._put(news_item(organization_id, customer_id, each))) for each in change.news]
        return writes

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
        """Into the use as it was read, and into its day, in one transaction. Costs are only ever added, so that as
        many as before are the same as before."""
        names = {f"#c{place}": cost.id for place, cost in enumerate(costs)}
        values: dict[str, Any] = {f":c{place}": asdict(cost) for place, cost in enumerate(costs)}
        update = {
            "TableName": self._table,
            "Key": use_key(organization_id, usage.event.id),
            "UpdateExpression": "SET " + ", ".join(f"costs.{name} = :{name[1:]}" for name in names),
            "ConditionExpression": "attribute_exists(costs) AND size(costs) = :known",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": encode(values | {":known": len(usage.event.costs)}),
        }
        first = {} if usage.event.costs else {"costed": 1}
        day = self._day_write(day_key(organization_id, usage), {**first, **cost_additions(tuple(costs))})
        self._transact([(_UNIQUE, {"Update": update}), (_GUARD, day)])

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """One query of the days between."""
        return [read_day(item) for item in self._query(f"DAY#{organization_id}", first, f"{last}#~")]

    def _transact(self, writes: Sequence[tuple[str, dict[str, Any]]]) -> None:
        try:
            self._client.transact_write_items(TransactItems=[write for _, write in writes])
        except ClientError as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
            refused = {
                kind for (kind, _), reason in zip(writes, reasons, strict=False) if reason == "ConditionalCheckFailed"
            }
            if _UNIQUE in refused:
                raise AlreadyProcessed("It is already recorded.") from error
            if refused == {_SEAL}:
                raise DaySealed("The day is closed.") from error
            if (
                refused
                or "TransactionConflict" in reasons
                or error.response["Error"]["Code"] == "TransactionConflictException"
            ):
                raise Conflict("Somebody else wrote first.") from error
            raise

    def _versioned(self, item: Attributes, seen: int) -> dict[str, Any]:
        if seen == 0:
            return self._put(item, ConditionExpression=_ABSENT)
        return self._put(item, ConditionExpression="version = :seen", ExpressionAttributeValues=encode({":seen": seen}))

    def _put(self, item: Attributes, **condition: Any) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _put_once(self, item: Attributes) -> dict[str, Any]:
        return self._put(item, ConditionExpression=_ABSENT)

    def _hold_write(self, organization_id: str, before: Hold | None, after: Hold) -> dict[str, Any]:
        item = hold_item(organization_id, after)
        if before is None:
            return self._put_once(item)
        return self._put(
            item,
            ConditionExpression="#state = :state",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues=encode({":state": str(before.state)}),
        )

    def _ledger_writes(self, organization_id: str, change: UsageChange) -> list[dict[str, Any]]:
        numbered: dict[str, int] = {}
        writes = []
        for entry in change.entries:
            number = numbered[entry.currency] = numbered.get(entry.currency, -1) + 1
            version = change.before.wallet(entry.currency).version + 1
            key = ledger_key(organization_id, entry.currency, version, number)
            writes.append(self._put(key | entry_values(entry)))
        return writes

    def _day_writes(self, organization_id: str, usages: Sequence[Usage]) -> list[dict[str, Any]]:
        days: dict[str, tuple[Attributes, dict[str, int]]] = {}
        for usage in usages:
            key = day_key(organization_id, usage)
            _, sums = days.setdefault(key["sk"]["S"], (key, {}))
            for name, value in day_additions(usage).items():
                sums[name] = sums.get(name, 0) + value
        return [self._day_write(key, sums) for key, sums in days.values()]

    def _billing_writes(self, organization_id: str, usages: Sequence[Usage]) -> list[dict[str, Any]]:
        quantities: dict[BillingDay, int] = {}
        for usage in usages:
            if usage.billing_day and usage.invoiced:
                quantities[usage.billing_day] = quantities.get(usage.billing_day, 0) + usage.invoiced
        return [billing_day_update(self._table, organization_id, day, quantity) for day, quantity in quantities.items()]

    def _day_write(self, key: Attributes, additions: dict[str, int]) -> dict[str, Any]:
        names = {f"#a{place}": name for place, name in enumerate(additions)}
        values = {f":a{place}": value for place, value in enumerate(additions.values())}
        return {
            "Update": {
                "TableName": self._table,
                "Key": key,
                "UpdateExpression": "ADD " + ", ".join(f"{name} :{name[1:]}" for name in names),
                "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": encode(values),
            }
        }

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


def _posted(change: UsageChange) -> list[Wallet]:
    """The wallets that the change has touched. A line of nothing touches its wallet too: the wallet's version numbers
    the line."""
    posted = {entry.currency for entry in change.entries}
    before = change.before.wallets
    return [each for key, each in change.after.wallets.items() if key in posted or before.get(key) != each]


def _moved[Key, State](before: Mapping[Key, State], after: Mapping[Key, State]) -> list[State]:
    """What the change has touched."""
    return [state for key, state in after.items() if before.get(key) != state]
