"""The days of metered usage that Chargebee is to be told, in the one table; a sparse index holds those that are due."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from billing.metering.domain.billing_day import DAY, BillingDay, Report
from billing.table.attributes import Attributes, decode
from billing.table.codec import Codec
from billing.table.dynamodb import Table
from billing.table.keys import key, successor
from billing.table.writes import Expression, Refusal, Write, update

DUE_INDEX = "due"
DUE = "USAGE"
REPORTED_LIFETIME = 400 * DAY
"""Seconds after its day for which a report is kept: far longer than Chargebee's invoice may wait for it."""


BILLING_DAY = Codec(BillingDay)
REPORT = Codec(Report, apart=frozenset({"day"}))
"""Its day is called `billing_day`."""


def billing_day_key(organization_id: str, day: BillingDay) -> Attributes:
    """One day of one feature at one price in one term; what came late has a row of its own."""
    late = "#late" if day.late else ""
    row = f"{day.subscription_id}#{date_of(day.day)}#{day.feature}#{day.item_price_id}#{day.term_start}{late}"
    return key(f"REPORT#{organization_id}", row)


def date_of(moment: int) -> str:
    """The UTC date of a moment in UTC seconds."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def billing_day_write(organization_id: str, day: BillingDay, quantity: int) -> Write:
    """Count into an open day; a sealed one refuses."""
    values = {
        ":quantity": quantity,
        ":organization": organization_id,
        ":day": BILLING_DAY.values(day),
        ":due": DUE,
        ":on": date_of(day.day),
    }
    counted = "SET organization_id = :organization, billing_day = :day, due = :due, due_on = :on ADD quantity :quantity"
    return update(
        billing_day_key(organization_id, day),
        Expression(counted, values),
        Expression("attribute_not_exists(sealed)"),
        Refusal.SEALED,
    )


class DynamoReports:
    """`Reports` on the one table."""

    def __init__(self, client: Any, table: str) -> None:
        self._table = Table(client, table)

    def due(self, until: int) -> Iterable[Report]:
        """A page at a time, through the index; each row is then read as it is."""
        found = self._table.items(
            "due = :due AND due_on <= :on", {":due": DUE, ":on": date_of(until)}, IndexName=DUE_INDEX
        )
        for item in found:
            row = self._table.get({"pk": item["pk"], "sk": item["sk"]})
            if row and "due" in row:  # the index may lag behind
                yield read_report(row)

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[Report]:
        """One query of the organization's days."""
        rows = f"{subscription_id}#"
        found = self._table.between(f"REPORT#{organization_id}", rows, successor(rows))
        return [read_report(item) for item in found if "due" in item]

    def seal(self, report: Report) -> Report:
        """Sealing twice is sealing once."""
        day = billing_day_key(report.organization_id, report.day)
        answer = self._table.update(day, "SET sealed = :true", {":true": True}, ReturnValues="ALL_NEW")
        return read_report(answer["Attributes"])

    def reported(self, report: Report) -> None:
        """Out of the index, and after a while out of the table: Chargebee has it."""
        self._close(report, outcome="reported", expires_at=report.day.day + REPORTED_LIFETIME)

    def flagged(self, report: Report, reason: str) -> None:
        """Out of the index, with the reason; it stays."""
        self._close(report, outcome=reason)

    def _close(self, report: Report, **values: Any) -> None:
        closed = ", ".join(f"{name} = :{name}" for name in values)
        self._table.update(
            billing_day_key(report.organization_id, report.day),
            f"SET {closed} REMOVE due, due_on",
            {f":{name}": value for name, value in values.items()},
        )


def read_report(item: Mapping[str, Any]) -> Report:
    """One day as it stands."""
    values = decode(item)
    return REPORT.read(values, day=BILLING_DAY.read(values["billing_day"]))
