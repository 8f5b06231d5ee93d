"""The days of metered usage that Chargebee is to be told, in the one table; a sparse index holds those that are due."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from billing.metering.domain.billing_day import DAY, BillingDay, Report
from billing.subscriptions.table.rows import Attributes, decode, encode

DUE_INDEX = "due"
DUE = "USAGE"
REPORTED_LIFETIME = 400 * DAY
"""Seconds after its day for which a report is kept: far longer than Chargebee's invoice may wait for it."""


def billing_day_key(organization_id: str, day: BillingDay) -> Attributes:
    """One day of one feature at one price in one term; what came late has a row of its own."""
    late = "#late" if day.late else ""
    row = f"{day.subscription_id}#{date_of(day.day)}#{day.feature}#{day.item_price_id}#{day.term_start}{late}"
    return encode({"pk": f"REPORT#{organization_id}", "sk": row})


def date_of(moment: int) -> str:
    """The UTC date of a moment in UTC seconds."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def billing_day_update(table: str, organization_id: str, day: BillingDay, quantity: int) -> dict[str, Any]:
    """Count into an open day; a sealed one refuses."""
    values = {
        ":quantity": quantity,
        ":organization": organization_id,
        ":day": asdict(day),
        ":due": DUE,
        ":on": date_of(day.day),
    }
    return {
        "Update": {
            "TableName": table,
            "Key": billing_day_key(organization_id, day),
            "UpdateExpression": (
                "SET organization_id = :organization, billing_day = :day, due = :due, due_on = :on"
                " ADD quantity :quantity"
            ),
            "ConditionExpression": "attribute_not_exists(sealed)",
            "ExpressionAttributeValues": encode(values),
        }
    }


class DynamoReports:
    """`Reports` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def due(self, until: int) -> Iterable[Report]:
        """A page at a time, through the index; each row is then read as it is."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=DUE_INDEX,
            KeyConditionExpression="due = :due AND due_on <= :on",
            ExpressionAttributeValues=encode({":due": DUE, ":on": date_of(until)}),
        )
        for page in pages:
            for item in page["Items"]:
                row = self._row(item)
                if "due" in row:  # the index may lag behind
                    yield _read(row)

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[Report]:
        """One query of the organization's days."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :subscription)",
            ExpressionAttributeValues=encode(
                {":pk": f"REPORT#{organization_id}", ":subscription": f"{subscription_id}#"}
            ),
            ConsistentRead=True,
        )
        return [_read(item) for page in pages for item in page["Items"] if "due" in item]

    def seal(self, report: Report) -> Report:
        """Sealing twice is sealing once."""
        answer = self._client.update_item(
            TableName=self._table,
            Key=billing_day_key(report.organization_id, report.day),
            UpdateExpression="SET sealed = :true",
            ExpressionAttributeValues=encode({":true": True}),
            ReturnValues="ALL_NEW",
        )
        return _read(answer["Attributes"])

    def reported(self, report: Report) -> None:
        """Out of the index, and after a while out of the table: Chargebee has it."""
        self._close(report, outcome="reported", expires_at=report.day.day + REPORTED_LIFETIME)

    def flagged(self, report: Report, reason: str) -> None:
        """Out of the index, with the reason; it stays."""
        self._close(report, outcome=reason)

    def _close(self, report: Report, **values: Any) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=billing_day_key(report.organization_id, report.day),
            UpdateExpression=f"SET {', '.join(f'{name} = :{name}' for name in values)} REMOVE due, due_on",
            ExpressionAttributeValues=encode({f":{name}": value for name, value in values.items()}),
        )

    def _row(self, item: Attributes) -> Attributes:
        key = {"pk": item["pk"], "sk": item["sk"]}
        row: Attributes = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)["Item"]
        return row


def _read(item: Mapping[str, Any]) -> Report:
    values = decode(item)
    return Report(
        values["organization_id"], BillingDay(**values["billing_day"]), values["quantity"], values.get("sealed", False)
    )
