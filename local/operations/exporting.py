"""Hand out everything that is known of one organization: here, and at Chargebee."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from local.operations.failure import OperationFailed
from local.operations.migrations import Item
from local.operations.reconciling import run
from local.operations.record_kinds import kind_of
from local.operations.scanning import rows_of
from local.operations.target import Target
from local.whole_file import OWNER_ALONE, whole_file

BILLED = ("customers", "subscriptions", "invoices")

_plain = TypeDeserializer().deserialize


def export(target: Target, organization_id: str, path: Path) -> str:
    """Write one JSON document: the table's rows by their kind, and Chargebee's customers, subscriptions and invoices.

    Only the owner of the file may read it. Raises OperationFailed when neither knows the organization.
    """
    rows = list(rows_of(target.client("dynamodb"), target.output("TableName"), organization_id))
    customers = [
        each for each in customers_of(rows, organization_id) if not _is_anothers(each, organization_id, target)
    ]
    chargebee = {what: list(_billed(target, what, customers)) for what in BILLED}
    if not rows and not chargebee["customers"]:
        raise OperationFailed(f"Nothing is known of {organization_id}, here or at Chargebee.")
    document: dict[str, Any] = {
        "organizationId": organization_id,
        "exportedAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "table": _by_kind(rows, customers),
        "chargebee": chargebee,
    }
    with whole_file(path, OWNER_ALONE) as file:
        file.write(json.dumps(document, indent=2, default=_json, ensure_ascii=False) + "\n")
    counts = [f"{name}: {len(found)}" for name, found in document["table"].items()]
    counts += [f"Chargebee's {name}: {len(found)}" for name, found in chargebee.items()]
    return "\n".join([*counts, f"{path} has all of it. It is personal data: keep it as such."])


def customers_of(rows: Iterable[Item], organization_id: str) -> list[str]:
    """The ids under which Chargebee may have billed it: its own, those it has and had, and those that point to it.

    Its other rows prove nothing: that of a subscription which has moved names the customer of whoever has it now.
    """
    found = {organization_id: None}
    for row in rows:
        kind, _, name = row["pk"]["S"].partition("#")
        named = [name] if kind == "CUSTOMER" else []
        if row["sk"]["S"] == "ORG":
            named += [*([row["customer_id"]["S"]] if "customer_id" in row else []), *_retired(row)]
        found |= dict.fromkeys(sorted(named))
    return list(found)


def _is_anothers(customer_id: str, organization_id: str, target: Target) -> bool:
    """By the table, or by the customer's own word: another organization's may bear this one's id."""
    pointer = {"pk": {"S": f"CUSTOMER#{customer_id}"}, "sk": {"S": "CUSTOMER"}}
    found = target.client("dynamodb").get_item(TableName=target.output("TableName"), Key=pointer, ConsistentRead=True)
    if "Item" in found:
        return bool(found["Item"]["organization_id"]["S"] != organization_id)
    said = {(each.get("meta_data") or {}).get("organizationId") for each in _billed(target, "customers", [customer_id])}
    return bool(said - {None, "", organization_id})


def _retired(organization: Item) -> list[str]:
    named: list[str] = organization.get("retired_customers", {}).get("SS", [])
    return named


def _billed(target: Target, what: str, customer_ids: Iterable[str]) -> Iterator[Any]:
    for customer_id in customer_ids:
        offset: str | None = ""
        while offset is not None:
            more = {"offset": offset} if offset else {}
            page = run({"task": "billed", "what": what, "customerId": customer_id, **more}, target)
            yield from page["billed"]
            offset = page["next"]


def _by_kind(rows: Iterable[Item], own: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[kind_of(row).name].append(_told({name: _plain(value) for name, value in row.items()}, own))
    return {name: sorted(found[name], key=lambda row: (row["pk"], row["sk"])) for name in sorted(found)}


def _told(row: dict[str, Any], own: Collection[str]) -> dict[str, Any]:
    """The row, but for the ids of other organizations: who may buy the plan, too, and who has the subscription now."""
    told = {name: value for name, value in row.items() if name != "customer_id" or value in own}
    if "organizations" in told:
        told["organizations"] = [each for each in told["organizations"] if each in own]
    if isinstance(moved := told.get("subscription"), dict):
        told["subscription"] = _told(moved, own)
    return told


def _json(value: Any) -> Any:
    """DynamoDB's numbers and sets. Nothing in the table is ever fractional."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is in no row of the table.")
