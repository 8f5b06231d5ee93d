"""The table: one partition an organization, one transaction a change."""

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict
from billing.plans.catalog import read_plan
from billing.plans.plan import Plan
from billing.subscriptions.domain.checkout import PAGE_LIFETIME, check_free
from billing.subscriptions.domain.organization import Checkout, Organization, Partition
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transaction import Change, LedgerEntry
from billing.subscriptions.table.ledger import entry_write
from billing.subscriptions.table.outbox import outbox_item
from billing.subscriptions.table.rows import (
    Attributes,
    checkout_value,
    decode,
    encode,
    event_key,
    listed_values,
    organization_item,
    organization_key,
    pointer_key,
    read_organization,
    read_subscription_item,
    subscription_item,
    subscription_key,
)

Clock = Callable[[], int]

MAX_BATCH_GET = 100

_RETRIABLE = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class DynamoStore:
    """`Store` and `Plans` on one table. Reads are strongly consistent."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def load(self, organization_id: str) -> Partition:
        """One query of `ORG` to `SUB#~`: a later page is read only beyond a megabyte of history."""
        organization: Organization | None = None
        subscriptions: list[Subscription] = []
        for item in self._query(f"ORG#{organization_id}", "ORG", "SUB#~"):
            if item["sk"]["S"] == "ORG":
                organization = read_organization(item)
            else:
                subscriptions.append(read_subscription_item(item))
        return Partition(organization, tuple(subscriptions))

    def commit(self, change: Change) -> None:
        """All of the change or nothing, guarded by the version that was read."""
        writes = [self._organization_write(change.organization)]
        if change.entry:
            writes.append(entry_write(self._table, change.entry))
        owner = change.organization.id
        writes += [self._put(subscription_item(owner, row)) for row in change.subscriptions]
        writes += [self._delete(subscription_key(owner, each)) for each in change.erased]
        writes += [self._pointer_write(customer_id, owner) for customer_id in change.pointers]
        writes += [self._put(outbox_item(each, self._clock())) for each in change.announcements]
        try:
            self._client.transact_write_items(TransactItems=writes)
        except ClientError as error:
            raise _explained(error, entry=change.entry) from error

    def record(self, entry: LedgerEntry) -> None:
        """The ledger entry alone, unless the ledger has one that counts."""
        try:
            self._client.put_item(**entry_write(self._table, entry)["Put"])
        except ClientError as error:
            if _code(error) == "ConditionalCheckFailedException":
                raise AlreadyProcessed(entry.event_id) from error
            raise

    def claim_checkout(self, organization_id: str, wish: Checkout, reopen: int | None = None) -> Organization:
        """`domain.checkout.claim` as one update: a refused condition answers with the item as it is."""
        values = checkout_value(wish)
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=organization_key(organization_id),
                UpdateExpression=(
                    "SET id = :id, checkout_id = if_not_exists(checkout_id, :minted), checkout = :checkout,"
                    " listed = :listed, listed_plan = :listed_plan ADD version :one"
                ),
                ConditionExpression=(
                    "attribute_not_exists(deleted_at) AND attribute_not_exists(live) AND ("
                    "attribute_not_exists(checkout) OR checkout.selection <> :selection"
                    " OR checkout.opened_at <= :stale OR checkout.opened_at = :reopen)"
                ),
                ExpressionAttributeValues=encode(
                    {
                        ":id": organization_id,
                        ":minted": wish.subscription_id,
                        ":checkout": values,
                        ":selection": values["selection"],
                        ":stale": wish.opened_at - PAGE_LIFETIME,
                        ":reopen": -1 if reopen is None else reopen,
                        ":one": 1,
                        **{f":{name}": value for name, value in listed_values(None).items()},
                    }
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if _code(error) == "TransactionConflictException":
                raise Conflict("Somebody else is writing right now.") from error
            if _code(error) != "ConditionalCheckFailedException":
                raise
            held = read_organization(error.response["Item"])
            check_free(held)
            return held
        return read_organization(answer["Attributes"])

    def customer_owner(self, customer_id: str) -> str | None:
        """One read, only for customers whose id is not an organization's."""
        answer = self._client.get_item(TableName=self._table, Key=pointer_key(customer_id), ConsistentRead=True)
        return str(answer["Item"]["organization_id"]["S"]) if "Item" in answer else None

    def unrecorded(self, source: str, event_ids: Sequence[str]) -> frozenset[str]:
        """One batch read for every hundred ids."""
        keys = {event_id: event_key(source, event_id) for event_id in event_ids}
        found = {item["pk"]["S"] for item in self._batch_get(list(keys.values()))}
        return frozenset(event_id for event_id, key in keys.items() if key["pk"]["S"] not in found)

    def unprovisioned(self, organization_ids: Sequence[str]) -> frozenset[str]:
        """One batch read for every hundred ids."""
        items = map(read_organization, self._batch_get([organization_key(each) for each in set(organization_ids)]))
        done = {each.id for each in items if each.customer_id is not None or each.deleted_at is not None}
        return frozenset(organization_ids) - done

    def overrides(self) -> Sequence[Plan]:
        """The plans in the table. Raises InvalidCatalog for one that is not exactly right."""
        return [
            read_plan({name: value for name, value in decode(item).items() if name not in ("pk", "sk")})
            for item in self._query("PLAN", "", "~")
        ]

    def _query(self, partition: str, first: str, last: str) -> list[Attributes]:
        arguments: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": encode({":pk": partition, ":first": first or "!", ":last": last}),
            "ConsistentRead": True,
        }
        items: list[Attributes] = []
        while True:
            answer = self._client.query(**arguments)
            items += answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return items
            arguments["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _batch_get(self, keys: Sequence[Attributes]) -> list[Attributes]:
        found: list[Attributes] = []
        for start in range(0, len(keys), MAX_BATCH_GET):
            wanted = {"Keys": list(keys[start : start + MAX_BATCH_GET]), "ConsistentRead": True}
            while wanted.get("Keys"):
                answer = self._client.batch_get_item(RequestItems={self._table: wanted})
                found += answer["Responses"].get(self._table, [])
                wanted = answer.get("UnprocessedKeys", {}).get(self._table, {})
        return found

    def _put(self, item: Attributes, **condition: Any) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _delete(self, key: Attributes) -> dict[str, Any]:
        return {"Delete": {"TableName": self._table, "Key": key}}

    def _organization_write(self, organization: Organization) -> dict[str, Any]:
        item = organization_item(organization)
        if organization.version == 1:
            return self._put(item, ConditionExpression="attribute_not_exists(pk)")
        return self._put(
            item,
            ConditionExpression="version = :seen",
            ExpressionAttributeValues=encode({":seen": organization.version - 1}),
        )

    def _pointer_write(self, customer_id: str, organization_id: str) -> dict[str, Any]:
        return self._put(
            pointer_key(customer_id) | encode({"organization_id": organization_id}),
            ConditionExpression="attribute_not_exists(pk) OR organization_id = :owner",
            ExpressionAttributeValues=encode({":owner": organization_id}),
        )


def _explained(error: ClientError, entry: LedgerEntry | None) -> Exception:
    """The ledger's refusal means a duplicate; any other means that somebody else wrote first."""
    reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", ())]
    if entry and len(reasons) > 1 and reasons[1] == "ConditionalCheckFailed":
        return AlreadyProcessed(entry.event_id)
    if _code(error) == "TransactionConflictException" or _RETRIABLE.intersection(reasons):
        return Conflict("Somebody else wrote first.")
    return RuntimeError(f"The table refused the transaction: {error}")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
