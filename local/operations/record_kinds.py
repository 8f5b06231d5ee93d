"""Every kind of row that the table has, whose a row is, and what becomes of it when its organization is forgotten."""

from dataclasses import dataclass
from enum import StrEnum

from local.operations.failure import OperationFailed
from local.operations.migrations import Item


class Fate(StrEnum):
    """What forgetting an organization does with a row."""

    DELETED = "deleted"
    CLEARED = "kept without what people wrote"
    KEPT = "kept"
    EXPIRES = "left to expire"
    NOBODYS = "of no organization"


@dataclass(frozen=True, slots=True)
class RecordKind:
    """Rows whose partition key is `partition`, alone or with `#` behind it, and whose sort key begins with `row`.

    `why` is the reason of its fate, for a person. `words` are the attributes, by their paths, that go from a row that
    is kept: what people wrote, and links to pages.
    """

    name: str
    partition: str
    row: str
    fate: Fate
    why: str
    words: tuple[str, ...] = ()


ENDED = "they mean nothing without their organization"
BOOKS = "they are part of your books"
TOMBSTONE = "a late webhook finds that its organization is gone"

KINDS = (
    RecordKind("alerts", "ORG", "ALERTS", Fate.DELETED, ENDED),
    RecordKind("grants", "ORG", "GRANT#", Fate.DELETED, ENDED),
    RecordKind("grant counters", "ORG", "GRANTS", Fate.DELETED, ENDED),
    RecordKind("meters", "ORG", "METER#", Fate.DELETED, ENDED),
    RecordKind("organizations", "ORG", "ORG", Fate.KEPT, f"as a tombstone without a name: {TOMBSTONE}"),
    RecordKind("subscriptions", "ORG", "SUB#", Fate.DELETED, "Chargebee has them"),
    RecordKind("top-up rules", "ORG", "TOPUP#", Fate.DELETED, ENDED),
    RecordKind("wallets", "ORG", "WALLET#", Fate.KEPT, f"{BOOKS}: a currency and its balance"),
    RecordKind("uses", "USE", "USE", Fate.DELETED, "what was billed of them is in the billed days"),
    RecordKind("corrections", "CORRECTION", "", Fate.DELETED, "what came of them is in the billed days and the ledger"),
    RecordKind("holds", "HOLD", "HOLD", Fate.DELETED, "what was paid of them is in the ledger"),
    RecordKind("grant versions", "GRANT", "", Fate.DELETED, "they say who gave what, and why"),
    RecordKind("ledger lines", "LEDGER", "", Fate.CLEARED, BOOKS, ("reason",)),
    RecordKind("postings", "CREDIT", "CREDIT", Fate.CLEARED, f"{BOOKS}: a posting never counts twice", ("reason",)),
    RecordKind(
        "charges",
        "CHARGE",
        "CHARGE",
        Fate.CLEARED,
        f"{BOOKS}: a bank may still take money back",
        ("order.description", "order.payment_method_id", "failure", "page"),
    ),
    RecordKind("days", "DAY", "", Fate.KEPT, f"{BOOKS}: sums of a day, and of no person"),
    RecordKind("billed days", "REPORT", "", Fate.KEPT, f"{BOOKS}: what invoices charge for"),
    RecordKind("customer pointers", "CUSTOMER", "CUSTOMER", Fate.KEPT, TOMBSTONE),
    RecordKind("subscription holders", "SUBSCRIPTION", "SUBSCRIPTION", Fate.KEPT, TOMBSTONE),
    RecordKind("announcements", "OUTBOX", "", Fate.EXPIRES, "they go within a week: one that waits is told first"),
    RecordKind("budgets", "BUDGET", "", Fate.DELETED, ENDED),
    RecordKind("imports", "IMPORT", "ASKED", Fate.DELETED, ENDED),
    RecordKind("event log entries", "EVENT", "EVENT", Fate.NOBODYS, "a vendor's event and its outcome, for 90 days"),
    RecordKind("plans", "PLAN", "", Fate.KEPT, "your catalog may offer a private plan to the id"),
    RecordKind("plan counters", "PLANS", "PLANS", Fate.NOBODYS, "how often any plan was written"),
    RecordKind("reconciling's places", "RECONCILE", "", Fate.NOBODYS, "where a run goes on"),
    RecordKind("schema versions", "SCHEMA", "SCHEMA", Fate.NOBODYS, "which migrations are done"),
)


def kind_of(row: Item) -> RecordKind:
    """Raises OperationFailed for a row of a kind that is not listed: nobody has decided what becomes of it."""
    partition, place = row["pk"]["S"].partition("#")[0], row["sk"]["S"]
    found = [kind for kind in KINDS if kind.partition == partition and place.startswith(kind.row)]
    if not found:
        raise OperationFailed(f"This checkout knows no row such as {partition} / {place}: take the deployed version.")
    return max(found, key=lambda kind: len(kind.row))


def key_parts(row: Item) -> list[str]:
    """Kind, organization and name, where the partition key has them."""
    return [*row["pk"]["S"].split("#", 2), "", ""][:3]


def organization_of(row: Item) -> str:
    """Whose a row is: some say it, and of all others it is the second part of the key."""
    named: dict[str, str] = row.get("organization_id", {"S": key_parts(row)[1]})
    return named["S"]


def concerns(row: Item, organization_id: str) -> bool:
    """Whether the row is the organization's, or is a plan that names it."""
    named = row.get("organizations", {}).get("L", [])
    return organization_of(row) == organization_id or {"S": organization_id} in named
