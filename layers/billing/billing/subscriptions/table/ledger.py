"""The write that proves that an event was dealt with."""

from typing import Any

from billing.subscriptions.domain.transaction import LedgerEntry, Outcome
from billing.subscriptions.table.rows import LEDGER_LIFETIME, encode, event_key


def entry_write(table: str, entry: LedgerEntry) -> dict[str, Any]:
    """Refused when the ledger has an entry that counts: only an orphan's may be replaced."""
    values = {
        "type": entry.type,
        "outcome": str(entry.outcome),
        "at": entry.at,
        "expires_at": entry.at + LEDGER_LIFETIME,
    }
    return {
        "Put": {
            "TableName": table,
            "Item": event_key(entry.source, entry.event_id) | encode(values),
            "ConditionExpression": "attribute_not_exists(pk) OR outcome = :orphan",
            "ExpressionAttributeValues": encode({":orphan": str(Outcome.ORPHAN)}),
        }
    }
