"""Metering on the one table."""

import re
from collections.abc import Sequence
from typing import Any

from billing.core.errors import InvalidRequest
from billing.metering.domain.entitlement import Account
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Cost, Usage
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.metering.services.ports import Day, UsageChange
from billing.metering.table.rows import (
    hold_key,
    posting_key,
    read_day,
    read_hold,
    read_line,
    read_meter,
    read_rule,
    read_use,
    read_wallet,
    use_key,
)
from billing.metering.table.writes import cost_writes, usage_writes
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.table.rows import read_organization, read_subscription_item
from billing.table.dynamodb import Table
from billing.table.keys import key, successor

PAGE = 50
_CURSOR = re.compile(r"[0-9]{12,20}#[0-9]{3}")


class DynamoUsage:
    """`UsageStore`. Every read is strongly consistent."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def account(self, organization_id: str) -> Account:
        """One query from the meters over the organization and its subscriptions to the wallets."""
        organization: Organization | None = None
        subscriptions: list[Subscription] = []
        meters: dict[tuple[str, int], Meter] = {}
        wallets: dict[str, Wallet] = {}
        rules: dict[str, TopUpRule] = {}
        for item in self._table.between(f"ORG#{organization_id}", "METER#", successor("WALLET#")):
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
        return Account(OrganizationState(organization, tuple(subscriptions)), meters, wallets, rules)

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
        self._table.transact(cost_writes(organization_id, usage, costs))

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """One query of the days between."""
        return [read_day(item) for item in self._table.between(f"DAY#{organization_id}", first, successor(f"{last}#"))]
